/* SPDX-License-Identifier: MIT */
#define KERNEL_KIND fnn

#include "daemon/vestim-estimate/kernel/kernel-vector.inc"
#include "daemon/vestim-estimate/kernel/kernel-tile.inc"
#include "daemon/vestim-estimate/kernel/kernel-feedforward.inc"
