/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-run/options.h"

/* Ends the processes that an attempt left whose shim was killed, also when its folder is gone, and
 * records the attempt as lost unless an exit record is there. 0 or -errno: -EBUSY when the folder
 * is locked. */
int end_lost (const Options *options);
