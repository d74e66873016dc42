/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "daemon/vestimd/jobs/registry/registry.h"

/* Reads the hooks that have not ended yet. */

/* Reads the first `limit` hooks after that ID, among what was submitted before. `entries`:
 * (transfer full) of RegistryHook, to be freed with registry_hook_free(); empty if `status` is not
 * 0. */
typedef void (*RegistryHooksFn) (void *user, int status, GPtrArray *entries);
void registry_read_hooks (Registry *registry, int64_t after, unsigned limit, RegistryHooksFn fn,
                          void *user);
