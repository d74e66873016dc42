/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/registry-jobs.h"
#include "daemon/vestimd/jobs/service.h"

/* Jobs that are not in memory. Those that wait or run are. Each job has a JobEntry. */

size_t service_count_absent (const Service *service);

/* Reads jobs into memory. Calls `fn`, never from within this call, with 0 or a SERVICE_E_*. In
 * `fn`, all of the jobs are in memory that exist and are not lost. */
typedef void (*ServiceFetchFn) (void *user, int code);
void service_fetch (Service *service, const int64_t *sequences, size_t n, ServiceFetchFn fn,
                    void *user);

/* The same for one job. Calls `fn` at once if the job is in memory or does not exist. */
void service_fetch_job (Service *service, const char *job_id, ServiceFetchFn fn, void *user);

/* While a hold exists, the jobs that it holds, and those that change, stay in memory. */
typedef struct ServiceHold ServiceHold;
ServiceHold *service_hold_new (Service *service);
void service_hold_job (ServiceHold *hold, Job *job);
void service_hold_free (ServiceHold *hold);

/* Searches the jobs that are not in memory, as registry_search() does. Calls `fn` later, with 0 or
 * a SERVICE_E_*. Until service_search_free(), what it found is true of each job that is not in
 * memory.
 */
typedef struct ServiceSearch ServiceSearch;
typedef void (*ServiceSearchFn) (void *user, int code, ServiceSearch *search);
void service_search (Service *service, RegistryMatchFn matches, const void *filter,
                     ServiceSearchFn fn, void *user);
const GArray *service_search_found (const ServiceSearch *search); /* int64_t, highest first */
void service_search_free (ServiceSearch *search);
