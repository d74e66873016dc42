/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"

typedef enum
{
  VESTIM_EVENT_JOB,     /* a job is new or has changed */
  VESTIM_EVENT_REMOVED, /* jobs are gone */
  VESTIM_EVENT_QUEUE,   /* settings of the queue or of a group: GET /server/status has them */
  VESTIM_EVENT_RESET,   /* events are missing: fetch the list of jobs again */
  VESTIM_EVENT_OTHER,   /* of a later version: ignore it */
} VestimEventKind;

/* One event of GET /events. */
typedef struct
{
  VestimEventKind kind;
  VestimJob *job; /* of JOB */
  char *folder;   /* (nullable) of JOB: its folder on the server's machine */
  char **job_ids; /* (nullable) of REMOVED; NULL: all jobs */
} VestimEvent;

/* (transfer full) from the event's type and its data; NULL with `error` when the data are not those
 * of the type. */
VestimEvent *vestim_event_parse (const char *type, const char *data, GError **error);
void vestim_event_free (VestimEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimEvent, vestim_event_free)
