/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One axis of a chart: from values to pixels, and round values for its ticks. */
typedef struct
{
  double min;
  double max;
  double first_pixel; /* of `min` */
  double last_pixel;  /* of `max` */
  bool is_log;
} SvgScale;

/* An axis that shows all of these values; equal ones get a range around them. A logarithmic axis
 * needs values above 0. */
SvgScale svg_scale_new (double min, double max, double first_pixel, double last_pixel, bool is_log);

double svg_scale_pixel (const SvgScale *scale, double value);

/* `(transfer full)` doubles: the values of the ticks, 2 to about 8. */
GArray *svg_scale_ticks (const SvgScale *scale);
