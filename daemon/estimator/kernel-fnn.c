/* SPDX-License-Identifier: MIT */
#define KERNEL_KIND fnn

#include "estimator/kernel-vector.inc"
#include "estimator/kernel-tile.inc"
#include "estimator/kernel-feedforward.inc"
