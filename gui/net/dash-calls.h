/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/base/dash-snapshot.h"
#include "common/access/vestim-request.h"

/* The requests of the protocol. The comment at each names what vestim_client_send_finish() returns.
 */

/* The answer to GET /jobs. */
typedef struct
{
  GPtrArray *jobs; /* DashSnapshot, newest first */
  char *event_id;  /* (nullable) the event stream continues after that event */
} DashJobListing;

void dash_job_listing_free (DashJobListing *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashJobListing, dash_job_listing_free)

VestimRequest *dash_call_list (void);                                     /* DashJobListing */
VestimRequest *dash_call_list_queued (void);                              /* DashJobListing */
VestimRequest *dash_call_create (const char *body);                       /* DashSnapshot */
VestimRequest *dash_call_patch (const char *job_id, const char *body);    /* DashSnapshot */
VestimRequest *dash_call_rename (const char *job_id, const char *name);   /* DashSnapshot */
VestimRequest *dash_call_set_priority (const char *job_id, int priority); /* DashSnapshot */
VestimRequest *dash_call_set_notes (const char *job_id, const char *const *tags, const char *note,
                                    gboolean pinned); /* DashSnapshot */
VestimRequest *dash_call_delete (const char *job_id); /* VestimReply */
VestimRequest *dash_call_move (
    const char *job_id,
    const char *verb); /* VestimReply; "start", "stop", "finish", "retry", "pause", "resume" */
/* VestimReply; as a DashQueueMove */
VestimRequest *dash_call_place (const char *job_id, const char *where, const char *what);
/* VestimReply; `states` like "completed,failed"; NULL: jobs in any state */
VestimRequest *dash_call_clear (const char *states);
VestimRequest *dash_call_stop_all (void); /* VestimReply */

/* VestimReply with `n` bytes from `first` on; with the last `n` when `first` is negative. */
VestimRequest *dash_call_log (const char *job_id, goffset first, goffset n);
VestimRequest *dash_call_metrics (const char *job_id); /* GPtrArray of DashSeries */
VestimRequest *dash_call_files (const char *job_id);   /* GPtrArray of DashFileInfo */
VestimRequest *dash_call_file (const char *job_id, const char *name); /* VestimReply */
VestimRequest *dash_call_predictions (const char *job_id,
                                      const char *name);   /* GPtrArray of DashSeries */
VestimRequest *dash_call_check (const char *const *files); /* GPtrArray of VestimFileCheck */

VestimRequest *dash_call_status (void);                /* DashServerInfo */
VestimRequest *dash_call_settings (int max_running);   /* VestimReply */
VestimRequest *dash_call_pause_queue (gboolean pause); /* VestimReply */
/* VestimReply; `max_running` -1: no limit */
VestimRequest *dash_call_group (const char *name, int max_running, gboolean paused);
VestimRequest *dash_call_shutdown (gboolean keep_jobs); /* VestimReply */
