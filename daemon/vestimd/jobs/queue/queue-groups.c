/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/queue/queue-private.h"

#include <assert.h>
#include <string.h>

bool
queue_group_is_full (const QueueGroup *group)
{
  return group->max_running != QUEUE_NO_LIMIT && group->n_running >= group->max_running;
}

bool
queue_group_is_open (const QueueGroup *group)
{
  return !group->is_paused && !queue_group_is_full (group);
}

QueueGroup *
queue_find_group (const Queue *queue, const char *name)
{
  return g_hash_table_lookup (queue->groups, name);
}

QueueGroup *
queue_ref_group (Queue *queue, const char *name)
{
  QueueGroup *group = queue_find_group (queue, name);

  if (group == NULL)
    {
      group = g_new0 (QueueGroup, 1);
      group->name = g_strdup (name);
      group->max_running = QUEUE_NO_LIMIT;
      group->classes = g_ptr_array_new ();
      g_hash_table_insert (queue->groups, group->name, group);
    }
  group->n_references++;
  return group;
}

static bool
is_needed (const QueueGroup *group)
{
  return group->n_references > 0 || group->is_paused || group->max_running != QUEUE_NO_LIMIT
         || strcmp (group->name, QUEUE_DEFAULT_GROUP) == 0;
}

void
queue_unref_group (Queue *queue, QueueGroup *group)
{
  assert (group->n_references > 0);
  group->n_references--;
  if (is_needed (group))
    return;
  if (group->is_listed)
    g_ptr_array_remove_fast (queue->changed_groups, group);
  g_hash_table_remove (queue->groups, group->name);
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp ((*(QueueGroup *const *) a)->name, (*(QueueGroup *const *) b)->name);
}

GPtrArray *
queue_list_groups (const Queue *queue)
{
  GPtrArray *groups = g_ptr_array_new ();
  GHashTableIter iter;
  void *group;

  g_hash_table_iter_init (&iter, queue->groups);
  while (g_hash_table_iter_next (&iter, NULL, &group))
    g_ptr_array_add (groups, group);
  g_ptr_array_sort (groups, compare_names);
  return groups;
}

/* After a change that may have opened or closed the group. */
static void
apply_change (Queue *queue, QueueGroup *group, bool was_open)
{
  bool is_open = queue_group_is_open (group);

  if (was_open && !is_open)
    queue_close_classes (group);
  else if (!was_open && is_open)
    queue_open_classes (group);
  if (group->is_listed || queue_group_is_full (group) == group->was_full)
    return;
  group->is_listed = true;
  g_ptr_array_add (queue->changed_groups, group);
}

void
queue_set_group (Queue *queue, QueueGroup *group, int max_running, bool is_paused)
{
  bool was_open = queue_group_is_open (group);

  group->max_running = max_running;
  group->is_paused = is_paused;
  apply_change (queue, group, was_open);
}

void
queue_group_count (Queue *queue, QueueGroup *group, int difference)
{
  bool was_open = queue_group_is_open (group);

  group->n_running += difference;
  apply_change (queue, group, was_open);
}

bool
queue_take_changes (Queue *queue)
{
  bool is_changed = false;

  for (unsigned i = 0; i < queue->changed_groups->len; i++)
    {
      QueueGroup *group = queue->changed_groups->pdata[i];
      bool is_full = queue_group_is_full (group);

      is_changed |= is_full != group->was_full && group->n_queued > 0;
      group->was_full = is_full;
      group->is_listed = false;
    }
  g_ptr_array_set_size (queue->changed_groups, 0);
  return is_changed;
}
