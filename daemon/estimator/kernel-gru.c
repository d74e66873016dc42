/* SPDX-License-Identifier: MIT */
#define KERNEL_KIND gru

#include "estimator/kernel-vector.inc"
#include "estimator/kernel-tile.inc"
#include "estimator/kernel-cell-gru.inc"
#include "estimator/kernel-recurrent.inc"
