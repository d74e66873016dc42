/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/queue/queue.h"

/* Shared by the files of the queue. */

/* All waiting items of a number of CPUs and GPUs. Their memory is what the trees search by. */
typedef struct
{
  int cpus;
  int gpus;
  OrderTree open;     /* of QueueClass: those of open groups, by their first item */
  unsigned n_classes; /* also those that are not open */
} QueueShape;

/* The waiting items of one shape and one group. */
struct QueueClass
{
  QueueShape *shape;
  QueueGroup *group;
  OrderTree items;  /* weight: the memory */
  QueueItem *first; /* of `items`, while the class is open */
  OrderNode in_shape;
};

struct Queue
{
  QueueSlots capacity;
  GArray *gpus; /* of int: the indices of the GPUs of `capacity` */
  QueueSlots used;
  QueueSlots frozen;                 /* the part of `used` that belongs to paused jobs */
  unsigned gpu_uses[QUEUE_MAX_GPUS]; /* by index */
  int max_running;
  int n_running;
  int n_frozen; /* of these */
  int n_here;   /* of these: they need something of this machine */
  bool is_paused;
  int64_t starvation_ms;

  GHashTable *groups; /* name → QueueGroup */
  GPtrArray *shapes;  /* of QueueShape, each with a class */
  OrderTree line;
  GPtrArray *changed_groups; /* of QueueGroup, for queue_take_changes() */
  uint64_t n_steps;
};

bool queue_needs_nothing (const QueueSlots *needs);

/* ---- queue-classes.c ---- */

int queue_item_compare (const QueueItem *a, const QueueItem *b);

/* A group that becomes open or closed takes its classes along. */
void queue_close_classes (QueueGroup *group);
void queue_open_classes (QueueGroup *group);

/* (nullable) the first item of an open group that needs no more than `room`. */
QueueItem *queue_first_within (Queue *queue, const QueueSlots *room);

/* ---- queue-groups.c ---- */

bool queue_group_is_open (const QueueGroup *group);

/* An item of the group takes slots (1) or gives them back (-1). */
void queue_group_count (Queue *queue, QueueGroup *group, int difference);
