/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/estimation/vestim-selections.h"
#include "daemon/vestim-estimate/results/found-model.h"

/* The model from whose weights a training starts (fine-tuning). */

/* `(transfer full)` the model that the settings name. NULL with `error`, also when its type,
 * layers, inputs, target or preprocessing are not those of the settings: the message has the
 * difference. */
FoundModel *initial_model_read (const VestimSelections *settings, GError **error);
