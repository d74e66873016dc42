/* SPDX-License-Identifier: MIT */
#define KERNEL_SYMBOL lstm_kernel_avx2
#define KERNEL_NAME "avx2"

#include "estimator/kernel-lstm-template.inc"
