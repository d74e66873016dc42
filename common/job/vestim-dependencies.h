/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "common/json/vestim-json.h"

/* The jobs for which a job waits. In the registry it is a JSON array of objects. */

typedef enum
{
  VESTIM_WHEN_COMPLETED, /* the other job must be `completed` */
  VESTIM_WHEN_OVER,      /* it must be over, in whatever way */
} VestimDependencyWhen;

typedef struct
{
  char *job_id;
  VestimDependencyWhen when;
} VestimDependency;

/* `(transfer full)` the array with an object for each dependency; `node` may have plain IDs. The
 * jobs need not exist. NULL: not valid, and faults were added to `errors`, with fields such as
 * "depends_on[0]" for the `name` "depends_on". */
char *vestim_dependencies_normalise (const VestimJsonNode *node, const char *name,
                                     GPtrArray *errors);

/* `(transfer full)` an array of VestimDependency from a stored text (nullable: none). */
GPtrArray *vestim_dependencies_parse (const char *text);

/* The word of the protocol: "completed", "over". */
const char *vestim_dependency_when_word (VestimDependencyWhen when);
