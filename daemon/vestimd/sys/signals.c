/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/signals.h"

#include <signal.h>
#include <string.h>

#include "daemon/vestimd/sys/log.h"

#define MODULE "signals"

static bool
is_ignored (int signal)
{
  struct sigaction action;

  return sigaction (signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void
on_signal (uv_signal_t *handle, int signal)
{
  Signals *self = handle->data;
  SignalsEvent event = SIGNALS_STOP;

  if (self->is_closing)
    return;
  if (self->n_received++ > 0)
    event = SIGNALS_STOP_NOW;
  else if (signal == SIGNALS_KEEP_JOBS)
    event = SIGNALS_STOP_KEEP_JOBS;
  log_info (MODULE, "signal received signal=%s count=%u", sigabbrev_np (signal), self->n_received);
  self->fn (self->user, event, signal);
}

static void
on_handle_closed (uv_handle_t *handle)
{
  Signals *self = handle->data;

  self->n_open--;
  if (self->n_open == 0 && self->closed != NULL)
    self->closed (self->user);
}

void
signals_reset (void)
{
  static const int defaults[] = { SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM };
  sigset_t none;

  for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
    signal (defaults[i], SIG_DFL);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN); /* a write then fails, and is treated like one on a full disk */
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

static int
start_handle (Signals *self, uv_loop_t *loop, int signal)
{
  uv_signal_t *handle = &self->handles[self->n_open];
  int r = uv_signal_init (loop, handle);

  if (r < 0)
    return r;
  handle->data = self;
  self->n_open++;
  uv_unref ((uv_handle_t *) handle);
  return uv_signal_start (handle, on_signal, signal);
}

int
signals_open (Signals *self, uv_loop_t *loop, bool ignore_hangup,
              void (*fn) (void *user, SignalsEvent event, int signal), void *user)
{
  static const int handled[SIGNALS_HANDLES] = { SIGTERM, SIGINT, SIGNALS_KEEP_JOBS, SIGHUP };
  int r = 0;

  *self = (Signals){ .fn = fn, .user = user };
  if (ignore_hangup)
    signal (SIGHUP, SIG_IGN);
  for (size_t i = 0; r == 0 && i < SIGNALS_HANDLES; i++)
    if (handled[i] != SIGHUP || !is_ignored (SIGHUP))
      r = start_handle (self, loop, handled[i]);
  if (r < 0)
    signals_close (self, NULL);
  return r;
}

void
signals_close (Signals *self, void (*closed) (void *user))
{
  if (self->is_closing)
    return;
  self->is_closing = true;
  self->closed = closed;
  for (int i = 0; i < self->n_open; i++)
    uv_close ((uv_handle_t *) &self->handles[i], on_handle_closed);
}
