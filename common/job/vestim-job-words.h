/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Kinds, intents and executors of jobs, with their words. */

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

/* What runs the attempts of a job. */
typedef enum
{
  VESTIM_EXECUTOR_LOCAL,
  VESTIM_EXECUTOR_SLURM,
} VestimExecutor;
#define VESTIM_N_EXECUTORS 2

/* The words of the protocol and of the registry; NULL for none. */
extern const char *const vestim_job_kind_words[VESTIM_N_JOB_KINDS];
extern const char *const vestim_job_intent_words[VESTIM_N_JOB_INTENTS];
extern const char *const vestim_executor_words[VESTIM_N_EXECUTORS];

const char *vestim_job_kind_name (VestimJobKind kind); /* (nullable) NULL for none */
bool vestim_job_kind_parse (const char *name, VestimJobKind *kind);
