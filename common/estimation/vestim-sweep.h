/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "common/json/vestim-field-reader.h"

/* The hyperparameters of which a job tries several values. In a grid, each combination of values is
 * a task, or several if tasks are repeated. From one combination to the next, the value of the last
 * hyperparameter changes first. A random search draws combinations, which depend only on the seed
 * and on their number, so that each attempt of a job has the same tasks. */

#define VESTIM_MAX_TASKS 10000

typedef struct VestimSweep VestimSweep;

/* `(transfer full)` from the members "sweep" and "search"; NULL if there is no sweep, or if it has
 * faults, which are then added: "selections.sweep.learning_rate[1]". */
VestimSweep *vestim_sweep_read (const VestimFieldReader *selections, uint64_t seed,
                                int repetitions);
void vestim_sweep_free (VestimSweep *sweep);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimSweep, vestim_sweep_free)

/* The number of combinations times the repetitions, or that of a random search, which counts
 * repetitions. At most VESTIM_MAX_TASKS are allowed; a number above stands for more. `sweep` may be
 * NULL. */
int64_t vestim_sweep_n_tasks (const VestimSweep *sweep, int repetitions);

/* The time in minutes after which a random search begins no other task; 0: no limit. `sweep` may be
 * NULL. */
double vestim_sweep_minutes (const VestimSweep *sweep);

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
