/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/estimation/vestim-selections.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/data-traits.h"
#include "daemon/vestim-estimate/data/dataset.h"
#include "daemon/vestim-estimate/results/found-model.h"
#include "daemon/vestim-estimate/tasks/progress.h"

/* The data of a job, as its tasks need them. All zero before it is prepared. */
typedef struct
{
  VestimSelections *settings; /* not owned; notes are added to it */
  Progress *progress;         /* not owned */
  Dataset *sets[DATA_N_SETS]; /* preprocessed and scaled */
  FoundModel *initial;        /* (nullable) */
  DataTraits traits;
  Scaling *scaling;
  uint64_t fingerprint;
  char *provenance; /* of provenance_format_data() */
} JobData;

/* Reads the files, compares them with each other, and makes the sets from them. False with `error`;
 * it is to be cleared in any case. */
bool job_data_prepare (JobData *data, VestimSelections *settings, Progress *progress,
                       GError **error);
void job_data_clear (JobData *data);
