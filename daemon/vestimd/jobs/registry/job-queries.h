/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/reader.h"
#include "daemon/vestimd/jobs/registry/registry-jobs.h"

/* The queries for jobs; see registry_read_jobs() and registry_search(). */
void job_queries_read (Reader *reader, const int64_t *sequences, size_t n, RegistryRowsFn fn,
                       void *user);
void job_queries_search (Reader *reader, RegistryMatchFn matches, const void *filter,
                         RegistryFoundFn fn, void *user);
