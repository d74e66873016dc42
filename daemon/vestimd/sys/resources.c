/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/resources.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "daemon/posix/lack.h"
#include "daemon/vestimd/sys/log.h"

#define POOL_VARIABLE "UV_THREADPOOL_SIZE"
#define POOL_THREADS 4 /* libuv's default */
#define OUR_THREADS 6  /* of the log, the registry and the trash */
#define JOB_THREADS 2  /* processes that are left to a job: its shim and its program */
#define DESCRIPTORS RESOURCES_DESCRIPTORS

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define REPORTS_SEGV
#endif
#elif defined __SANITIZE_ADDRESS__
#define REPORTS_SEGV
#endif

#define MAX_THREADS (OUR_THREADS + POOL_THREADS + JOB_THREADS)

static unsigned pool_threads = POOL_THREADS;
static int lack_exit_code;

/* ---- At the start ---- */

static void
wait_for_mutex (void *user)
{
  pthread_mutex_lock (user);
  pthread_mutex_unlock (user);
}

/* How many threads can live at a time, up to MAX_THREADS. */
static unsigned
count_threads (void)
{
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  uv_thread_t threads[MAX_THREADS];
  unsigned n = 0;

  pthread_mutex_lock (&mutex);
  while (n < MAX_THREADS && uv_thread_create (&threads[n], wait_for_mutex, &mutex) == 0)
    n++;
  pthread_mutex_unlock (&mutex);
  for (unsigned i = 0; i < n; i++)
    uv_thread_join (&threads[i]);
  return n;
}

/* How many descriptors can be opened, up to DESCRIPTORS. */
static unsigned
count_descriptors (void)
{
  int fds[DESCRIPTORS];
  unsigned n = 0;

  while (n < DESCRIPTORS && (fds[n] = fcntl (STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
    n++;
  for (unsigned i = 0; i < n; i++)
    close (fds[i]);
  return n;
}

int
resources_check (char **message)
{
  unsigned n_descriptors = count_descriptors ();
  unsigned n_threads = count_threads ();

  if (n_descriptors < DESCRIPTORS)
    *message = g_strdup_printf ("only %u of %u descriptors can be opened: raise the limit of open "
                                "files (ulimit -n), then start again.",
                                n_descriptors, DESCRIPTORS);
  else if (n_threads < OUR_THREADS + 1)
    *message = g_strdup_printf ("only %u of %u threads can be started: end other programs of this "
                                "user, or raise the limits of processes (ulimit -u) and of memory "
                                "(ulimit -v), then start again.",
                                n_threads, MAX_THREADS);
  else
    {
      pool_threads =
          (unsigned) CLAMP ((int) n_threads - OUR_THREADS - JOB_THREADS, 1, POOL_THREADS);
      return 0;
    }
  return -1;
}

static void
on_nothing (uv_work_t *work)
{
}

static void
on_nothing_done (uv_work_t *work, int status)
{
  *(bool *) work->data = true;
}

/* The variable is for libuv alone, which reads it with the first work: jobs must not inherit it. */
void
resources_start_pool (uv_loop_t *loop)
{
  uv_work_t work;
  bool is_done = false;

  if (pool_threads == POOL_THREADS)
    return;
  log_warning ("daemon", "few threads can be started threads=%u", pool_threads + OUR_THREADS);
  g_autofree char *size = g_strdup_printf ("%u", pool_threads);
  g_autofree char *before = g_strdup (g_getenv (POOL_VARIABLE));

  g_setenv (POOL_VARIABLE, size, true);
  work.data = &is_done;
  uv_queue_work (loop, &work, on_nothing, on_nothing_done);
  if (before != NULL)
    g_setenv (POOL_VARIABLE, before, true);
  else
    g_unsetenv (POOL_VARIABLE);
  while (!is_done)
    uv_run (loop, UV_RUN_ONCE);
}

/* ---- Later ---- */

/* GLib raises SIGTRAP after a message when there is no memory, or, when there is none for the
 * message either (ENOMEM), uses up its stack. libuv calls abort() when a system call fails. Any
 * other SIGABRT or SIGSEGV is a defect: it ends the process as usual. */
static void
on_abort (int signal)
{
  static const char text[] =
      "vestimd: ended for lack of memory, processes or descriptors: end other programs or raise "
      "the limits, then start vestimd again. Running jobs go on.\n";

  if (signal == SIGSEGV ? errno != ENOMEM : signal != SIGTRAP && !lack_is (errno))
    {
      raise (signal); /* its handling is the default again */
      return;
    }
  (void) !write (STDERR_FILENO, text, sizeof text - 1);
  _exit (lack_exit_code);
}

static void
handle (int signal, int flags)
{
  struct sigaction action = { .sa_handler = on_abort, .sa_flags = SA_RESETHAND | flags };

  sigaction (signal, &action, NULL);
}

void
resources_guard_stack (void *stack)
{
#ifndef REPORTS_SEGV
  sigaltstack (&(stack_t){ .ss_sp = stack, .ss_size = RESOURCES_STACK }, NULL);
#endif
}

void
resources_tell_lack (int exit_code)
{
  static char stack[RESOURCES_STACK];

  lack_exit_code = exit_code;
  handle (SIGABRT, 0);
  handle (SIGTRAP, 0);
  resources_guard_stack (stack);
#ifndef REPORTS_SEGV
  handle (SIGSEGV, SA_ONSTACK);
#endif
}
