/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/results/model-file.h"

/* How a network's inputs follow from the values that a call gets. */

typedef enum
{
  C_VALUE_COLUMN,
  C_VALUE_PRODUCT,
  C_VALUE_MEAN,
  C_VALUE_LOW_PASS,
} CValueKind;

/* A value; it uses only values before it in the list. */
typedef struct
{
  CValueKind kind;
  char *name;   /* (nullable) of the column that it is */
  int of;       /* a value; of a column the place in the call */
  int by;       /* a second one, of a product */
  int rows;     /* of a mean */
  int start;    /* of its ring among those of all means */
  int filter;   /* number among the means or among the low-pass filters */
  double share; /* of a low-pass filter, see vestim-derived.h */
} CValue;

typedef struct
{
  char **columns; /* NULL-terminated: what a call gets. A state of charge that was counted in
                     training is one of them. */
  GArray *values; /* CValue */
  int *features;  /* for each input of the network its value */
  int n_means;
  int mean_rows; /* of all means */
  int n_low_passes;
  VestimPreprocessing *preprocessing; /* (nullable) what the values do, for rows at the period of
                                         calls */
} CValues;

/* The period of calls in seconds; 0: unknown. */
double c_values_period (const Model *model);

/* `(transfer full)`; NULL with `error` when a filter's period is unknown. */
CValues *c_values_new (const Model *model, GError **error);
void c_values_free (CValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CValues, c_values_free)

const CValue *c_values_get (const CValues *values, int value);
