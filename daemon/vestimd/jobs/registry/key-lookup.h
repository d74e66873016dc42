/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/key-clock.h"
#include "daemon/vestimd/jobs/registry/reader.h"
#include "daemon/vestimd/jobs/registry/registry.h"

/* The query for an idempotency key; see registry_find_key(). */
void key_lookup_find (Reader *reader, const KeyClock *clock, const char *key, RegistryKeyFn fn,
                      void *user);
