/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "common/job/vestim-job.h"
#include "daemon/vestimd/api/query.h"
#include "daemon/vestimd/jobs/service-calls.h"

/* Which jobs a list contains: the parameters of GET /jobs. */

/* Beside the bits of the states: jobs that wait for their release, and running ones that are
 * paused.
 */
#define JOB_FILTER_HELD (1u << VESTIM_N_JOB_STATES)
#define JOB_FILTER_PAUSED (1u << (VESTIM_N_JOB_STATES + 1))

typedef struct
{
  unsigned states; /* one of them is enough */
  bool has_kind;
  VestimJobKind kind;
  bool has_executor;
  VestimExecutor executor;
  char *group;    /* (nullable) */
  char *tag;      /* (nullable) */
  char *tag_json; /* (nullable) `tag` as a JSON string: so it stands in the stored array */
  char *text;     /* (nullable) in name or ID, in any case; case-folded */
  bool is_ascii;  /* `text` is */
  bool may_be_id; /* `text` has only characters of IDs */
  int64_t limit;  /* 0: none */
  int64_t before; /* only jobs with a sequence below this; 0: all */
} JobFilter;

/* Errors are added to `errors`. */
void job_filter_read (JobFilter *filter, const Query *query, GPtrArray *errors);
void job_filter_clear (JobFilter *filter);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JobFilter, job_filter_clear)

/* These ignore `limit` and `before`. */
bool job_filter_matches (const JobFilter *filter, const VestimJob *job);

/* What can be said without reading the job's row: false if it does not match. Queued and running
 * jobs, which may be paused, are always in memory: job_filter_matches() says the rest. */
bool job_filter_matches_brief (const JobFilter *filter, VestimJobState state, VestimJobKind kind);
/* Whether more than that and the group is needed to know that it does. */
bool job_filter_needs_row (const JobFilter *filter);

/* Whether only the states count, so that matches can be counted without looking at each job. */
bool job_filter_is_by_state (const JobFilter *filter);
