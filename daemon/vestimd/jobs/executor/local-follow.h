/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/executor/local-attempt.h"

/* Follows a shim, on the loop. For the files local-*.c only. */

/* `state` is STATE_FOLLOWING or STATE_CLEANUP_FOLLOWING. */
void attempt_follow (ExecutorAttempt *attempt, AttemptState state);
void attempt_check_later (ExecutorAttempt *attempt, AttemptState state);
void attempt_signal_stop (ExecutorAttempt *attempt);
/* Tells the shim of a changed wish to pause, when the worker has made or removed the mark. */
void attempt_signal_wish (ExecutorAttempt *attempt);
/* Says once that the job takes long to start, unless it has started. */
void attempt_report_waiting (ExecutorAttempt *attempt);
void attempt_report_started (ExecutorAttempt *attempt, int64_t started_at);
void attempt_report_progress (ExecutorAttempt *attempt);
void attempt_watch_progress (ExecutorAttempt *attempt);
void attempt_await_start (ExecutorAttempt *attempt);
void attempt_take_last_word (ExecutorAttempt *attempt); /* of a shim that has ended */
void attempt_close_polls (ExecutorAttempt *attempt);
