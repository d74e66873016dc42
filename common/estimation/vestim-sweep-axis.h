/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "common/json/vestim-field-reader.h"

/* One hyperparameter of a sweep: a list of values, or, for a random search, a range to draw from.
 * Each value is the text of an object with only this member, so that the reader of selections reads
 * it too. */

typedef struct
{
  const VestimSetting *setting;
  GPtrArray *values; /* char; empty: a range */
  double min, max;
  bool is_log;
} VestimSweepAxis;

/* `(transfer full)` from the value of a member of the sweep. NULL if it has faults, which are then
 * added to those of `sweep`. */
VestimSweepAxis *vestim_sweep_axis_read (const VestimFieldReader *sweep,
                                         const VestimSetting *setting, const VestimJsonNode *node,
                                         bool may_be_range);
void vestim_sweep_axis_free (VestimSweepAxis *axis);

/* `(transfer full)` the value at the place, from 0 to below 1, of the list or of the range. Numbers
 * of a range have four digits. */
char *vestim_sweep_axis_value_at (const VestimSweepAxis *axis, double place);

/* `(transfer full)` the largest value of a range. */
char *vestim_sweep_axis_largest (const VestimSweepAxis *axis);

/* Sets the hyperparameter to the value. */
void vestim_sweep_axis_apply (const char *value, VestimHyperparameters *hyperparameters);
