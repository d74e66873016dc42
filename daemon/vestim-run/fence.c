/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/fence.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "daemon/attempt/claim.h"
#include "daemon/attempt/heartbeat.h"
#include "daemon/attempt/lock-record.h"
#include "daemon/posix/clock.h"
#include "daemon/posix/fd.h"
#include "daemon/vestim-run/ending.h"
#include "daemon/vestim-run/fence-clock.h"

#define STACK (256 << 10)   /* of a thread; the usual one may be limited or huge */
#define RETRIES_IN_PAUSE 10 /* a failed heartbeat is tried again so much sooner */
#define JOIN_S 1

struct Fence
{
  FenceSpec spec;
  int fd; /* an eventfd */
  pthread_t writer;
  pthread_t watcher;
  int64_t claimed_at; /* of clock_uptime_ms() */
  uint64_t n_beats;   /* of the writing thread, once it runs */

  pthread_mutex_t mutex; /* for the following */
  pthread_cond_t changed;
  FenceClock clock;
  FenceState state;
  int later; /* the attempt that was seen */
  int64_t started_at;
  bool must_beat; /* at once */
  bool is_closing;
};

/* ---- The heartbeat ---- */

static int
find_later (int folder, int attempt)
{
  LockRecord record;
  int last = claim_find_last (folder);

  if (last < 0)
    return last;
  /* A file that is opened is read anew, while a list of names may be old. */
  if (lock_record_read (folder, &record) && record.attempt > last)
    last = record.attempt;
  return last > attempt ? last : 0;
}

/* By the path, as the other hosts see it: a folder that was removed or moved is not ours any more.
 * 0, the number of a later attempt, or -errno. */
static int
beat (Fence *fence, int64_t started_at)
{
  const FenceSpec *spec = &fence->spec;
  Heartbeat heartbeat = { .beat = fence->n_beats + 1,
                          .age_ms = clock_uptime_ms () - fence->claimed_at,
                          .started_at = started_at };
  int folder = fd_open_folder (spec->folder);
  int claim = folder < 0 ? folder : claim_open (folder, spec->attempt);
  int r = claim < 0 ? claim : heartbeat_write (claim, &heartbeat);

  if (r == 0)
    {
      fence->n_beats++;
      r = find_later (folder, spec->attempt);
    }
  fd_clear (&claim);
  fd_clear (&folder);
  return r;
}

/* ---- The threads; the mutex is locked ---- */

static void
wait_for_change (Fence *fence, int64_t ms)
{
  struct timespec until;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000;
  until.tv_sec += until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  pthread_cond_timedwait (&fence->changed, &fence->mutex, &until);
}

static void
pause_writer (Fence *fence, int64_t ms)
{
  int64_t until = clock_monotonic_ms () + ms, left;

  while (!fence->is_closing && !fence->must_beat && (left = until - clock_monotonic_ms ()) > 0)
    wait_for_change (fence, left);
  fence->must_beat = false;
}

static void
raise_fence (Fence *fence, FenceState state)
{
  if (fence->state != FENCE_OPEN || fence->is_closing)
    return;
  fence->state = state;
  eventfd_write (fence->fd, 1);
}

static void *
keep_beating (void *user)
{
  Fence *fence = user;
  int64_t pause = fence->spec.heartbeat_ms;

  pthread_mutex_lock (&fence->mutex);
  for (pause_writer (fence, pause); !fence->is_closing; pause_writer (fence, pause))
    {
      int64_t begun_at = clock_uptime_ms (), started_at = fence->started_at;
      int r;

      pthread_mutex_unlock (&fence->mutex);
      r = beat (fence, started_at);
      pthread_mutex_lock (&fence->mutex);
      if (r == 0)
        fence_clock_note_written (&fence->clock, begun_at);
      else if (r > 0)
        {
          fence->later = r;
          raise_fence (fence, FENCE_LATER);
        }
      pause = fence->spec.heartbeat_ms;
      if (r < 0)
        pause = pause / RETRIES_IN_PAUSE + 1;
    }
  pthread_mutex_unlock (&fence->mutex);
  return NULL;
}

