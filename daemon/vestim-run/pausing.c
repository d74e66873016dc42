/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/pausing.h"

#include <signal.h>

#include "daemon/posix/cgroup.h"
#include "daemon/posix/clock.h"

#define MAX_ROUNDS 100
#define FIRST_PAUSE_MS 10
#define LONGEST_PAUSE_MS 1000
#define STUCK_MS 2000 /* then a process of another user does not halt any more */

/* Halted by a signal or a debugger, or in a call of the kernel that takes the signal at its end: it
 * runs no code of the job. */
static bool
is_halted (const Process *process)
{
  return process->state == 'T' || process->state == 't' || process->state == 'D';
}

/* What one look has found. */
typedef struct
{
  bool is_new;      /* a process that had not got the signal before */
  size_t n_running; /* of those that had */
  size_t n_foreign; /* of these, those of other users */
} Look;

static Look
look (Pausing *pausing)
{
  ProcessList found = { 0 }, halted = { 0 };
  Look seen = { false, 0, 0 };

  pausing->find (pausing->user, &found);
  for (size_t i = 0; i < found.n; i++)
    {
      const Process *process = &found.items[i];
      bool is_known = process_list_has (&pausing->halted, process);

      if (!is_known && (process->state == 'T' || process->state == 't'))
        continue;
      process_list_add (&halted, process);
      seen.is_new |= !is_known;
      if (is_halted (process) && is_known)
        continue;
      process_signal (process, SIGSTOP);
      seen.n_running += is_known;
      seen.n_foreign += is_known && !process_is_ours (process->pid);
    }
  process_list_clear (&pausing->halted);
  process_list_clear (&found);
  pausing->halted = halted;
  return seen;
}

void
pausing_begin (Pausing *pausing)
{
  if (pausing->is_paused)
    return;
  pausing->is_paused = true;
  pausing->is_stuck = false;
  pausing->since = clock_monotonic_ms ();
  pausing->pause = FIRST_PAUSE_MS;
  pausing->next_at = PAUSING_NEVER;
  pausing->is_frozen = pausing->group != NULL && cgroup_freeze (pausing->group, true) == 0;
  if (pausing->is_frozen)
    return;
  /* A halted process cannot fork, so that this is faster than a fork bomb. */
  for (int i = 0; i < MAX_ROUNDS && look (pausing).is_new; i++)
    ;
  pausing->next_at = clock_monotonic_ms () + pausing->pause;
}

void
pausing_step (Pausing *pausing)
{
  Look seen = look (pausing);
  int64_t now = clock_monotonic_ms ();

  pausing->is_stuck = !seen.is_new && seen.n_running > 0 && seen.n_running == seen.n_foreign
                      && now >= pausing->since + STUCK_MS;
  if (pausing->pause < LONGEST_PAUSE_MS)
    pausing->pause *= 2;
  pausing->next_at = (seen.is_new || seen.n_running > 0) && !pausing->is_stuck
                         ? now + pausing->pause
                         : PAUSING_NEVER;
}

void
pausing_end (Pausing *pausing)
{
  if (!pausing->is_paused)
    return;
  pausing->is_paused = false;
  if (pausing->is_frozen)
    cgroup_freeze (pausing->group, false);
  /* Children first: a parent that looks after its child finds it running. */
  for (size_t i = pausing->halted.n; i > 0; i--)
    process_signal (&pausing->halted.items[i - 1], SIGCONT);
  process_list_clear (&pausing->halted);
}

void
pausing_find_running (const Pausing *pausing, ProcessList *running)
{
  running->n = 0;
  for (size_t i = 0; i < pausing->halted.n; i++)
    if (!is_halted (&pausing->halted.items[i]))
      process_list_add (running, &pausing->halted.items[i]);
}
