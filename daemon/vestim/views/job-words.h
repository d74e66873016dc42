/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestim/output/terminal.h"

/* A job object of the server in words. Members that are missing or of another type are left out:
 * the server may be older or newer. All results are (transfer full), unless they are const. */

/* Words of job_words_shown_status() that are no statuses. The server's filter knows them, too. */
#define JOB_WORDS_HELD "held"
#define JOB_WORDS_PAUSED "paused"

const char *job_words_status (JsonNode *job); /* "" when there is none */
/* The status as people see it: "held" for a job that does not start before its release, and
 * "paused" for one whose processes stand still, whatever the word of the protocol is. */
const char *job_words_shown_status (JsonNode *job);
Style job_words_style (JsonNode *job); /* for that word */

/* The same in a sentence after the name of the job: "has failed", "is held". */
const char *job_words_status_phrase (JsonNode *job);
const char *job_words_id (JsonNode *job); /* the same */

/* Whether the status means that nothing more happens by itself. */
bool job_words_is_over (JsonNode *job);

/* What there is to say beside the status: "42 %, epoch 25 of 100", "waits for job …", "exit code
 * 3", "RMSE 17.4 mV". "" for nothing. */
char *job_words_dup_state (JsonNode *job);

/* The same for a place with little room: without "The job " and the last period of a sentence. */
char *job_words_dup_short_state (JsonNode *job);

/* How an attempt ended: its reason, else "SIGSEGV" or "exit code 3"; "" for nothing. `end` is the
 * `details` of a job, or one of its `attempts`. */
char *job_words_dup_end (JsonNode *end);

/* The seconds of the attempt so far, or from start to end; NAN before the start. */
double job_words_duration (JsonNode *job, int64_t now_ms);

/* The program with its arguments as a shell would run it; "" without one. */
char *job_words_dup_command (JsonNode *job);

/* The value of a setting: "GRU", "[18, 18]", "0.003", or JSON. */
char *job_words_dup_value (JsonNode *value);

/* "a, b" of an array of strings. */
char *job_words_dup_list (JsonNode *strings);

/* Milliseconds since the epoch; 0 for none. */
int64_t job_words_time (JsonNode *object, const char *name);
