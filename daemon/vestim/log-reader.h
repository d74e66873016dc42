/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/access/vestim-log-gap.h"
#include "daemon/vestim/patience.h"

/* Reads a log from the server piece by piece, and prints it. It keeps its place over a restart of
 * the server and over the growing gap of a full log. */
typedef struct
{
  Session *session;
  Patience patience;
  char *path;    /* of the log */
  goffset place; /* of the next byte to print */
  VestimLogGap gap;
} LogReader;

void log_reader_init (LogReader *self, Session *session, char *path); /* takes `path` */
void log_reader_clear (LogReader *self);

/* Starts over, for the log of another attempt. */
void log_reader_restart (LogReader *self);

/* Moves to the last lines or bytes; -1 stands for all of them. Of both, the later place counts. */
bool log_reader_seek_end (LogReader *self, int64_t n_lines, int64_t n_bytes, GError **error);

/* Prints all that there is now. `was_restarted` (nullable) says that the log is shorter than what
 * was printed: it is that of another attempt, and nothing was printed. */
bool log_reader_print (LogReader *self, bool *was_restarted, GError **error);
