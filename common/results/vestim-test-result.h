/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/results/vestim-error-unit.h"

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
  VestimErrorUnit unit;
} VestimTestResult;

/* (transfer full) (element-type VestimTestResult) the tests in `metrics` (nullable JSON text), the
 * worst RMSE first; empty when there are none. */
GPtrArray *vestim_test_result_parse (const char *metrics);

/* (transfer full) the figures over all files. */
VestimTestResult *vestim_test_result_parse_all (const char *metrics);
void vestim_test_result_free (VestimTestResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimTestResult, vestim_test_result_free)
