/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Feeds the bytes to a new HTTP parser, `piece` bytes at a time (0: all at once), and describes the
 * result: a line for each request, then a line with the error's status, "idle" or "more". (transfer
 * full) */
char *parser_result (const char *data, size_t length, size_t piece);

/* The same in pieces of different sizes, which `seed` determines. (transfer full) */
char *parser_result_random (const char *data, size_t length, unsigned seed);
