/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* Under which conditions a model errs: its error in bands of temperature, state of charge and
 * current, and the stretch of a file where it is worst. */

typedef enum
{
  CONDITION_TEMPERATURE,
  CONDITION_SOC,
  CONDITION_CURRENT,
  CONDITION_N,
} Condition;

#define CONDITION_MAX_BANDS 9
#define CONDITION_NO_BAND 255 /* the file has no such column */
#define CONDITION_STRETCH_S 60

typedef struct
{
  size_t n_rows;
  double squares; /* sum of the squared errors */
} ConditionBand;

typedef struct
{
  ConditionBand bands[CONDITION_N][CONDITION_MAX_BANDS];

  /* The worst stretch of 60 s (60 rows where there are no times, all of a shorter file). */
  double worst_from; /* time of its first row */
  double worst_to;   /* and of its last */
  size_t worst_rows;
  double worst_rmse;
} Conditions;

/* Notes the band of each row, from the inputs of these names, which are not yet scaled. */
void conditions_classify (const Dataset *dataset, const char *const *inputs);

/* Of one series, whose target is there and which has been classified. */
Conditions conditions_of (const Series *series, const float *predicted);

/* Adds the bands of `other`; the worst stretch stays. */
void conditions_merge (Conditions *conditions, const Conditions *other);

/* The members "temperature", "soc" and "current", as far as there are such bands with rows; errors
 * in thousandths of the target's unit. Nothing at all may be appended. */
void conditions_append_bands (GString *json, const Conditions *conditions);

/* The member "worst". */
void conditions_append_worst (GString *json, const Conditions *conditions);
