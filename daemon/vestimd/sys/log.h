/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Log lines, one event a line: time, level, module, event, then key=value …; control characters are
 * escaped. They go to stderr, or to a file once log_open_file() was called. */

typedef enum
{
  LOG_LEVEL_ERROR,
  LOG_LEVEL_WARNING,
  LOG_LEVEL_INFO,
  LOG_LEVEL_DEBUG,
} LogLevel;

void log_set_level (LogLevel level);

/* "error", "warning", "info" or "debug". For any other word false, and `*level` stays as it is. */
bool log_level_parse (const char *word, LogLevel *level);

/* Thread-safe; lines of several processes never mix; errno is kept. A line over 4 KiB is cut and
 * ends with "…". */
void log_line (LogLevel level, const char *module, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

#define log_error(module, ...) log_line (LOG_LEVEL_ERROR, module, __VA_ARGS__)
#define log_warning(module, ...) log_line (LOG_LEVEL_WARNING, module, __VA_ARGS__)
#define log_info(module, ...) log_line (LOG_LEVEL_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_line (LOG_LEVEL_DEBUG, module, __VA_ARGS__)

/* Logs a move of a state machine at debug level: the `trace` of a VestimMachineType. */
void log_transition (const char *name, const char *id, const char *from, const char *to);

/* A sentence for the user, as it is: to stderr alone. */
void log_say (const char *sentence);

/* From now on threads write, and nobody waits for an output that takes nothing: a stopped terminal,
 * a full pipe, a hung disk. What finds no room in memory meanwhile is dropped and counted, and the
 * count is logged. */
void log_start_threads (void);

/* How many messages were dropped in all. */
unsigned long log_count_lost (void);

/* Writes what is left, unless an output still takes nothing after two seconds. Call it in the end
 * of the process: a thread that hangs is left to itself. */
void log_stop_threads (void);

#define LOG_FILE_LIMIT (8 * 1024 * 1024)
#define LOG_FILES_KEPT 3

/* Appends to `path` (mode 0600, never through a link) from now on; at `limit` bytes
 * (LOG_FILE_LIMIT) it becomes `path`.1, and so on up to LOG_FILES_KEPT. Errors and warnings go to
 * stderr as well, until log_take_stderr(). 0 or -errno. */
int log_open_file (const char *path, long limit);

/* Makes descriptor 2 the log file, so that the messages of libraries go there, too. */
void log_take_stderr (void);

/* Back to stderr alone. */
void log_close_file (void);
