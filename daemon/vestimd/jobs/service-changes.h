/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-private.h"
#include "daemon/vestimd/jobs/service-settings.h"

/* A client's change of the queue as a whole. It is prepared, stored and applied before the next one
 * is prepared. For the service's own files. */

typedef struct QueueChange QueueChange;

struct QueueChange
{
  Call *call;
  /* Puts the change into `transaction` and the answer into `result`. False: it refused, and has
   * answered the call. */
  bool (*prepare) (QueueChange *change, RegistryTransaction *transaction, ServiceResult *result);
  /* After the commit; the answer with `result` follows. */
  void (*apply) (QueueChange *change, ServiceResult *result);
  void (*clear) (QueueChange *change); /* (nullable) frees what the change owns */
};

/* `(transfer full)` a change of `size` bytes, of which QueueChange is the first member. */
void *queue_change_new (size_t size, Service *service, const ServiceCall *call);

/* Takes `change`. */
void service_change_queue (QueueChange *change);

/* At the start: the settings that an earlier daemon has stored. */
void service_load_settings (Service *service);

/* Tells clients that something changed that all queued jobs may wait for. */
void service_announce_queue (Service *service);
