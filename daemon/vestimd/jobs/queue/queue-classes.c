/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/queue/queue-private.h"

#include <stddef.h>

/* Items that differ in nothing but their memory and their order share a class, which is a tree. The
 * first of them that fits is found in O(log n) steps. Classes of different groups with the same
 * CPUs and GPUs share a shape. The shape has a tree of the classes whose groups may start a job, in
 * the order of their first items. So a change costs O(log n) for the item, and a decision O(log n)
 * for each shape: each different pair of CPUs and GPUs, of which a machine allows few. */

#define ITEM_OF_CLASS(node) ((QueueItem *) ((char *) (node) -offsetof (QueueItem, in_class)))
#define CLASS_OF_SHAPE(node) ((QueueClass *) ((char *) (node) -offsetof (QueueClass, in_shape)))

int
queue_item_compare (const QueueItem *a, const QueueItem *b)
{
  if (a->priority != b->priority)
    return a->priority > b->priority ? -1 : 1;
  if (a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static int
compare_in_class (const OrderNode *a, const OrderNode *b)
{
  return queue_item_compare (ITEM_OF_CLASS (a), ITEM_OF_CLASS (b));
}

static int
compare_in_shape (const OrderNode *a, const OrderNode *b)
{
  return queue_item_compare (CLASS_OF_SHAPE (a)->first, CLASS_OF_SHAPE (b)->first);
}

/* ---- Open classes ---- */

/* A class is not in the tree of its shape while its items change. */
static void
close_class (QueueClass *class)
{
  if (order_node_is_in_tree (&class->in_shape))
    order_tree_remove (&class->shape->open, &class->in_shape);
}

static void
open_class (QueueClass *class)
{
  class->first = ITEM_OF_CLASS (order_tree_first (&class->items));
  order_tree_insert (&class->shape->open, &class->in_shape, order_tree_lightest (&class->items));
}

void
queue_close_classes (QueueGroup *group)
{
  for (unsigned i = 0; i < group->classes->len; i++)
    close_class (group->classes->pdata[i]);
}

void
queue_open_classes (QueueGroup *group)
{
  for (unsigned i = 0; i < group->classes->len; i++)
    open_class (group->classes->pdata[i]);
}

/* ---- Classes and shapes ---- */

static QueueShape *
get_shape (Queue *queue, const QueueSlots *needs)
{
  QueueShape *shape;

  for (unsigned i = 0; i < queue->shapes->len; i++)
    {
      shape = queue->shapes->pdata[i];
      if (shape->cpus == needs->cpus && shape->gpus == needs->gpus)
        return shape;
    }
  shape = g_new0 (QueueShape, 1);
  shape->cpus = needs->cpus;
  shape->gpus = needs->gpus;
  order_tree_init (&shape->open, compare_in_shape, &queue->n_steps);
  g_ptr_array_add (queue->shapes, shape);
  return shape;
}

static QueueClass *
get_class (Queue *queue, QueueGroup *group, const QueueSlots *needs)
{
  QueueShape *shape = get_shape (queue, needs);
  QueueClass *class;

  for (unsigned i = 0; i < group->classes->len; i++)
    {
      class = group->classes->pdata[i];
      if (class->shape == shape)
        return class;
    }
  class = g_new0 (QueueClass, 1);
  class->shape = shape;
  class->group = queue_ref_group (queue, group->name);
  order_tree_init (&class->items, compare_in_class, &queue->n_steps);
  g_ptr_array_add (group->classes, class);
  shape->n_classes++;
  return class;
}

static void
drop_class (Queue *queue, QueueClass *class)
{
  QueueShape *shape = class->shape;

  g_ptr_array_remove_fast (class->group->classes, class);
  queue_unref_group (queue, class->group);
  if (--shape->n_classes == 0)
    {
      g_ptr_array_remove_fast (queue->shapes, shape);
      g_free (shape);
    }
  g_free (class);
}

/* ---- Items ---- */

void
queue_push (Queue *queue, QueueItem *item, QueueGroup *group, const QueueSlots *needs)
{
  QueueClass *class = get_class (queue, group, needs);

  close_class (class);
  order_tree_insert (&class->items, &item->in_class, needs->memory_mb);
  item->class = class;
  group->n_waiting++;
  if (queue_group_is_open (group))
    open_class (class);
}

void
queue_remove (Queue *queue, QueueItem *item)
{
  QueueClass *class = item->class;

  if (class == NULL)
    return;
  close_class (class);
  order_tree_remove (&class->items, &item->in_class);
  item->class = NULL;
  class->group->n_waiting--;
  if (class->items.root == NULL)
    drop_class (queue, class);
  else if (queue_group_is_open (class->group))
    open_class (class);
}

/* The classes come in the order of their first items. The first item of a class that fits may come
 * after that of a later class, until a class begins after the best item so far. */
static QueueItem *
first_of_shape (const QueueShape *shape, int64_t memory_mb)
{
  OrderNode *node = order_tree_first_within (&shape->open, memory_mb);
  QueueItem *best = NULL;

  for (; node != NULL; node = order_tree_next_within (&shape->open, node, memory_mb))
    {
      const QueueClass *class = CLASS_OF_SHAPE (node);
      QueueItem *item;

      if (best != NULL && queue_item_compare (best, class->first) < 0)
        break;
      item = ITEM_OF_CLASS (order_tree_first_within (&class->items, memory_mb));
      if (best == NULL || queue_item_compare (item, best) < 0)
        best = item;
    }
  return best;
}

QueueItem *
queue_first_within (Queue *queue, const QueueSlots *room)
{
  QueueItem *best = NULL;

  for (unsigned i = 0; i < queue->shapes->len; i++)
    {
      const QueueShape *shape = queue->shapes->pdata[i];
      QueueItem *item;

      queue->n_steps++;
      if (shape->cpus > room->cpus || shape->gpus > room->gpus)
        continue;
      item = first_of_shape (shape, room->memory_mb);
      if (item != NULL && (best == NULL || queue_item_compare (item, best) < 0))
        best = item;
    }
  return best;
}
