/* SPDX-License-Identifier: MIT */
#include "daemon/posix/process-list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "daemon/posix/lack.h"

void
process_list_add (ProcessList *list, const Process *process)
{
  if (list->n == list->capacity)
    {
      size_t capacity = list->capacity == 0 ? 256 : 2 * list->capacity;
      Process *items = realloc (list->items, capacity * sizeof *items);

      if (items == NULL)
        abort ();
      list->items = items;
      list->capacity = capacity;
    }
  list->items[list->n++] = *process;
}

void
process_list_add_living (ProcessList *list, const ProcessList *all, const bool *chosen)
{
  for (size_t i = 0; i < all->n; i++)
    if (chosen[i] && all->items[i].state != 'Z' && all->items[i].state != 'X')
      process_list_add (list, &all->items[i]);
}

void
process_list_clear (ProcessList *list)
{
  free (list->items);
  *list = (ProcessList){ 0 };
}

int
process_list_read (ProcessList *list)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;
  Process process;

  list->n = 0;
  if (proc == NULL)
    {
      lack_note (errno);
      return -errno;
    }
  /* The kernel lists processes in ascending order, which process_list_find() relies on. */
  while ((entry = readdir (proc)) != NULL)
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
        && process_read_at (dirfd (proc), entry->d_name, &process))
      process_list_add (list, &process);
  closedir (proc);
  return 0;
}

static int
compare_pids (const void *key, const void *item)
{
  pid_t pid = *(const pid_t *) key, other = ((const Process *) item)->pid;

  return (pid > other) - (pid < other);
}

const Process *
process_list_find (const ProcessList *list, pid_t pid)
{
  return list->n == 0 ? NULL : bsearch (&pid, list->items, list->n, sizeof (Process), compare_pids);
}

bool
process_list_has (const ProcessList *list, const Process *process)
{
  const Process *found = process_list_find (list, process->pid);

  return found != NULL && found->start == process->start;
}

void
process_list_choose_ancestors (const ProcessList *list, pid_t pid, bool *chosen)
{
  const Process *process = process_list_find (list, pid);

  /* The list was not read in one moment: parents may form a circle. */
  for (size_t i = 0; process != NULL && i < list->n; i++)
    {
      chosen[process - list->items] = true;
      process = process_list_find (list, process->parent);
    }
}

/* One pass in order of the PIDs finds nearly all: most children have higher PIDs. */
static bool
choose_children (const ProcessList *list, pid_t root, const bool *spared, bool *chosen)
{
  bool changed = false;

  for (size_t i = 0; i < list->n; i++)
    {
      const Process *parent;

      if (chosen[i] || (spared != NULL && spared[i]))
        continue;
      parent = process_list_find (list, list->items[i].parent);
      if (list->items[i].parent == root || (parent != NULL && chosen[parent - list->items]))
        changed = chosen[i] = true;
    }
  return changed;
}

void
process_list_choose_descendants (const ProcessList *list, pid_t root, const bool *spared,
                                 bool *chosen)
{
  /* 0 is the parent of PID 1 and of kernel threads, so that it cannot mean "none" here. */
  pid_t from = root > 0 ? root : -1;

  while (choose_children (list, from, spared, chosen))
    ;
}
