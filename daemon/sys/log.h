/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Log lines on stderr: one event, one line: time level module: event key=value …; control characters are escaped. */

typedef enum
{
  LOG_LEVEL_ERROR,
  LOG_LEVEL_WARNING,
  LOG_LEVEL_INFO,
  LOG_LEVEL_DEBUG,
} LogLevel;

void log_set_level (LogLevel level);
bool log_level_parse (const char *word, LogLevel *level);

/* Thread-safe; one write() a line. */
void log_line (LogLevel level, const char *module, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

#define log_error(module, ...) log_line (LOG_LEVEL_ERROR, module, __VA_ARGS__)
#define log_warning(module, ...) log_line (LOG_LEVEL_WARNING, module, __VA_ARGS__)
#define log_info(module, ...) log_line (LOG_LEVEL_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_line (LOG_LEVEL_DEBUG, module, __VA_ARGS__)
