/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-derived.h"
#include "common/estimation/vestim-soc.h"
#include "common/json/vestim-field-reader.h"

typedef enum
{
  VESTIM_RESAMPLE_MEAN,
  VESTIM_RESAMPLE_POINT,
} VestimResample;

/* What is done to the columns of a file before a network sees them, in this order: power and state
 * of charge are computed, rows are resampled, columns are derived, inputs are averaged. These are
 * settings of an estimation and are stored with its model. */
typedef struct
{
  bool has_power;    /* the input "Power" is computed as "Voltage" times "Current" */
  double period_s;   /* between the rows of files without times; 0: unknown */
  double resample_s; /* period; 0: rows stay as they are */
  VestimResample resample;
  int average_rows;       /* length of the moving average; 0: none */
  char **average_columns; /* NULL-terminated; empty when there is no average */
  VestimSoc *soc;         /* (nullable) the column "SOC" is computed */
  GPtrArray *derived;     /* VestimDerived, in the order of their computation; may be empty */
} VestimPreprocessing;

#define VESTIM_POWER_COLUMN "Power"
#define VESTIM_POWER_VOLTAGE "Voltage"
#define VESTIM_POWER_CURRENT "Current"

/* `(transfer full)` from the members "preprocessing", "soc" and "derived" of the object. NULL if it
 * has none of them, or if something is wrong: then each fault is added. */
VestimPreprocessing *vestim_preprocessing_read (const VestimFieldReader *outer, char *const *inputs,
                                                const char *target);
/* (nullable) */
VestimPreprocessing *vestim_preprocessing_copy (const VestimPreprocessing *preprocessing);
void vestim_preprocessing_free (VestimPreprocessing *preprocessing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimPreprocessing, vestim_preprocessing_free)

/* Appends the members that vestim_preprocessing_read() reads, with ", " before each. */
void vestim_preprocessing_append_members (GString *json, const VestimPreprocessing *preprocessing);

/* Whether the column of this name is computed. `preprocessing` is nullable, here and below. */
bool vestim_preprocessing_computes (const VestimPreprocessing *preprocessing, const char *column);

/* Adds the names (char) of the columns of the files that the column is computed from, or its own,
 * unless the list has them. */
void vestim_preprocessing_add_columns (const VestimPreprocessing *preprocessing, const char *column,
                                       GPtrArray *columns);
