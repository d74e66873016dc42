/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "common/json/vestim-field-reader.h"

/* The hyperparameters of which a job tries several values. Each combination of values is a task, or
 * several if tasks are repeated. From one combination to the next, the value of the last
 * hyperparameter changes first. */

#define VESTIM_MAX_TASKS 10000

typedef struct VestimSweep VestimSweep;

/* `(transfer full)` from the member "sweep"; NULL if there is none, or if it has faults, which are
 * then added: "selections.sweep.learning_rate[1]". */
VestimSweep *vestim_sweep_read (const VestimFieldReader *selections);
void vestim_sweep_free (VestimSweep *sweep);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimSweep, vestim_sweep_free)

/* At most VESTIM_MAX_TASKS + 1; one if `sweep` is NULL. */
int vestim_sweep_n_combinations (const VestimSweep *sweep);

/* Sets the swept hyperparameters to the values of the combination, counted from 0. */
void vestim_sweep_apply (const VestimSweep *sweep, int combination,
                         VestimHyperparameters *hyperparameters);

/* The longest window of all tasks times the largest number of units; 0 if all networks see one row.
 * `sweep` may be NULL. */
int64_t vestim_sweep_largest_unit_rows (const VestimSweep *sweep,
                                        const VestimHyperparameters *base);

/* Whether the hyperparameter is swept. `sweep` may be NULL. */
bool vestim_sweep_has (const VestimSweep *sweep, const char *name);

/* Appends the values of the combination as members with a comma between, without the seed:
 * "learning_rate": 0.003, "layers": [18,18]. */
void vestim_sweep_append_choice (GString *json, const VestimSweep *sweep, int combination);
