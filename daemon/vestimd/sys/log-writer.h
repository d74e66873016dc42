/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestimd/sys/log-line.h"

/* One output of the log. A stopped terminal, a full pipe or a hung disk may block a write() for
 * ever, and a descriptor that other processes share must not be made non-blocking. So a thread
 * writes, and no other thread waits for it. Lines that find no room in memory are dropped, and
 * their number is logged as soon as the output takes lines again. */

#define LOG_WRITER_ROOM (256 * 1024)

typedef struct
{
  /* Writes whole lines; may block. 0 or -errno. On the thread, or where there is none, on that of
   * the caller. */
  int (*write) (const char *text, size_t length);

  pthread_mutex_t mutex;
  pthread_cond_t changed;
  bool has_thread;
  pthread_t thread;
  bool is_stopping;
  bool is_writing;
  char *waiting; /* lines for the thread */
  size_t length;
  char *batch;                  /* lines that the thread writes */
  unsigned n_dropped;           /* after those that wait */
  _Atomic unsigned long n_lost; /* in all, also those that could not be written */
} LogWriter;

#define LOG_WRITER_INIT(fn) \
  { \
    .write = fn, .mutex = PTHREAD_MUTEX_INITIALIZER \
  }

/* Before the start and after the stop, log_writer_add() itself writes. 0 or -errno. */
int log_writer_start (LogWriter *self);

void log_writer_add (LogWriter *self, const LogLine *line);

/* The lines that were dropped since the start of the process; from any thread. */
unsigned long log_writer_count_lost (const LogWriter *self);

/* Waits until all lines are written: false after `timeout_ms`. */
bool log_writer_flush (LogWriter *self, int timeout_ms);

/* Forgets the lines that the thread has not taken, and those that were dropped after them. */
void log_writer_discard (LogWriter *self);

/* A thread that does not end within `timeout_ms` is left to itself: false, and further lines are
 * dropped. */
bool log_writer_stop (LogWriter *self, int timeout_ms);
