/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-json.h"

/* What is done to the columns of a file before a network sees them, in this order: the power is
 * computed, rows are resampled, columns are averaged. It is a setting of an estimation and is
 * stored with its model. */
typedef struct
{
  bool has_power;         /* the input "Power" is computed as "Voltage" times "Current" */
  double resample_s;      /* period; 0: rows stay as they are */
  int average_rows;       /* length of the moving average; 0: none */
  char **average_columns; /* NULL-terminated; empty when there is no average */
} VestimPreprocessing;

#define VESTIM_POWER_COLUMN "Power"
#define VESTIM_POWER_VOLTAGE "Voltage"
#define VESTIM_POWER_CURRENT "Current"

/* `(transfer full)` from an object; NULL when it is wrong: then each fault is in `errors`
 * (VestimFieldError) with a field under `prefix` ("selections.preprocessing"). */
VestimPreprocessing *vestim_preprocessing_read (const VestimJsonNode *node, const char *prefix,
                                                char *const *inputs, const char *target,
                                                GPtrArray *errors);
/* (nullable) */
VestimPreprocessing *vestim_preprocessing_copy (const VestimPreprocessing *preprocessing);
void vestim_preprocessing_free (VestimPreprocessing *preprocessing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimPreprocessing, vestim_preprocessing_free)

/* The object that vestim_preprocessing_read() reads. */
void vestim_preprocessing_append_json (GString *json, const VestimPreprocessing *preprocessing);
