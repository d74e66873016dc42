/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <uv.h>

#include "daemon/vestimd/jobs/service-fetch.h"

/* Which jobs are in memory. For the service's own files. */

typedef struct
{
  size_t n_present;   /* jobs in memory */
  GQueue idle;        /* jobs in memory that neither wait nor run, used last at the end */
  uv_idle_t drop;     /* active while there are too many of them */
  GQueue holds;       /* of ServiceHold, in order of their beginning */
  GPtrArray *waiting; /* of Fetch: until the deletion under way is over */
} ServiceMemory;

void memory_init (Service *service);
void memory_clear (Service *service);
void memory_close (Service *service, uv_close_cb closed);

/* Puts a job of the index into memory. Takes `data`. */
Job *memory_take (Service *service, VestimJob *data);

/* For a job that is in the index: adds it to the jobs in memory, or removes it from them. */
void memory_link (Job *job);
void memory_unlink (Job *job);

/* The job was used. */
void memory_touch (Job *job);

/* Jobs leave memory when control is back in the loop, if there are too many. */
void memory_drop_later (Service *service);

/* The job's `data` has changed. */
void memory_note_change (Job *job);

/* The SERVICE_E_* for the REGISTRY_E_* of a query. */
int memory_code_of (int registry_status);

/* Goes on with fetches that waited for a deletion. */
void memory_fetch_waiting (Service *service);
