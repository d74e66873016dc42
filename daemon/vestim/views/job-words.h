/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A job object of the server in words. Members that are missing or of another type are left out:
 * the server may be older or newer. All results are (transfer full), unless they are const. */

const char *job_words_status (JsonNode *job); /* "" when there is none */
const char *job_words_id (JsonNode *job);     /* the same */

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
