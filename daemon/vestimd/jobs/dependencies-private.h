/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-dependencies.h"
#include "daemon/vestimd/jobs/dependencies.h"
#include "daemon/vestimd/jobs/job.h"

/* Shared by dependencies.c and dependency-checks.c. */

typedef struct Link Link;
typedef struct Target Target;

/* The links to one job. */
struct Target
{
  int64_t sequence; /* first: the key */
  Link *first;
};

struct Link
{
  Job *job; /* the one that waits */
  Target *target;
  Link *next;
  Link *previous;
  const VestimDependency *dependency;
  DependencyStatus status;
};

struct JobLinks
{
  GPtrArray *list; /* of VestimDependency */
  unsigned counts[3];
  unsigned n;
  Link links[];
};

/* Whether a text of `depends_on` names a job with at least this sequence. */
bool dependencies_name_younger (int64_t sequence, const char *depends_on);
