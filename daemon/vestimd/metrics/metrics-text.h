/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestimd/metrics/histogram.h"

/* Writes metrics in the text format of Prometheus, version 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/ */

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef enum
{
  METRIC_COUNTER,
  METRIC_GAUGE,
  METRIC_HISTOGRAM,
} MetricType;

typedef struct
{
  GString *out;     /* borrowed */
  const char *name; /* of the present metric: static */
} MetricsText;

/* Begins a metric. All its samples follow. `help`: one sentence. */
void metrics_text_begin (MetricsText *text, MetricType type, const char *name, const char *help);

/* Names and values of labels, NULL-terminated. Values may be any UTF-8. */
#define METRIC_LABELS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* `labels` is (nullable). */
void metrics_text_add (MetricsText *text, const char *const *labels, double value);
void metrics_text_add_histogram (MetricsText *text, const char *const *labels,
                                 const Histogram *histogram);

/* A metric with one sample, without labels. */
void metrics_text_single (MetricsText *text, MetricType type, const char *name, const char *help,
                          double value);
