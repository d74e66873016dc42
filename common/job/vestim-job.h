/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/job/vestim-job-state.h"
#include "common/job/vestim-job-words.h"

/* How the last attempt ended and what it used; all null before its end. */
typedef struct
{
  int exit_code;      /* -1: null */
  char *signal;       /* (nullable) "SIGSEGV" */
  char *reason;       /* (nullable) a sentence or a few words */
  double cpu_s;       /* NAN: null */
  int64_t max_rss_kb; /* -1: null */
  double wall_s;      /* NAN: null */
  char *metrics;      /* (nullable: "{}") JSON text of an object */
  char *tasks;        /* (nullable: left out) JSON text of an array: those of a sweep, best first */
  char *gpu_indices;  /* (nullable: left out) JSON text of an array: the GPUs of the attempt */
  char *attempts; /* (nullable: "[]") JSON text: how earlier attempts ended (vestim-attempts.h) */
} VestimJobDetails;

/* A job: its fields, each described in vestim-job-fields.c. All but `waiting` are stored. Times are
 * milliseconds since the epoch, 0 for null. A text that is "NULL: …" has that default without an
 * allocation; nobody sets the default as a text. */
typedef struct
{
  int64_t sequence; /* creation order, from 1, never reused */
  char *id;         /* "job_20261122-195012-00002a": UTC second of creation, sequence in hex */
  char *name;       /* never NULL */
  VestimJobKind kind;
  VestimJobState state;
  int priority;
  char *selections; /* the JSON text as received */
  char *resources;  /* NULL: one CPU; read by vestim_resources_parse() */
  char *group;      /* NULL: "default"; see vestim_job_group() */
  char *depends_on; /* NULL: "[]"; read by vestim_dependencies_parse() */
  int64_t start_after;
  char *retry; /* (nullable) read by vestim_retry_policy_parse() */
  char *tags;  /* NULL: "[]"; read by vestim_tags_parse() */
  char *note;  /* NULL: "" */
  bool pinned;
  char *unique; /* (nullable) */
  VestimExecutor executor;
  bool paused;
  char *waiting; /* (nullable) JSON text of an object: what the queued job waits for; not stored */
  int attempt;   /* from 1: the attempt that runs, ran last or runs next */
  int64_t created_at;
  int64_t updated_at;
  int64_t started_at; /* 0 until the current attempt started */
  int64_t finished_at;
  double progress; /* 0 to 1, NAN: null */
  char *message;   /* (nullable) */
  VestimJobDetails details;

  /* Not part of the protocol's job object. */
  VestimJobIntent intent;
  bool fresh;       /* the attempt starts from the beginning, without an earlier one's checkpoint */
  int idle_resumes; /* automatic resumes in a row without new progress */
  double resume_progress; /* progress at the last of these resumes, NAN: none */
  int64_t rank;           /* the place in the queue within the priority: a lower one is earlier */
  int retries;            /* used of the retry policy since the last retry by a client */
  int64_t not_before;     /* the end of a retry's delay, by the clock of delays; 0: none */
  bool is_released;       /* an attempt was started, so all dependencies were met then */
  bool is_blocked;        /* stopped because a dependency can no longer be met */
} VestimJob;

/* The rank of a new job: by age, with room for others between two. */
#define VESTIM_JOB_RANK_OF(sequence) ((int64_t) (sequence) << 20)

/* A job with null fields, kind none, state created, attempt 1 and `selections` "{}". */
VestimJob *vestim_job_new (void);
VestimJob *vestim_job_copy (const VestimJob *job);
void vestim_job_free (VestimJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimJob, vestim_job_free)

/* Sets times, progress, message, details and intent to null, for the next attempt, and adds the end
 * of this one to `details.attempts`. A `fresh`
 * attempt that reported no progress stays fresh: the checkpoint that it should ignore may still
 * exist. */
void vestim_job_reset_attempt (VestimJob *job);

const char *vestim_job_group (const VestimJob *job); /* never NULL */

/* `(transfer full)` the ID of a job created at `created_at` (ms) as number `sequence`. */
char *vestim_job_id_new (int64_t created_at, int64_t sequence);

/* The sequence in an ID, or 0 if `id` is not an ID. The job need not exist. */
int64_t vestim_job_id_sequence (const char *id);

/* An ID is its sequence and its stamp: the digits of its date and time as one number. `id` is an
 * ID; the second function makes it from both (transfer full). */
#define VESTIM_JOB_STAMP_BITS 47 /* 14 digits */
uint64_t vestim_job_id_stamp (const char *id);
char *vestim_job_id_of_stamp (uint64_t stamp, int64_t sequence);
