/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* A trained model tested with the files of an evaluation. */

/* A file of the evaluation. */
typedef struct
{
  char *path;
  char *digest; /* its SHA-256 in hexadecimal digits; NULL: it cannot be read */
} EvaluatedFile;

typedef struct
{
  int number;          /* from 1: the results are in the folder evaluations/<number> of the job */
  const char *model;   /* path of a model file, or of the folder of a task or job */
  const char *folder;  /* of the job */
  const GArray *files; /* EvaluatedFile */
  bool is_fresh;       /* results of earlier attempts are not used */
  void (*on_file) (guint n_done, void *user); /* after each file */
  void *user;
} ModelTestConfig;

typedef struct
{
  int number;
  char *entry;         /* JSON object in the summary of the job, see docs/estimation.md */
  char *reason;        /* (nullable) why the model could not be tested with any file */
  char *target;        /* (nullable) the column that the model estimates */
  char *target_unit;   /* (nullable) */
  char *metrics;       /* (nullable) JSON object: if it was tested with at least one file */
  guint n_tested;      /* files */
  guint n_failed;      /* files that this model could not be tested with */
  double test_rmse_mv; /* over all rows of the tested files */
  double mean_rmse_mv; /* mean over the tested files */
  double test_max_mv;
} ModelTest;

/* Tests the model and writes the files of its folder. One file that cannot be used does not stop
 * the others. If an earlier attempt has done the same test, its result is returned. `(transfer
 * full)` the result; NULL with `error` when it cannot be written. */
ModelTest *model_test_run (const ModelTestConfig *config, GError **error);
void model_test_free (ModelTest *test);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelTest, model_test_free)

/* Models that were tested with more files come first, then those with a smaller error. */
int model_test_compare (const ModelTest *a, const ModelTest *b);
