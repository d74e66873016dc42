/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "common/json/vestim-json.h"

/* When a job that did not complete is queued again by itself. In the registry it is a JSON object.
 */

typedef enum
{
  VESTIM_RETRY_FAILED,  /* an exit code, a signal, or it could not be started */
  VESTIM_RETRY_TIMEOUT, /* its time limit */
  VESTIM_RETRY_LOST,    /* its shim or the machine died */
} VestimRetryCause;
#define VESTIM_N_RETRY_CAUSES 3

typedef struct
{
  int max;        /* retries, without the first run */
  double delay_s; /* before the first retry */
  double backoff; /* each further delay is that many times longer */
  unsigned on;    /* a bit for each VestimRetryCause */
  bool never_exit_codes[256];
} VestimRetryPolicy;

/* The longest delay, whatever the backoff: 30 days. */
#define VESTIM_MAX_RETRY_DELAY_S (30 * 24 * 3600)

/* `(transfer full)` the object with all members. NULL: not valid, and faults were added to
 * `errors`, with fields under `name`. */
char *vestim_retry_policy_normalise (const VestimJsonNode *node, const char *name,
                                     GPtrArray *errors);

/* The policy of a stored text (nullable: `max` is 0). */
void vestim_retry_policy_parse (const char *text, VestimRetryPolicy *policy);

/* Milliseconds before retry `n`, from 1. */
int64_t vestim_retry_policy_delay_ms (const VestimRetryPolicy *policy, int n);

/* The word of the protocol: "failed", "timeout", "lost". */
const char *vestim_retry_cause_word (VestimRetryCause cause);
