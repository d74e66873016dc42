/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Lines of a terminal that are written again in place. */
typedef struct
{
  int n_lines; /* on the screen now */
} Live;

/* Appends what replaces the lines on the screen with `text`, whole lines that fit the width. */
void live_append (GString *out, Live *live, const char *text);

/* Appends a bar of `width` cells, at least 4: "[====>   ]". Below 0 and NAN count as 0. */
void live_append_bar (GString *out, double fraction, int width);
