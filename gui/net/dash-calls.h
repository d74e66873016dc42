/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-snapshot.h"
#include "gui/net/dash-request.h"

/* The requests of the protocol. The comment at each names what dash_client_send_finish() returns.
 */

/* The answer to GET /jobs. */
typedef struct
{
  GPtrArray *jobs; /* DashSnapshot, newest first */
  char *event_id;  /* (nullable) the event stream continues after that event */
} DashJobListing;

void dash_job_listing_free (DashJobListing *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashJobListing, dash_job_listing_free)

DashRequest *dash_call_list (void);                                     /* DashJobListing */
DashRequest *dash_call_create (const char *body);                       /* DashSnapshot */
DashRequest *dash_call_patch (const char *job_id, const char *body);    /* DashSnapshot */
DashRequest *dash_call_rename (const char *job_id, const char *name);   /* DashSnapshot */
DashRequest *dash_call_set_priority (const char *job_id, int priority); /* DashSnapshot */
DashRequest *dash_call_delete (const char *job_id);                     /* DashReply */
DashRequest *dash_call_move (const char *job_id,
                             const char *verb); /* DashReply; "start", "stop", "finish", "retry" */
/* DashReply; `states` like "completed,failed"; NULL: jobs in any state */
DashRequest *dash_call_clear (const char *states);
DashRequest *dash_call_stop_all (void); /* DashReply */

/* DashReply with `n` bytes from `first` on; with the last `n` when `first` is negative. */
DashRequest *dash_call_log (const char *job_id, goffset first, goffset n);
DashRequest *dash_call_metrics (const char *job_id);                /* GPtrArray of DashSeries */
DashRequest *dash_call_files (const char *job_id);                  /* GPtrArray of DashFileInfo */
DashRequest *dash_call_file (const char *job_id, const char *name); /* DashReply */
DashRequest *dash_call_predictions (const char *job_id,
                                    const char *name);   /* GPtrArray of DashSeries */
DashRequest *dash_call_check (const char *const *files); /* GPtrArray of VestimFileCheck */

DashRequest *dash_call_status (void);                 /* DashServerInfo */
DashRequest *dash_call_settings (int max_running);    /* DashReply */
DashRequest *dash_call_shutdown (gboolean keep_jobs); /* DashReply */
