/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

/* A thread looks for a change this long before it sleeps: between two steps of training there is
 * less time than it takes to wake a thread. Other programs may need the processor, so not longer.
 */
#define LOOK_NS 50000
#define LOOKS_PER_CLOCK 64

/* On the stack of the thread in team_run(). */
typedef struct Work Work;
struct Work
{
  Work *next;
  TeamPart do_part;
  void *user;
  int n_parts;
  int n_begun;         /* under the lock, as the next one */
  int n_left;          /* not done yet */
  atomic_bool is_done; /* set under the lock; the work may be gone then */
};

struct Team
{
  int n_threads;
  pthread_mutex_t lock;
  pthread_cond_t changed; /* there is work, or a work is done, or the end has come */
  Work *works;            /* with parts that nobody has begun */
  bool is_over;
  atomic_bool has_news; /* a work or the end; set under the lock */
};

Team *
team_new (int n_threads)
{
  Team *team = g_new0 (Team, 1);

  team->n_threads = n_threads;
  pthread_mutex_init (&team->lock, NULL);
  pthread_cond_init (&team->changed, NULL);
  return team;
}

void
team_free (Team *team)
{
  if (!team)
    return;

  pthread_cond_destroy (&team->changed);
  pthread_mutex_destroy (&team->lock);
  g_free (team);
}

int
team_size (const Team *team)
{
  return team->n_threads;
}

static int64_t
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
pause_briefly (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void
look_for (const atomic_bool *truth)
{
  int64_t end = now_ns () + LOOK_NS;

  do
    for (int i = 0; i < LOOKS_PER_CLOCK && !atomic_load (truth); i++)
      pause_briefly ();
  while (!atomic_load (truth) && now_ns () < end);
}

/* The next part of a work, under the lock. The work leaves the list with its last part. */
static int
begin_part (Team *team, Work *work)
{
  int part = work->n_begun++;

  if (work->n_begun == work->n_parts)
    {
      Work **place = &team->works;

      while (*place != work)
        place = &(*place)->next;
      *place = work->next;
      atomic_store (&team->has_news, team->works != NULL || team->is_over);
    }
  return part;
}

/* Begins with the lock and returns with it. */
static void
do_next_part (Team *team, int thread, Work *work)
{
  int part = begin_part (team, work);

  pthread_mutex_unlock (&team->lock);
  work->do_part (thread, part, work->user);
  pthread_mutex_lock (&team->lock);
  if (--work->n_left == 0)
    {
      atomic_store (&work->is_done, true);
      pthread_cond_broadcast (&team->changed);
    }
}

void
team_run (Team *team, int thread, int n_parts, TeamPart do_part, void *user)
{
  Work work = { .do_part = do_part, .user = user, .n_parts = n_parts, .n_left = n_parts };

  pthread_mutex_lock (&team->lock);
  work.next = team->works;
  team->works = &work;
  atomic_store (&team->has_news, true);
  pthread_cond_broadcast (&team->changed);
  while (work.n_begun < n_parts)
    do_next_part (team, thread, &work);
  pthread_mutex_unlock (&team->lock);

  look_for (&work.is_done);
  pthread_mutex_lock (&team->lock);
  while (!atomic_load (&work.is_done))
    pthread_cond_wait (&team->changed, &team->lock);
  pthread_mutex_unlock (&team->lock);
}

void
team_help (Team *team, int thread)
{
  pthread_mutex_lock (&team->lock);
  while (!team->is_over)
    if (team->works)
      do_next_part (team, thread, team->works);
    else
      {
        pthread_mutex_unlock (&team->lock);
        look_for (&team->has_news);
        pthread_mutex_lock (&team->lock);
        if (!atomic_load (&team->has_news))
          pthread_cond_wait (&team->changed, &team->lock);
      }
  pthread_mutex_unlock (&team->lock);
}

void
team_end (Team *team)
{
  pthread_mutex_lock (&team->lock);
  team->is_over = true;
  atomic_store (&team->has_news, true);
  pthread_cond_broadcast (&team->changed);
  pthread_mutex_unlock (&team->lock);
}