/* The supervisor should have done it. */
static void
kill_all (Fence *fence)
{
  const JobGroup *group = fence->spec.group;
  Ending ending = { .find = ending_find_descendants,
                    .group = job_group_exists (group) ? group->path : NULL,
                    .signal = SIGKILL };

  ending_ask (&ending);
  while (!fence->is_closing)
    {
      if (clock_monotonic_ms () >= ending.next_at)
        ending_step (&ending);
      wait_for_change (fence, fence->clock.tick_ms);
    }
  ending_clear (&ending);
}

static void *
keep_watching (void *user)
{
  Fence *fence = user;
  int64_t raised_at = 0;

  pthread_mutex_lock (&fence->mutex);
  while (!fence->is_closing)
    {
      int64_t now;

      wait_for_change (fence, fence->clock.tick_ms);
      now = clock_uptime_ms ();
      if (fence_clock_tick (&fence->clock, now))
        {
          fence->must_beat = true;
          pthread_cond_broadcast (&fence->changed);
        }
      if (fence_clock_is_over (&fence->clock, now))
        raise_fence (fence, FENCE_NO_DISK);
      if (fence->state != FENCE_OPEN && raised_at == 0)
        raised_at = now;
      if (raised_at != 0 && now - raised_at >= fence->spec.kill_ms)
        kill_all (fence);
    }
  pthread_mutex_unlock (&fence->mutex);
  return NULL;
}

/* ---- Opening and closing ---- */

static int
start_threads (Fence *fence)
{
  pthread_condattr_t monotonic;
  pthread_attr_t small;
  int r;

  pthread_mutex_init (&fence->mutex, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&fence->changed, &monotonic);
  pthread_attr_init (&small);
  pthread_attr_setstacksize (&small, STACK);
  r = pthread_create (&fence->writer, &small, keep_beating, fence);
  if (r != 0)
    return -r;
  r = pthread_create (&fence->watcher, &small, keep_watching, fence);
  if (r == 0)
    return 0;
  fence->is_closing = true;
  pthread_cond_broadcast (&fence->changed);
  pthread_join (fence->writer, NULL);
  return -r;
}

int
fence_open (Fence **out, const FenceSpec *spec)
{
  Fence *fence = calloc (1, sizeof *fence);
  int64_t now = clock_uptime_ms ();
  int r;

  if (fence == NULL)
    return -ENOMEM;
  fence->spec = *spec;
  fence->claimed_at = now;
  fence->n_beats = 1; /* claim_take() wrote it */
  fence->fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  r = fence->fd < 0 ? -errno : beat (fence, 0);
  r = r > 0 ? -EALREADY : r;
  fence_clock_init (&fence->clock, spec->fence_ms, now);
  if (r == 0)
    r = start_threads (fence);
  if (r < 0)
    {
      fd_clear (&fence->fd);
      free (fence);
      return r;
    }
  *out = fence;
  return 0;
}

int
fence_get_fd (const Fence *fence)
{
  return fence->fd;
}

FenceState
fence_get_state (Fence *fence)
{
  FenceState state;

  pthread_mutex_lock (&fence->mutex);
  state = fence->state;
  pthread_mutex_unlock (&fence->mutex);
  return state;
}

void
fence_set_started (Fence *fence, int64_t started_at)
{
  pthread_mutex_lock (&fence->mutex);
  fence->started_at = started_at;
  fence->must_beat = true;
  pthread_cond_broadcast (&fence->changed);
  pthread_mutex_unlock (&fence->mutex);
}

void
fence_describe (Fence *fence, char *sentence, size_t size)
{
  pthread_mutex_lock (&fence->mutex);
  if (fence->state == FENCE_LATER)
    snprintf (sentence, size, "The job was ended: attempt %d has begun.", fence->later);
  else
    snprintf (sentence, size,
              "The job was ended: its folder could not be written for %g s, so the job may have "
              "been started again.",
              (double) fence->spec.fence_ms / 1000);
  pthread_mutex_unlock (&fence->mutex);
}

void
fence_close (Fence *fence)
{
  struct timespec until;

  pthread_mutex_lock (&fence->mutex);
  fence->is_closing = true;
  pthread_cond_broadcast (&fence->changed);
  pthread_mutex_unlock (&fence->mutex);
  pthread_join (fence->watcher, NULL);
  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += JOIN_S;
  if (pthread_clockjoin_np (fence->writer, NULL, CLOCK_MONOTONIC, &until) != 0)
    return;
  pthread_cond_destroy (&fence->changed);
  pthread_mutex_destroy (&fence->mutex);
  close (fence->fd);
  free (fence);
}
