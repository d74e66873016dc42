/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim/end-signals.h"

/* A file that a command writes for its user. It appears under its name when it is complete, and
 * never replaces another one unless that is asked for. What is no regular file, such as a pipe or
 * a terminal, is written to as it is. SIGINT and SIGTERM leave nothing behind. */
typedef struct
{
  char *path;
  char *part;         /* (nullable) the file under its temporary name */
  char *shown;        /* `path` in a line of text */
  int fd;             /* -1: none */
  bool may_overwrite; /* replace a file of that name */
  EndSignals signals;
} FileOutput;

#define FILE_OUTPUT_INIT \
  { \
    .fd = -1 \
  }

/* `path` is taken over. All return false with `error`, a sentence that names the file. */
bool file_output_open (FileOutput *self, char *path, bool may_overwrite, GError **error);
bool file_output_write (FileOutput *self, const char *bytes, gsize length, GError **error);
bool file_output_finish (FileOutput *self, GError **error);

/* Removes what is not finished. */
void file_output_clear (FileOutput *self);
