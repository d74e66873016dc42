/* SPDX-License-Identifier: MIT */
#define KERNEL_DOUBLE
#define KERNEL_SYMBOL lstm_kernel_double
#define KERNEL_NAME "double"

#include "estimator/kernel-lstm-template.inc"
