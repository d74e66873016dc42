/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestimd/sys/log.h"

/* At most PIPE_BUF, which a pipe takes as one piece, so that lines of several writers never mix. */
#define LOG_LINE_LIMIT 4096

/* One line of the log, with its newline. */
typedef struct
{
  char text[LOG_LINE_LIMIT];
  size_t length;
  bool is_cut;
} LogLine;

/* Time, level, module and the message, with control characters escaped. */
void log_line_format (LogLine *line, LogLevel level, const char *module, const char *format,
                      va_list args) __attribute__ ((format (printf, 4, 0)));

/* A sentence for the user, as it is. */
void log_line_set (LogLine *line, const char *text);
