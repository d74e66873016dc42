/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

/* Writes the table in a MATLAB file to `out`, as native numbers of 64 bits, doubles, and strings (a
 * length and its bytes):
 *
 * - 1 and a sentence without the path, if there is no table;
 * - or else 0; the number of rows; the number of columns; for each column its name and whether it
 *   is text (1) or numbers (0); the number of notes and the notes; the columns, one after another:
 *   doubles, or strings.
 *
 * For a process of its own: the library that reads such files trusts them. */
void mat_extract (const char *path, FILE *out);
