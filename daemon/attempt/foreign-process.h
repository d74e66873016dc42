/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "daemon/posix/process-list.h"

typedef enum
{
  FOREIGN_END,
  FOREIGN_PAUSE,
} ForeignDeed;

/* A sentence about the first process of a job that another user owns, as after sudo, so that
 * `program` may not do this to it. Nothing in it has to be escaped in JSON. False when there is
 * none. */
bool foreign_process_describe (const ProcessList *list, ForeignDeed deed, const char *program,
                               char *sentence, size_t size);
