/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

/* What POST /estimation/check found in one file. */
typedef struct
{
  char *path;
  char **columns;  /* NULL-terminated, empty when there is an error */
  char **roles;    /* of the columns that have one: "current", "voltage"; NULL-terminated */
  int64_t rows;    /* -1: not known */
  double period_s; /* sampling period, NAN: not known */
  char *error;     /* (nullable) a sentence */
} VestimFileCheck;

/* (transfer full) the body of the request for these paths. */
char *vestim_file_check_dup_request (const char *const *paths);

/* (transfer full) (element-type VestimFileCheck) the answer; NULL with `error`. */
GPtrArray *vestim_file_check_parse_list (const char *text, gsize length, GError **error);

void vestim_file_check_free (VestimFileCheck *check);
VestimFileCheck *vestim_file_check_copy (const VestimFileCheck *check); /* (transfer full) */
