/* SPDX-License-Identifier: MIT */
#define KERNEL_KIND lstm

#include "daemon/vestim-estimate/kernel/kernel-vector.inc"
#include "daemon/vestim-estimate/kernel/kernel-tile.inc"
#include "daemon/vestim-estimate/kernel/kernel-cell-lstm.inc"
#include "daemon/vestim-estimate/kernel/kernel-recurrent.inc"
