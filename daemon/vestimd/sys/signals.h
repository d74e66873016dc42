/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

/* SIGTERM and SIGINT ask for a graceful stop; SIGUSR1, which `vestimd --stop --keep-jobs` sends,
 * for one that leaves the jobs running. A second signal makes the stop immediate. SIGHUP acts as
 * SIGTERM in the foreground, unless it was ignored from the start (nohup); a daemonized process
 * ignores it. */

#define SIGNALS_KEEP_JOBS SIGUSR1

typedef enum
{
  SIGNALS_STOP,
  SIGNALS_STOP_KEEP_JOBS,
  SIGNALS_STOP_NOW, /* the second signal, and each after it */
} SignalsEvent;

#define SIGNALS_HANDLES 4

typedef struct Signals Signals;

struct Signals
{
  uv_signal_t handles[SIGNALS_HANDLES];
  int n_open;
  bool is_closing;
  unsigned n_received;
  void (*fn) (void *user, SignalsEvent event, int signal);
  void (*closed) (void *user);
  void *user;
};

/* For the start of the program: empty mask, default dispositions, SIGPIPE ignored. */
void signals_reset (void);

/* 0, or a UV_* error after which nothing is open. `fn` is called on the loop. The handles do not
 * keep the loop alive. */
int signals_open (Signals *self, uv_loop_t *loop, bool ignore_hangup,
                  void (*fn) (void *user, SignalsEvent event, int signal), void *user);

/* Idempotent; `closed` (nullable) is called on the loop when the last handle is gone. */
void signals_close (Signals *self, void (*closed) (void *user));
