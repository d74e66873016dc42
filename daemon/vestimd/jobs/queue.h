/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestimd/jobs/service.h"

/* Which job runs next: higher priority first, then the older one. A job is in it at most once, and
 * its priority does not change while it is. */

typedef struct Queue Queue;

Queue *queue_new (void);
void queue_free (Queue *queue);

void queue_push (Queue *queue, Job *job);
void queue_remove (Queue *queue, Job *job); /* no fault when it is not in the queue */
Job *queue_peek (const Queue *queue);       /* (nullable) */
