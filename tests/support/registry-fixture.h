/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <uv.h>

#include "daemon/vestimd/jobs/registry/registry-jobs.h"

/* A registry in a folder of its own, with a loop. */
typedef struct
{
  uv_loop_t loop;
  char *dir;
  char *path; /* registry.db */
  char *jobs;
  char *trash;
  char *orphans;
  Registry *registry;
  bool create_new;
  unsigned n_done; /* transactions that have called back */
  int last_status;
} RegistryFixture;

void registry_fixture_setup (RegistryFixture *fixture, const void *data);
void registry_fixture_teardown (RegistryFixture *fixture, const void *data);

#define REGISTRY_TEST(name, function) \
  g_test_add (name, RegistryFixture, NULL, registry_fixture_setup, function, \
              registry_fixture_teardown)

void registry_fixture_open (RegistryFixture *fixture);
void registry_fixture_close (RegistryFixture *fixture);
void registry_fixture_reopen (RegistryFixture *fixture);

/* Expects an open error that names `file` (in the folder) and contains `words`. */
void registry_fixture_refuse (RegistryFixture *fixture, const char *file, const char *words);

/* Sets the uptime that the registry reads; 0: the real one. */
void registry_fixture_set_uptime (int64_t uptime_ms);

/* Submits the transaction; its status is in `last_status` when `n_done` has grown. */
void registry_fixture_submit (RegistryFixture *fixture, RegistryTransaction *transaction);
void registry_fixture_wait (RegistryFixture *fixture, unsigned n_done);
int registry_fixture_store (RegistryFixture *fixture, RegistryTransaction *transaction);

/* `(transfer full)` a queued job. */
VestimJob *registry_fixture_new_job (int64_t sequence);
int registry_fixture_insert (RegistryFixture *fixture, int64_t sequence);
int registry_fixture_delete (RegistryFixture *fixture, int64_t sequence);

/* `(transfer full)` all jobs that the registry loaded. */
GPtrArray *registry_fixture_load (RegistryFixture *fixture);

/* Runs SQL on the file with a separate connection. Returns the first column of the last row, or 0.
 */
int64_t registry_fixture_sql (RegistryFixture *fixture, const char *sql);

/* `(transfer full)` the path of a job's folder in `parent`. */
char *registry_fixture_folder (const char *parent, int64_t sequence);
bool registry_fixture_exists (const char *path);
unsigned registry_fixture_count_entries (const char *folder);

/* Waits until `folder` has `n` entries, for a minute at most. */
void registry_fixture_wait_entries (const char *folder, unsigned n);
