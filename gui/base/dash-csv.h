/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-job.h"

/* The list of jobs as CSV (RFC 4180) for a spreadsheet. A text that a spreadsheet would take for a
 * formula gets an apostrophe in front. */
void dash_csv_append_header (GString *csv);
void dash_csv_append_job (GString *csv, const VestimJob *job, double test_rmse_mv);
