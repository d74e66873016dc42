/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/api/job-watchers.h"
#include "daemon/vestimd/http/exchange.h"

/* Logs that are streamed while their jobs write them: GET /jobs/{id}/log?follow=1. */

typedef struct JobFollows JobFollows;

/* `watchers` and `jobs_dir` outlive it. */
JobFollows *job_follows_new (uv_loop_t *loop, JobWatchers *watchers, const char *jobs_dir);

/* Answers with the log from its last `n_lines` lines and `n_bytes` bytes (-1: all) until the job is
 * over. Called by the handler of the exchange. */
void job_follows_add (JobFollows *follows, HttpExchange *exchange, const VestimJob *job,
                      int64_t n_lines, int64_t n_bytes);

/* Aborts the streams of jobs that are not over, gives the others a second to finish, and calls
 * `closed` when all have ended. */
void job_follows_close (JobFollows *follows, void (*closed) (void *user), void *user);
