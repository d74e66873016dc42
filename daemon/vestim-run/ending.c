/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/ending.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/posix/cgroup.h"
#include "daemon/posix/clock.h"

#define STABLE_ROUNDS 3
#define FREEZE_ROUNDS 100
#define FIRST_PAUSE_MS 20
#define LONGEST_PAUSE_MS 1000

/* Looks until two looks in a row agree, so that no process is missed that was forked during the
 * first one. Processes that are forked after the first signal are spared: they may clean up. */
static void
find_all (Ending *ending, ProcessList *found)
{
  size_t before;

  ending->find (ending->user, found);
  for (int i = 1; i < STABLE_ROUNDS; i++)
    {
      before = found->n;
      ending->find (ending->user, found);
      if (found->n == before)
        return;
    }
}

void
ending_ask (Ending *ending)
{
  ProcessList found = { 0 };

  find_all (ending, &found);
  for (size_t i = 0; i < found.n; i++)
    if (!process_list_has (&ending->asked, &found.items[i]))
      {
        process_signal (&found.items[i], ending->signal);
        /* A stopped process takes no other signal before it continues. */
        process_signal (&found.items[i], SIGCONT);
      }
  process_list_clear (&ending->asked);
  ending->asked = found;
  if (!ending->begun)
    {
      ending->kill_at = clock_monotonic_ms () + ending->grace_ms;
      ending->next_at = ending->kill_at;
      ending->pause = FIRST_PAUSE_MS;
      ending->begun = true;
    }
}

void
ending_limit_grace (Ending *ending, int64_t grace_ms)
{
  int64_t kill_at = clock_monotonic_ms () + grace_ms;

  if (grace_ms < ending->grace_ms)
    ending->grace_ms = grace_ms;
  if (!ending->begun || kill_at >= ending->kill_at)
    return;
  ending->kill_at = kill_at;
  ending->next_at = kill_at;
}

/* Stops all processes until no new one appears: a stopped process cannot fork, so that the SIGKILL
 * that follows is faster than a fork bomb. */
static void
freeze (Ending *ending, ProcessList *frozen)
{
  ProcessList found = { 0 };
  bool is_new = true;

  for (int i = 0; i < FREEZE_ROUNDS && is_new; i++)
    {
      ProcessList swap = *frozen;

      ending->find (ending->user, &found);
      is_new = false;
      for (size_t k = 0; k < found.n; k++)
        if (!process_list_has (frozen, &found.items[k]))
          {
            process_signal (&found.items[k], SIGSTOP);
            is_new = true;
          }
      *frozen = found;
      found = swap;
    }
  process_list_clear (&found);
}

void
ending_step (Ending *ending)
{
  ProcessList frozen = { 0 };

  if (clock_monotonic_ms () < ending->kill_at)
    return;
  if (ending->group != NULL)
    cgroup_kill (ending->group);
  freeze (ending, &frozen);
  for (size_t i = 0; i < frozen.n; i++)
    process_signal (&frozen.items[i], SIGKILL);
  process_list_clear (&frozen);
  ending->next_at = clock_monotonic_ms () + ending->pause;
  if (ending->pause < LONGEST_PAUSE_MS)
    ending->pause *= 2;
}

bool
ending_is_stuck (const Ending *ending)
{
  return ending->begun && clock_monotonic_ms () >= ending->kill_at + ENDING_STUCK_MS;
}

void
ending_clear (Ending *ending)
{
  process_list_clear (&ending->asked);
}

void
ending_find_descendants (void *user, ProcessList *found)
{
  ProcessList all = { 0 };
  bool *chosen;

  found->n = 0;
  if (process_list_read (&all) < 0)
    return;
  chosen = calloc (all.n + 1, sizeof *chosen);
  if (chosen == NULL)
    abort ();
  process_list_choose_descendants (&all, getpid (), NULL, chosen);
  process_list_add_living (found, &all, chosen);
  free (chosen);
  process_list_clear (&all);
}
