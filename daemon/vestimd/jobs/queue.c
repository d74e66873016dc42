/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/queue.h"

#include <glib.h>

/* A balanced tree in order of starting, so that ten thousand waiting jobs cost no more than a
 * dozen comparisons each. An item is found again by its values: that is why they must not change
 * while it is in the tree. */

struct Queue
{
  GTree *tree; /* QueueItem → the same QueueItem */
};

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const QueueItem *left = a;
  const QueueItem *right = b;

  if (left->priority != right->priority)
    return left->priority > right->priority ? -1 : 1;
  return left->sequence < right->sequence ? -1 : left->sequence > right->sequence;
}

Queue *
queue_new (void)
{
  Queue *queue = g_new0 (Queue, 1);

  queue->tree = g_tree_new (compare_items);
  return queue;
}

void
queue_free (Queue *queue)
{
  g_tree_unref (queue->tree);
  g_free (queue);
}

void
queue_push (Queue *queue, QueueItem *item)
{
  g_tree_insert (queue->tree, item, item);
}

void
queue_remove (Queue *queue, const QueueItem *item)
{
  g_tree_remove (queue->tree, item);
}

QueueItem *
queue_peek (const Queue *queue)
{
  GTreeNode *first = g_tree_node_first (queue->tree);

  return first != NULL ? g_tree_node_value (first) : NULL;
}
