/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/job/vestim-job.h"

/* The list as CSV (RFC 4180), for a spreadsheet: a text that such a program would take for a
 * formula is led by an apostrophe. */
void dash_csv_append_header (GString *csv);
void dash_csv_append_job (GString *csv, const VestimJob *job, double test_rmse_mv);
