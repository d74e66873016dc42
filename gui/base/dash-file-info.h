/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

/* A file that a job made. */
typedef struct
{
  char *name; /* relative to the job folder, with slashes */
  int64_t size;
  int64_t modified_at; /* milliseconds since the epoch */
} DashFileInfo;

/* What /estimation/check found in one file. */
typedef struct
{
  char *path;
  char **columns;  /* NULL-terminated, empty when there is an error */
  int64_t rows;    /* -1: not known */
  double period_s; /* sampling period, NAN: not known */
  char *error;     /* (nullable) a sentence */
} DashFileCheck;

/* (transfer full) lists of the above; NULL with `error`. */
GPtrArray *dash_file_info_parse_list (const char *text, gsize length, GError **error);
GPtrArray *dash_file_check_parse_list (const char *text, gsize length, GError **error);

void dash_file_info_free (DashFileInfo *info);
void dash_file_check_free (DashFileCheck *check);
DashFileCheck *dash_file_check_copy (const DashFileCheck *check); /* (transfer full) */
