/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Writes `error` to standard error, as "vestim: sentence"; when fields of a
 * request are wrong, a line for each.
 * Returns the exit code for it. */
int failure_tell (const GError *error);

/* The exit code alone. */
int failure_code (const GError *error);
