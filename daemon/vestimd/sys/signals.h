/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <uv.h>

/* SIGTERM and SIGINT ask for a graceful stop, SIGUSR1 (that is what `vestimd --stop --keep-jobs`
 * sends) for one that leaves the jobs running; any of them after that makes it immediate. SIGHUP
 * ends a foreground daemon as SIGTERM does, unless it was ignored from the outset (nohup); a
 * daemonized one ignores it. */

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

/* First thing in the program: empty mask, default dispositions, SIGPIPE ignored. */
void signals_reset (void);

/* 0 or a UV_* error, then nothing is open. `fn` is called on the loop. The handles do not keep the
 * loop alive. */
int signals_open (Signals *self, uv_loop_t *loop, bool ignore_hangup,
                  void (*fn) (void *user, SignalsEvent event, int signal), void *user);

/* Idempotent; `closed` (nullable) is called on the loop when the last handle is gone. */
void signals_close (Signals *self, void (*closed) (void *user));
