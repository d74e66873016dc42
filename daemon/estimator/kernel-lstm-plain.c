/* SPDX-License-Identifier: MIT */
#define KERNEL_SYMBOL lstm_kernel_plain
#define KERNEL_NAME "plain"

#include "estimator/kernel-lstm-template.inc"
