/* SPDX-License-Identifier: MIT */
#define KERNEL_SYMBOL lstm_kernel_avx512
#define KERNEL_NAME "avx512"

#include "estimator/kernel-lstm-template.inc"
