/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "common/job/vestim-dependencies.h"
#include "common/job/vestim-job.h"
#include "common/job/vestim-resources.h"

/* How a job is queued, as a user types it. */

typedef enum
{
  DASH_QUEUE_GROUP,
  DASH_QUEUE_CPUS,
  DASH_QUEUE_MEMORY, /* a size: "8G"; "" or "0": none */
  DASH_QUEUE_GPUS,
  DASH_QUEUE_RETRIES, /* "0": never; the next three have no meaning then */
  DASH_QUEUE_DELAY,   /* a duration */
  DASH_QUEUE_BACKOFF,
  DASH_QUEUE_NEVER,  /* exit codes, with commas or spaces between them */
  DASH_QUEUE_START,  /* "2026-12-24 18:00", local; or a time of RFC 3339 with its zone */
  DASH_QUEUE_TAGS,   /* with commas between them */
  DASH_QUEUE_UNIQUE, /* a name; "": none */
  DASH_QUEUE_NOTE,
} DashQueueText;
#define DASH_QUEUE_N_TEXTS (DASH_QUEUE_NOTE + 1)

typedef struct
{
  char *texts[DASH_QUEUE_N_TEXTS]; /* never NULL */
  VestimEnforce enforce;
  gboolean pinned;
  unsigned retry_on;     /* a bit for each VestimRetryCause */
  GPtrArray *depends_on; /* VestimDependency */
} DashQueueInput;

/* The fields of `job`, or of one that leaves all of them out (NULL). */
DashQueueInput *dash_queue_input_new (const VestimJob *job);
void dash_queue_input_free (DashQueueInput *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashQueueInput, dash_queue_input_free)

/* Replaces one of the texts. White space around it has a meaning only in the note and in the name
 * of DASH_QUEUE_UNIQUE. */
void dash_queue_input_set (DashQueueInput *self, DashQueueText which, const char *text);

void dash_queue_input_add_dependency (DashQueueInput *self, const char *job_id,
                                      VestimDependencyWhen when);

/* Whether a job with this text of DASH_QUEUE_RETRIES may be retried, so that the other texts of the
 * retries have a meaning. */
gboolean dash_queue_input_retries (const char *text);

/* Adds to `body` each field of a job that differs from `stored`: what the server knows of the job
 * already. Adds faults (VestimFieldError) for texts that have no meaning, also of fields that are
 * the same. The server checks the values. */
void dash_queue_input_add_changes (const DashQueueInput *self, const DashQueueInput *stored,
                                   JsonObject *body, GPtrArray *faults);

/* Everything that is entered, to find out whether something was changed. */
void dash_queue_input_append (const DashQueueInput *self, GString *text);

/* A duration of 0 or more: "0", "90 s", "5 min". */
gboolean dash_queue_input_parse_delay (const char *text, double *seconds);
char *dash_queue_input_delay_text (double seconds); /* (transfer full) */
