/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-error-unit.h"

/* The test of one file, from details.metrics. Missing numbers are NAN. */
typedef struct
{
  char *file;        /* (nullable) its path */
  char *name;        /* short, different from those of the other files */
  char *predictions; /* (nullable) base name of the file with the predictions */
  double rows;
  double rmse_mv;
  double mae_mv;
  double max_mv;
  double r2;
  double stateful_mv; /* RMSE of a network that keeps its state; NAN of old jobs */
  double windowed_mv;
  char *warnings; /* (nullable) sentences: what its rows have that the training files have not, cuts
                     and missing cells */
  DashErrorUnit unit;
} DashTestResult;

/* (transfer full) (element-type DashTestResult) the tests in `metrics` (nullable JSON text), the
 * worst RMSE first; empty when there are none. */
GPtrArray *dash_test_result_parse (const char *metrics);

/* (transfer full) the figures over all files. */
DashTestResult *dash_test_result_parse_all (const char *metrics);
void dash_test_result_free (DashTestResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashTestResult, dash_test_result_free)
