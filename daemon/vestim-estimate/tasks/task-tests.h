/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/series.h"
#include "daemon/vestim-estimate/network/network.h"
#include "daemon/vestim-estimate/results/model-file.h"

/* `(transfer full)` TestResult, none yet. */
GArray *task_tests_new (void);

/* Tests the model with one file, windowed and stateful, and writes the predictions of its test mode
 * to `folder`. False with `error`. */
bool task_tests_add (GArray *tests, Network *network, const Model *model, const Series *series,
                     const char *folder, GError **error);
