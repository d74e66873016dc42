/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/registry.h"

/* The jobs of the registry: what the start loads, and what threads read later from what is
 * committed. All callbacks come on the loop's thread. */

/* Blocking, before the first submit. In order of sequence, gives a brief of each job to `brief`,
 * and then to `load` (transfer full) each job that needs something: it is queued, running or
 * interrupted, or its dependencies matter. Beside them come the newest `n_recent` others. `group`:
 * its name. */
typedef struct
{
  void (*brief) (void *user, const JobBrief *brief, const char *group);
  void (*load) (void *user, VestimJob *job);
} RegistryLoadFns;
void registry_load (Registry *registry, const RegistryLoadFns *fns, void *user);

/* `jobs` has one (nullable, transfer full: put NULL
 * in its place) for each sequence; NULL: there is no such row. With another `status` than 0, there
 * may be fewer. */
typedef void (*RegistryRowsFn) (void *user, int status, GPtrArray *jobs);
void registry_read_jobs (Registry *registry, const int64_t *sequences, size_t n, RegistryRowsFn fn,
                         void *user);

/* Calls `matches` on a thread for each committed job. Of the job, only ID, sequence, name, status,
 * kind, group, tags and executor are set. Then `fn` gets the sequences (int64_t) of those that
 * match, highest first. `filter` must stay as it is until then. */
typedef bool (*RegistryMatchFn) (const void *filter, const VestimJob *job);
typedef void (*RegistryFoundFn) (void *user, int status, GArray *sequences);
void registry_search (Registry *registry, RegistryMatchFn matches, const void *filter,
                      RegistryFoundFn fn, void *user);
