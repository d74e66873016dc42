/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* The error of a model in bands of temperature, state of charge and current, and the stretch of a
 * file with the largest error. */

typedef enum
{
  ERROR_AXIS_TEMPERATURE,
  ERROR_AXIS_SOC,
  ERROR_AXIS_CURRENT,
  ERROR_AXIS_N,
} ErrorAxis;

#define ERROR_BREAKDOWN_MAX_BANDS 9
#define ERROR_BREAKDOWN_NO_BAND 255 /* the file has no such column */
#define ERROR_BREAKDOWN_STRETCH_S 60

typedef struct
{
  size_t n_rows;
  double squares; /* sum of the squared errors */
} ErrorBand;

typedef struct
{
  ErrorBand bands[ERROR_AXIS_N][ERROR_BREAKDOWN_MAX_BANDS];

  /* The worst stretch of 60 s (60 rows without times; the whole of a shorter file). */
  double worst_from; /* time of its first row */
  double worst_to;   /* and of its last */
  size_t worst_rows;
  double worst_rmse;
} ErrorBreakdown;

/* Stores the band of each row, from the inputs of these names, which are not scaled yet. */
void error_breakdown_classify (const Dataset *dataset, const char *const *inputs);

/* For one series that has a target and has been classified. */
ErrorBreakdown error_breakdown_of (const Series *series, const float *predicted);

/* Adds the bands of `other`; the worst stretch stays. */
void error_breakdown_merge (ErrorBreakdown *breakdown, const ErrorBreakdown *other);

/* Appends the members "temperature", "soc" and "current" that have bands with rows, possibly none;
 * errors are in thousandths of the target's unit. */
void error_breakdown_append_bands (GString *json, const ErrorBreakdown *breakdown);

/* Appends the member "worst". */
void error_breakdown_append_worst (GString *json, const ErrorBreakdown *breakdown);
