/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/queue.h"

#include <glib.h>

struct Queue
{
  GTree *tree; /* Job → Job, in order of starting */
};

static int
compare_jobs (gconstpointer a, gconstpointer b)
{
  const VestimJob *left = job_get (a);
  const VestimJob *right = job_get (b);

  if (left->priority != right->priority)
    return left->priority > right->priority ? -1 : 1;
  return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

Queue *
queue_new (void)
{
  Queue *queue = g_new0 (Queue, 1);

  queue->tree = g_tree_new (compare_jobs);
  return queue;
}

void
queue_free (Queue *queue)
{
  g_tree_unref (queue->tree);
  g_free (queue);
}

void
queue_push (Queue *queue, Job *job)
{
  g_tree_insert (queue->tree, job, job);
}

void
queue_remove (Queue *queue, Job *job)
{
  g_tree_remove (queue->tree, job);
}

Job *
queue_peek (const Queue *queue)
{
  GTreeNode *first = g_tree_node_first (queue->tree);

  return first != NULL ? g_tree_node_value (first) : NULL;
}
