/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/api/job-watchers.h"
#include "daemon/vestimd/http/exchange.h"

/* Clients that wait for the next status of a job: GET /jobs/{id}?wait=S. */

typedef struct JobWaits JobWaits;

/* `watchers` outlives it. `answer` answers with the job of the exchange as it is then, or with 404.
 * It is called from the loop, never from within the other functions, except job_waits_close(). */
JobWaits *job_waits_new (uv_loop_t *loop, JobWatchers *watchers,
                         void (*answer) (HttpExchange *exchange));

/* Answers when status or attempt of the job change, when it is deleted, or after that time. Called
 * by the handler of the exchange. */
void job_waits_add (JobWaits *waits, HttpExchange *exchange, const VestimJob *job,
                    unsigned seconds);

/* All clients get their answer soon, because the daemon stops. With `with_ends`, those whose job it
 * ends for good get theirs with that end; call it again without when all jobs have ended. */
void job_waits_end (JobWaits *waits, bool with_ends);

/* Answers all clients, and calls `closed` when the handles are closed. */
void job_waits_close (JobWaits *waits, void (*closed) (void *user), void *user);
