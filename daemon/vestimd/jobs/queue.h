/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Which job starts next: the one with the higher priority, then the older one. The queue knows no
 * jobs, only the item that each of them embeds. */

typedef struct Queue Queue;

/* The owner fills it in before queue_push() and does not change it while it is in the queue. */
typedef struct
{
  int priority;
  int64_t sequence; /* unique; lower is older */
} QueueItem;

Queue *queue_new (void);
void queue_free (Queue *queue);

/* `item` is borrowed until it is removed. */
void queue_push (Queue *queue, QueueItem *item);
void queue_remove (Queue *queue, const QueueItem *item); /* no effect when it is not in the queue */
QueueItem *queue_peek (const Queue *queue);              /* (nullable) the item that is next */
