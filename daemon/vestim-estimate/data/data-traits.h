/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/estimation/vestim-data-settings.h"
#include "common/estimation/vestim-preprocessing.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/dataset.h"

/* What all files of a job have in common, and what a model knows of its training files: units, the
 * sign of the current, and the period of the rows. */
typedef struct
{
  GHashTable *units; /* name of a column -> its canonical unit; columns without one are absent */
  VestimCurrentSign current_sign; /* VESTIM_SIGN_AS_WRITTEN: unknown */
  double period_s;                /* 0: unknown */
  double soc_max;                 /* of a model whose training files state no unit; 0: unknown */
} DataTraits;

/* A state of charge above this, in a column that states no unit, is in percent. */
#define DATA_LARGEST_SOC 1.5

void data_traits_init (DataTraits *traits);
void data_traits_clear (DataTraits *traits);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DataTraits, data_traits_clear)

/* Compares the units of each column and the signs of the current in all files, as they were read,
 * and fills in the traits. False with `error` when files contradict each other, or when a setting
 * names a column that no file has. */
bool data_traits_compare (DataTraits *traits, Dataset *const sets[DATA_N_SETS],
                          const VestimDataSettings *settings, GError **error);

/* Compares the periods of the preprocessed files and fills in that of the traits. When rows of
 * other periods matter, false with `error`; else a sentence is added to `notes`. */
bool data_traits_compare_periods (DataTraits *traits, Dataset *const sets[DATA_N_SETS],
                                  bool do_periods_matter, GPtrArray *notes, GError **error);

/* The unit of a column or of a computed input; NULL: unknown. */
const char *data_traits_unit (const DataTraits *traits, const VestimPreprocessing *preprocessing,
                              const char *name);

/* Whether a file fits a model with these traits, as it was read (units and sign) and preprocessed
 * (period). False with `error`. */
bool data_traits_fit (const DataTraits *traits, const Series *series, GError **error);
bool data_traits_fit_period (const DataTraits *traits, const Series *series, GError **error);

/* `(transfer full)` the sentences about the files, each with the number of files it is about. */
GPtrArray *data_traits_notes (Dataset *const sets[DATA_N_SETS]);
