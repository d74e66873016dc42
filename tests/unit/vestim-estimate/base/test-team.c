/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>

#include "daemon/vestim-estimate/base/team.h"

#define N_THREADS 4
#define N_PARTS 40
#define N_ROUNDS 300

typedef struct
{
  Team *team;
  int number;
  pthread_t thread;
} Member;

typedef struct
{
  atomic_int times[N_PARTS]; /* that a part was done */
  atomic_int others;         /* parts done by another thread than the caller */
  int caller;
} Count;

static void
count_part (int thread, int part, void *user)
{
  Count *count = user;

  atomic_fetch_add (&count->times[part], 1);
  if (thread != count->caller)
    atomic_fetch_add (&count->others, 1);
}

static void *
help (void *user)
{
  const Member *member = user;

  team_help (member->team, member->number);
  return NULL;
}

static void *
run_rounds (void *user)
{
  const Member *member = user;

  for (int round = 0; round < N_ROUNDS; round++)
    {
      int n = 1 + round % N_PARTS;
      Count count = { .caller = member->number };

      team_run (member->team, member->number, n, count_part, &count);
      for (int part = 0; part < N_PARTS; part++)
        g_assert_cmpint (count.times[part], ==, part < n ? 1 : 0);
    }
  return NULL;
}

/* A sweep has several such threads at the same time. */
static void
test_each_part_is_done_once (void)
{
  g_autoptr (Team) team = team_new (N_THREADS);
  Member members[N_THREADS];

  for (int i = 0; i < N_THREADS; i++)
    {
      members[i] = (Member){ .team = team, .number = i };
      pthread_create (&members[i].thread, NULL, i < 2 ? run_rounds : help, &members[i]);
    }
  for (int i = 0; i < 2; i++)
    pthread_join (members[i].thread, NULL);
  team_end (team);
  for (int i = 2; i < N_THREADS; i++)
    pthread_join (members[i].thread, NULL);
}

static void
wait_for_another (int thread, int part, void *user)
{
  Count *count = user;

  count_part (thread, part, count);
  while (atomic_load (&count->others) == 0 && part > 0)
    g_usleep (100);
}

/* One that does everything alone would pass all other tests. */
static void
test_a_thread_that_helps_does_parts (void)
{
  g_autoptr (Team) team = team_new (2);
  Member helper = { .team = team, .number = 1 };
  Count count = { .caller = 0 };

  pthread_create (&helper.thread, NULL, help, &helper);
  g_usleep (1000); /* it may be asleep by now */
  team_run (team, 0, N_PARTS, wait_for_another, &count);
  g_assert_cmpint (count.others, >, 0);
  team_end (team);
  pthread_join (helper.thread, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/team/each part is done once", test_each_part_is_done_once);
  g_test_add_func ("/team/a thread that helps does parts", test_a_thread_that_helps_does_parts);
  return g_test_run ();
}
