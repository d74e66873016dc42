/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  double x;
  double y;
} Point;

/* Reduces a series to at most a few thousand points that look the same: of the rows that share one
 * column of pixels, it keeps the lowest and the highest, in their order. */
typedef struct
{
  GArray *points;    /* Point */
  size_t n_expected; /* rows of the series */
  size_t n_seen;
  size_t column; /* of the rows that `lowest` and `highest` are from */
  bool has_rows;
  Point lowest;
  Point highest;
} Decimator;

#define DECIMATOR_COLUMNS 700

void decimator_init (Decimator *decimator, size_t n_expected);
void decimator_add (Decimator *decimator, double x, double y);

/* `(transfer full)` Point; the decimator is then done with. */
GArray *decimator_finish (Decimator *decimator);
