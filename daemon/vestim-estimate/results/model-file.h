/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/estimation/vestim-data-settings.h"
#include "common/estimation/vestim-preprocessing.h"
#include "daemon/vestim-estimate/network/network.h"
#include "daemon/vestim-estimate/data/scaling.h"

/* A trained network with everything that its use needs. docs/estimation.md describes the file. */
typedef struct
{
  VestimModelKind kind;
  NetworkShape shape; /* `sizes` is the model's */
  char **inputs;      /* NULL-terminated column names */
  char *target;
  char **units;      /* n_inputs canonical units ("A"); NULL: no training file stated it. The array
                        itself is nullable */
  char *target_unit; /* (nullable) the same of the target */
  double period_s;   /* between the rows that the network sees; 0: unknown */
  VestimDataSettings *data;           /* (nullable) how files are understood */
  VestimCurrentSign current_sign;     /* of the training files; VESTIM_SIGN_AS_WRITTEN: unknown */
  VestimPreprocessing *preprocessing; /* (nullable) */
  Scaling *scaling;
  VestimTrainingMode training;
  bool is_of_version_0_1; /* that version began the job, trained windowed, and did not name this */
  VestimTestMode test_mode; /* windowed or stateful */
  uint64_t seed;
  int epoch;
  double val_rmse; /* in the target's unit; NAN: unknown, as it was imported */
  float *parameters;
  size_t n_parameters;
} Model;

/* The bytes of the file. `(transfer full)` */
GByteArray *model_file_pack (const Model *model, const Network *network);

/* Writes by rename; false with `error`. The network defines the tensors of the parameters. */
bool model_file_write (const Model *model, const Network *network, const char *path,
                       GError **error);

/* `(transfer full)`; NULL with `error` when the file is not a model, has a later format, or is
 * damaged. */
Model *model_file_read (const char *path, GError **error);

/* `(transfer full)` the SHA-256 of a file in hexadecimal digits; NULL with `error`, also when it is
 * too long for a model. */
char *model_file_dup_digest (const char *path, GError **error);
/* (nullable) the canonical unit of the target, see error_unit_find(). */
const char *model_shown_unit (const Model *model);

void model_free (Model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Model, model_free)
