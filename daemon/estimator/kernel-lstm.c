/* SPDX-License-Identifier: MIT */
#define KERNEL_KIND lstm

#include "estimator/kernel-vector.inc"
#include "estimator/kernel-tile.inc"
#include "estimator/kernel-cell-lstm.inc"
#include "estimator/kernel-recurrent.inc"
