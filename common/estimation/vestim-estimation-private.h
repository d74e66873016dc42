/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/estimation/vestim-estimation.h"
#include "common/json/vestim-field-reader.h"

/* Shared by the readers of selections and of a sweep. */

/* `(transfer full)` no files, all else as the documentation promises. */
VestimEstimation *vestim_estimation_new (void);

/* Whatever may be swept, as far as the object has it; the rest stays as it is. */
void vestim_estimation_read_hyper_parameters (const VestimFieldReader *reader,
                                              VestimEstimation *estimation);
