/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"

/* How earlier attempts of a job ended: `details.attempts`, an array of objects with the number of
 * the attempt, its status and its details, oldest first. */

/* The newest ones are kept, as many as both limits allow: every list and event contains them. */
#define VESTIM_MAX_ATTEMPTS 50
#define VESTIM_MAX_ATTEMPTS_BYTES (16 * 1024)

/* Adds the end of the job's current attempt. */
void vestim_attempts_add (VestimJob *job);
