/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Text in the cells of a terminal: most characters take one cell, wide ones (Chinese, emoji) two,
 * and marks that belong to the character before them none. */

/* (transfer full) `text` (nullable) as one safe line (see vestim-text-line.h). Of the marks on one
 * character only a few are kept: dozens of them would cover the lines around. */
char *cell_text_dup_line (const char *text);

/* The cells of a safe line. */
int cell_text_width (const char *line);

/* (transfer full) the line, cut with an ellipsis to at most `width` cells. */
char *cell_text_dup_cut (const char *line, int width);

void cell_text_append_spaces (GString *out, int n); /* nothing below 1 */
