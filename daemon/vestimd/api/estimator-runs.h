/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <uv.h>

/* Short runs of vestim-estimate that check files: a few at the same time, others wait in a bounded
 * line, each with a time limit after which it is killed. Files may lie on a disk that does not
 * answer, so neither the loop nor the daemon's pool of threads has to do with them. */

typedef struct EstimatorRuns EstimatorRuns;

typedef enum
{
  ESTIMATOR_RUN_DONE,      /* exit status 0: `output` is what it said */
  ESTIMATOR_RUN_NO_ANSWER, /* too slow, crashed, too talkative, or could not be started */
  ESTIMATOR_RUN_BUSY,      /* too many wait */
  ESTIMATOR_RUN_CANCELLED, /* the daemon stops */
} EstimatorRunStatus;

/* `output` is NUL-terminated besides; it and `length` count with DONE only. */
typedef void (*EstimatorRunFn) (void *user, EstimatorRunStatus status, const char *output,
                                size_t length);

/* `program` (nullable) is borrowed. */
EstimatorRuns *estimator_runs_new (uv_loop_t *loop, const char *program);

/* `arguments`: behind the program's name, NULL-terminated, copied, as is `input`. `fn` is called
 * once, never from within. */
void estimator_runs_start (EstimatorRuns *runs, const char *const *arguments, const char *input,
                           size_t input_length, unsigned limit_ms, EstimatorRunFn fn, void *user);

/* Ends what runs and waits, each `fn` being called with CANCELLED; then `closed`. */
void estimator_runs_close (EstimatorRuns *runs, void (*closed) (void *user), void *user);
