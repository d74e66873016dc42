/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/fence.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/claim.h"
#include "daemon/attempt/heartbeat.h"
#include "daemon/attempt/lock-record.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

#define DEADLINE_MS 60000
#define NEVER_MS 3600000

static const JobGroup no_group = { .path = "" };

typedef struct
{
  JobFolder folder;
  int fd;
  int claim;
  Fence *fence; /* NULL: closed */
  FenceSpec spec;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ClaimOwner owner;

  job_folder_init (&f->folder);
  f->fd = fd_open_folder (f->folder.path);
  claim_owner_init (&owner, 1, "me");
  f->claim = claim_take (f->fd, &owner);
  g_assert_cmpint (f->claim, >=, 0);
  claim_owner_clear (&owner);
  f->spec = (FenceSpec){ .folder = f->folder.path,
                         .attempt = 1,
                         .heartbeat_ms = 10,
                         .fence_ms = NEVER_MS,
                         .kill_ms = NEVER_MS,
                         .group = &no_group };
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->fence != NULL)
    fence_close (f->fence);
  fd_clear (&f->claim);
  fd_clear (&f->fd);
  job_folder_clear (&f->folder);
}

static void
start (Fixture *f)
{
  g_assert_cmpint (fence_open (&f->fence, &f->spec), ==, 0);
}

static void
make_claim (Fixture *f, const char *name)
{
  g_autofree char *path = job_folder_file (&f->folder, name);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
}

static void
await_raise (Fixture *f)
{
  struct pollfd source = { fence_get_fd (f->fence), POLLIN, 0 };

  g_assert_cmpint (poll (&source, 1, DEADLINE_MS), ==, 1);
}

static void
assert_sentence (Fixture *f, const char *wanted)
{
  char sentence[256];

  fence_describe (f->fence, sentence, sizeof sentence);
  g_assert_cmpstr (sentence, ==, wanted);
}

static void
test_the_heart_beats_on (Fixture *f, gconstpointer data)
{
  Heartbeat heartbeat;

  start (f);
  fence_set_started (f->fence, 77);
  do
    {
      g_usleep (1000);
      heartbeat_read (f->claim, &heartbeat);
    }
  while (heartbeat.beat < 10);
  g_assert_cmpint (heartbeat.started_at, ==, 77);
  g_assert_cmpint (fence_get_state (f->fence), ==, FENCE_OPEN);
}

static void
test_a_later_claim_raises_it (Fixture *f, gconstpointer data)
{
  start (f);
  make_claim (f, "attempt.12");
  await_raise (f);
  g_assert_cmpint (fence_get_state (f->fence), ==, FENCE_LATER);
  assert_sentence (f, "The job was ended: attempt 12 has begun.");
}

/* A list of names may be old on a network file system; the text of a file is not. */
static void
test_a_later_attempt_in_run_lock_raises_it (Fixture *f, gconstpointer data)
{
  int lock = fd_make_file (f->fd, "run.lock", O_WRONLY);

  start (f);
  g_assert_cmpint (lock_record_write (lock, &(LockRecord){ .attempt = 2 }), ==, 0);
  fd_clear (&lock);
  await_raise (f);
  assert_sentence (f, "The job was ended: attempt 2 has begun.");
}

static void
test_earlier_attempts_do_not_raise_it (Fixture *f, gconstpointer data)
{
  Heartbeat heartbeat;

  f->spec.attempt = 3;
  make_claim (f, "attempt.3");
  make_claim (f, "attempt.2");
  job_folder_write (&f->folder, "attempt.3/heartbeat.json", "");
  fd_clear (&f->claim);
  f->claim = claim_open (f->fd, 3);
  start (f);
  do
    heartbeat_read (f->claim, &heartbeat);
  while (heartbeat.beat < 5);
  g_assert_cmpint (fence_get_state (f->fence), ==, FENCE_OPEN);
}

static void
test_a_folder_that_was_moved_raises_it (Fixture *f, gconstpointer data)
{
  g_autofree char *moved = g_strconcat (f->folder.path, ".moved", NULL);

  f->spec.fence_ms = 100;
  start (f);
  g_assert_cmpint (g_rename (f->folder.path, moved), ==, 0);
  await_raise (f);
  g_assert_cmpint (fence_get_state (f->fence), ==, FENCE_NO_DISK);
  assert_sentence (f, "The job was ended: its folder could not be written for 0.1 s, so the job "
                      "may have been started again.");
  g_assert_cmpint (g_rename (moved, f->folder.path), ==, 0);
}

/* A file server that comes back in time does no harm. */
static void
test_a_folder_that_comes_back_does_not_raise_it (Fixture *f, gconstpointer data)
{
  g_autofree char *moved = g_strconcat (f->folder.path, ".moved", NULL);
  Heartbeat before, after;

  start (f);
  g_assert_cmpint (g_rename (f->folder.path, moved), ==, 0);
  heartbeat_read (f->claim, &before);
  g_assert_cmpint (g_rename (moved, f->folder.path), ==, 0);
  do
    heartbeat_read (f->claim, &after);
  while (after.beat < before.beat + 3);
  g_assert_cmpint (fence_get_state (f->fence), ==, FENCE_OPEN);
}

static void
test_it_does_not_open_when_a_later_attempt_has_begun (Fixture *f, gconstpointer data)
{
  make_claim (f, "attempt.2");
  g_assert_cmpint (fence_open (&f->fence, &f->spec), ==, -EALREADY);
  g_assert_null (f->fence);
}

static void
test_it_does_not_open_without_its_claim (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (claim_withdraw (f->fd, 1), ==, 0);
  g_assert_cmpint (fence_open (&f->fence, &f->spec), ==, -ENOENT);
  g_assert_null (f->fence);
}

/* The supervisor may hang in a write to the same disk. */
static void
test_it_kills_all_if_nobody_else_ends_the_job (Fixture *f, gconstpointer data)
{
  int status;
  pid_t child;

  child = fork ();
  if (child == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      signal (SIGTERM, SIG_IGN);
      for (;;)
        pause ();
    }
  f->spec.kill_ms = 1;
  start (f);
  make_claim (f, "attempt.2");
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

#define ADD(name) g_test_add ("/fence/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (the_heart_beats_on);
  ADD (a_later_claim_raises_it);
  ADD (a_later_attempt_in_run_lock_raises_it);
  ADD (earlier_attempts_do_not_raise_it);
  ADD (a_folder_that_was_moved_raises_it);
  ADD (a_folder_that_comes_back_does_not_raise_it);
  ADD (it_does_not_open_when_a_later_attempt_has_begun);
  ADD (it_does_not_open_without_its_claim);
  ADD (it_kills_all_if_nobody_else_ends_the_job);
  return g_test_run ();
}
