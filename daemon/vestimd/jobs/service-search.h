/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service-fetch.h"

/* For the service's own files. */

/* Whether one of `holds`, in order of their beginning, needs the job in memory. */
bool hold_needs (const GQueue *holds, const Job *job);
