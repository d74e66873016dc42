/* SPDX-License-Identifier: MIT */
#define KERNEL_KIND gru

#include "daemon/vestim-estimate/kernel/kernel-vector.inc"
#include "daemon/vestim-estimate/kernel/kernel-tile.inc"
#include "daemon/vestim-estimate/kernel/kernel-cell-gru.inc"
#include "daemon/vestim-estimate/kernel/kernel-recurrent.inc"
