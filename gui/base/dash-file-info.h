/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

/* A file in a job's folder. */
typedef struct
{
  char *name; /* relative to the job folder, with slashes; any bytes, not always UTF-8 */
  int64_t size;
  int64_t modified_at; /* milliseconds since the epoch */
} DashFileInfo;

/* (transfer full) (element-type DashFileInfo) the answer to GET …/files; NULL with `error`. */
GPtrArray *dash_file_info_parse_list (const char *text, gsize length, GError **error);
void dash_file_info_free (DashFileInfo *info);
