/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/vestimd/sys/signals.h"

typedef struct
{
  uv_loop_t loop;
  uv_timer_t deadline;
  Signals signals;
  SignalsEvent events[8];
  int n_events;
  bool is_closed;
} Fixture;

static void
on_event (void *user, SignalsEvent event, int signal)
{
  Fixture *f = user;

  f->events[f->n_events++] = event;
}

static void
on_closed (void *user)
{
  ((Fixture *) user)->is_closed = true;
}

static void
on_deadline (uv_timer_t *timer)
{
  g_assert_not_reached ();
}

static void
set_up (Fixture *f, gconstpointer data)
{
  uv_loop_init (&f->loop);
  uv_timer_init (&f->loop, &f->deadline);
  uv_timer_start (&f->deadline, on_deadline, 10000, 0);
  g_assert_cmpint (signals_open (&f->signals, &f->loop, data != NULL, on_event, f), ==, 0);
}

/* No handle may be left open. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  signals_close (&f->signals, on_closed);
  signals_close (&f->signals, on_closed);
  uv_close ((uv_handle_t *) &f->deadline, NULL);
  uv_run (&f->loop, UV_RUN_DEFAULT);
  g_assert_true (f->is_closed);
  g_assert_cmpint (uv_loop_close (&f->loop), ==, 0);
  signal (SIGHUP, SIG_DFL);
}

static SignalsEvent
receive (Fixture *f, int signal)
{
  int n = f->n_events;

  kill (getpid (), signal);
  while (f->n_events == n)
    uv_run (&f->loop, UV_RUN_ONCE);
  return f->events[n];
}

static void
test_the_second_signal_makes_it_immediate (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (receive (f, SIGTERM), ==, SIGNALS_STOP);
  g_assert_cmpint (receive (f, SIGINT), ==, SIGNALS_STOP_NOW);
  g_assert_cmpint (receive (f, SIGTERM), ==, SIGNALS_STOP_NOW);
}

static void
test_sigusr1_keeps_the_jobs (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (receive (f, SIGUSR1), ==, SIGNALS_STOP_KEEP_JOBS);
  g_assert_cmpint (receive (f, SIGUSR1), ==, SIGNALS_STOP_NOW);
}

static void
test_a_hangup_ends_a_foreground_daemon (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (receive (f, SIGHUP), ==, SIGNALS_STOP);
}

static void
test_a_hangup_is_ignored_in_the_background (Fixture *f, gconstpointer data)
{
  kill (getpid (), SIGHUP);
  g_assert_cmpint (receive (f, SIGINT), ==, SIGNALS_STOP);
  g_assert_cmpint (f->n_events, ==, 1);
}

/* The daemon can be stopped although its parent blocked signals, and a lost client does not kill
 * it. */
static void
test_reset_undoes_what_was_inherited (void)
{
  int status = 0;
  sigset_t all;
  pid_t pid = fork ();

  if (pid == 0)
    {
      sigfillset (&all);
      sigprocmask (SIG_BLOCK, &all, NULL);
      signal (SIGTERM, SIG_IGN);
      signals_reset ();
      raise (SIGPIPE);
      raise (SIGTERM);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGTERM);
}

#define ADD(name, daemonized, test) \
  g_test_add ("/signals/" name, Fixture, daemonized, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-second-signal-makes-it-immediate", NULL, test_the_second_signal_makes_it_immediate);
  ADD ("sigusr1-keeps-the-jobs", NULL, test_sigusr1_keeps_the_jobs);
  ADD ("a-hangup-ends-a-foreground-daemon", NULL, test_a_hangup_ends_a_foreground_daemon);
  ADD ("a-hangup-is-ignored-in-the-background", "yes", test_a_hangup_is_ignored_in_the_background);
  g_test_add_func ("/signals/reset-undoes-what-was-inherited",
                   test_reset_undoes_what_was_inherited);
  return g_test_run ();
}
