/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job.h"
#include "common/json/vestim-json.h"

/* A job as the server sent it. */
typedef struct
{
  VestimJob *job;
  char *folder;    /* (nullable) on the server's machine */
  gboolean is_new; /* made by the very request that it answers */
} DashSnapshot;

void dash_snapshot_free (DashSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashSnapshot, dash_snapshot_free)

/* (transfer full) */
DashSnapshot *dash_snapshot_read (const VestimJsonNode *node, GError **error);
DashSnapshot *dash_snapshot_parse (const char *text, gsize length, GError **error);

/* (transfer full) the DashSnapshots of an array of jobs, each ID once. */
GPtrArray *dash_snapshot_parse_list (const char *text, gsize length, GError **error);
