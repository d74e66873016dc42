/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Whether a host, a literal (with or without brackets) or a name, is this machine's loopback only.
 * A name is looked up, which blocks; each of its addresses has to be one. */
bool loopback_is_host (const char *host);
