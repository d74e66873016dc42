/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "common/json/vestim-field-reader.h"

/* The hyper-parameters that a job tries several values of. Every combination of them is a task (or
 * several, when tasks are repeated); that of the last one changes first. */

#define VESTIM_MAX_TASKS 10000

typedef struct VestimSweep VestimSweep;

/* `(transfer full)` of the member "sweep"; NULL when there is none or it has faults, which then
 * were added: "selections.sweep.learning_rate[1]". */
VestimSweep *vestim_sweep_read (const VestimFieldReader *selections);
void vestim_sweep_free (VestimSweep *sweep);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimSweep, vestim_sweep_free)

/* (nullable: one) at most VESTIM_MAX_TASKS + 1. */
int vestim_sweep_n_combinations (const VestimSweep *sweep);

/* Puts the combination's values into the hyperparameters. */
void vestim_sweep_apply (const VestimSweep *sweep, int combination,
                         VestimHyperparameters *hyperparameters);

/* The most rows of a window times the most units of a network that its tasks come to; 0 for
 * networks that see one row. */
int64_t vestim_sweep_largest_unit_rows (const VestimSweep *sweep,
                                        const VestimHyperparameters *base);

bool vestim_sweep_has (const VestimSweep *sweep, const char *name);

/* The combination's members but the seed, with a comma between: "learning_rate": 0.003, "layers":
 * [18,18]. */
void vestim_sweep_append_choice (GString *json, const VestimSweep *sweep, int combination);
