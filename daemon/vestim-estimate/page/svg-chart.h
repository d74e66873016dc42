/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/page/decimator.h"

/* Charts as SVG within a page. Each has a title and a description for readers who don't see it.
 * Colours are classes of the page's style. */

typedef struct
{
  const char *title;
  const char *description;
  const char *x_label;
  const char *y_label;
  bool is_log; /* the y axis */
  int height;  /* pixels of a width of SVG_CHART_WIDTH; 0: the usual one */
} SvgChart;

#define SVG_CHART_WIDTH 860

typedef struct
{
  const char *name;
  int colour;           /* 1 to 3 */
  const GArray *points; /* Point, in the order of x */
} SvgLine;

/* Nothing is drawn if no point is finite. */
void svg_chart_append_lines (GString *html, const SvgChart *chart, const SvgLine *lines,
                             int n_lines);

/* Bars over even steps of the x axis from `min` to `max`. */
void svg_chart_append_histogram (GString *html, const SvgChart *chart, const size_t *counts, int n,
                                 double min, double max);

/* A bar for each label (n); a value that is not finite has none. */
void svg_chart_append_bars (GString *html, const SvgChart *chart, const char *const *labels,
                            const double *values, int n);

/* How often each pair (x, y) occurs; both axes have the same range, with a line where they are
 * equal. */
void svg_chart_append_density (GString *html, const SvgChart *chart, const GArray *points);
