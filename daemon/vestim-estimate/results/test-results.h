/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/results/error-breakdown.h"
#include "daemon/vestim-estimate/training/error-stats.h"

/* The test of one file. Lists of them are GArrays. */
typedef struct
{
  char *path;        /* of the test file */
  char *predictions; /* name of its file of predictions */
  ErrorStats windowed;
  ErrorStats stateful; /* as an exported network steps */
  ErrorStats stats;    /* that one of the two that the test mode names; so is the next */
  ErrorBreakdown breakdown;
  char *warnings;   /* JSON array: sentences about rows outside the range of the training files */
  size_t n_outside; /* rows with an input outside the range of the training files */
  char *outside;    /* JSON array: how many for each such input */
  size_t n_gaps;    /* cuts */
  size_t n_missing; /* cells */
} TestResult;

/* The errors over all rows of all files. */
typedef struct
{
  ErrorStats stats;
  ErrorStats windowed;
  ErrorStats stateful;
} TestPool;

TestPool test_results_pool (const GArray *tests);

/* Appends "rmse_mv", "mae_mv", "max_mv" and "r2", each with the prefix ("test_") before its name;
 * null without rows. */
void test_results_append_stats (GString *json, const char *prefix, const ErrorStats *stats);

/* Appends members of "metrics", see docs/estimation.md: the errors over all files, their unit, and
 * "tests". The unit (nullable) is the canonical one of the target. */
void test_results_append_metrics (GString *json, const GArray *tests, const char *target,
                                  const char *target_unit);

/* Appends the member "conditions". */
void test_results_append_conditions (GString *json, const GArray *tests);
