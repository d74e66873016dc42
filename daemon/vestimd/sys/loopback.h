/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Whether a host, an address (with or without brackets) or a name, is the loopback only. A name is
 * looked up, which blocks; each of its addresses has to be a loopback one. */
bool loopback_is_host (const char *host);
