/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The test of one file, out of details.metrics. Numbers that are not there are NAN. */
typedef struct
{
  char *file;        /* (nullable) as it was given */
  char *name;        /* what tells the file from the others of the job */
  char *predictions; /* (nullable) base name of the file with the predicted voltage */
  double rows;
  double rmse_mv;
  double mae_mv;
  double max_mv;
  double r2;
} DashTestResult;

/* (transfer full) the tests in `metrics` (nullable JSON text), the worst RMSE first; empty when
 * there are none. */
GPtrArray *dash_test_result_parse (const char *metrics);

/* (transfer full) what the tests of all files together gave. */
DashTestResult *dash_test_result_parse_all (const char *metrics);
void dash_test_result_free (DashTestResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashTestResult, dash_test_result_free)
