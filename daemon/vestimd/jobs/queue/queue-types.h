/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/queue/order-tree.h"

/* What the queue is about: slots, groups and items. */

#define QUEUE_NO_LIMIT (-1)
#define QUEUE_DEFAULT_GROUP "default"
#define QUEUE_MAX_GPUS 1024 /* indices are below */

typedef struct Queue Queue;
typedef struct QueueClass QueueClass;

/* What a job needs while it runs, or what a machine has. A job that needs nothing runs elsewhere:
 * it waits for no room, only its group and the queue can hold it back. */
typedef struct
{
  int cpus;
  int64_t memory_mb;
  int gpus;
} QueueSlots;

/* Jobs with common settings. The owner may read all members, and set the last ones. */
typedef struct
{
  char *name;
  int max_running; /* QUEUE_NO_LIMIT: none */
  bool is_paused;
  int n_running;      /* items that hold slots */
  size_t n_waiting;   /* items of `classes` */
  GPtrArray *classes; /* of QueueClass, not empty */
  unsigned n_references;
  bool was_full;  /* when queue_take_changes() looked */
  bool is_listed; /* for queue_take_changes() */

  size_t n_queued; /* of the owner: jobs by what clients see */
  size_t n_shown;
} QueueGroup;

typedef struct
{
  /* The owner sets these with the functions below. */
  int priority;
  int64_t rank;
  int64_t sequence; /* unique; decides between equal ranks */

  OrderNode in_line;
  OrderNode in_class;
  QueueClass *class; /* (nullable) while it waits */
  bool is_passed_over;
  int64_t passed_over_at;

  bool holds_slots;
  bool is_frozen;
  QueueSlots held;
  QueueGroup *held_group;
  GArray *gpus; /* (nullable) of int: the GPUs that it holds */
} QueueItem;
