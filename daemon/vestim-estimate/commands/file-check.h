/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/columns/roles.h"
#include "daemon/vestim-estimate/data/current-sign.h"

/* What a job with the default settings would make of a column. */
typedef struct
{
  char *name; /* which selects it */
  char *unit; /* (nullable) as the file writes it */
  char *canonical_unit;
  ColumnRole role;
  double min; /* in the canonical unit; NAN: it has words */
  double max;
  size_t n_missing; /* cells */
  char *why;        /* why a job refuses it; NULL: it can be used */
} ColumnCheck;

typedef struct
{
  char *path;
  GArray *columns; /* ColumnCheck; empty when the file can't be read as a table */
  size_t n_rows;
  bool is_complete; /* all rows were read */
  double period_s;  /* NAN: unknown */
  char *fault;      /* why a job refuses the file; NULL: it can be used */
  const char *format;
  char *encoding; /* (nullable), and so are the next two */
  char *separator;
  char *decimal;
  size_t header_line; /* 0: none */
  size_t n_gaps;
  size_t n_wrong_times;
  CurrentSign sign;
  GPtrArray *notes; /* sentences */
} FileCheck;

/* `(transfer full)` reads until the deadline of trainer_monotonic_clock(). `encoding` (nullable:
 * detected) is that of the file. */
FileCheck *file_check_new (const char *path, const char *encoding, double deadline);

/* `(transfer full)` of a file or folder that is not there. */
FileCheck *file_check_new_failed (const char *path, const char *fault);
void file_check_free (FileCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FileCheck, file_check_free)

void file_check_append_json (GString *json, const FileCheck *check);

/* For people. */
void file_check_print (const FileCheck *check);
