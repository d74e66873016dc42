/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"
#include "common/results/vestim-error-unit.h"

/* A job as the server sent it. */
typedef struct
{
  VestimJob *job;
  char *folder;        /* (nullable) on the server's machine */
  double test_rmse_mv; /* of details.metrics; NAN: none */
  VestimErrorUnit error_unit;
  gboolean is_new; /* created by the request that it answers */
} DashSnapshot;

/* (transfer full) `job` and `folder` (nullable) are taken over. */
DashSnapshot *dash_snapshot_new (VestimJob *job, char *folder);

/* (transfer full) the content of a snapshot whose owner frees it soon; `snapshot` becomes empty. */
DashSnapshot *dash_snapshot_steal (DashSnapshot *snapshot);
void dash_snapshot_free (DashSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashSnapshot, dash_snapshot_free)

/* (nullable) (transfer full) from a job object; NULL with `error`. */
DashSnapshot *dash_snapshot_parse (const char *text, gsize length, GError **error);

/* (nullable) (transfer full) (element-type DashSnapshot) from an array of job objects, each ID
 * once; NULL with `error`. */
GPtrArray *dash_snapshot_parse_list (const char *text, gsize length, GError **error);
