/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Someone asks the job to end its training early and to test the best networks so far: there is the
 * file ATTEMPT_FINISH_FILE in the job folder. */
typedef struct
{
  char *path;
  bool is_seen; /* atomic */
} FinishRequest;

void finish_request_init (FinishRequest *request, const char *folder);
void finish_request_deinit (FinishRequest *request);

/* From any thread. Once true, it stays so. */
bool finish_request_is_made (FinishRequest *request);

/* Removes the file, when the job has done what was asked. */
void finish_request_clear (const FinishRequest *request);
