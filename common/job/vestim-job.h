/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/job/vestim-job-state.h"

typedef enum
{
  VESTIM_JOB_KIND_NONE, /* a draft: `kind` is null */
  VESTIM_JOB_KIND_COMMAND,
  VESTIM_JOB_KIND_ESTIMATION,
  VESTIM_JOB_KIND_EVALUATION,
} VestimJobKind;
#define VESTIM_N_JOB_KINDS 4

/* Why a running job is being ended. It is stored, so that the next daemon ends the job if this one
 * dies. */
typedef enum
{
  VESTIM_JOB_INTENT_NONE,
  VESTIM_JOB_INTENT_STOP,   /* a client asked for it: the job ends as `stopped` */
  VESTIM_JOB_INTENT_DELETE, /* a client asked for it, and the attempt has to end before */
  VESTIM_JOB_INTENT_FINISH, /* a client asked an estimation to test the best network so far */
} VestimJobIntent;
#define VESTIM_N_JOB_INTENTS 4

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
} VestimJobDetails;

/* The words of the protocol and of the registry; NULL for none. */
extern const char *const vestim_job_kind_words[VESTIM_N_JOB_KINDS];
extern const char *const vestim_job_intent_words[VESTIM_N_JOB_INTENTS];

/* A job: persistent fields only, each described in vestim-job-fields.c. Times are milliseconds
 * since the epoch, 0 for null. */
typedef struct
{
  int64_t sequence; /* creation order, from 1, never reused */
  char *id;         /* "job_20261122-195012-00002a": UTC second of creation, sequence in hex */
  char *name;       /* never NULL */
  VestimJobKind kind;
  VestimJobState state;
  int priority;
  char *selections; /* the JSON text as received */
  int attempt;      /* from 1: the attempt that runs, ran last or runs next */
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
} VestimJob;

/* A job with null fields, kind none, state created, attempt 1 and `selections` "{}". */
VestimJob *vestim_job_new (void);
VestimJob *vestim_job_copy (const VestimJob *job);
void vestim_job_free (VestimJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VestimJob, vestim_job_free)

/* Sets times, progress, message, details and intent to null, for the next attempt. A `fresh`
 * attempt that reported no progress stays fresh: the checkpoint that it should ignore may still
 * exist. */
void vestim_job_reset_attempt (VestimJob *job);

const char *vestim_job_kind_name (VestimJobKind kind); /* (nullable) NULL for none */
bool vestim_job_kind_parse (const char *name, VestimJobKind *kind);

/* `(transfer full)` the ID of a job created at `created_at` (ms) as number `sequence`. */
char *vestim_job_id_new (int64_t created_at, int64_t sequence);

/* The sequence in an ID, or 0 if `id` is not an ID. The job need not exist. */
int64_t vestim_job_id_sequence (const char *id);
