/* SPDX-License-Identifier: MIT */
#pragma once

#include <libsoup/soup.h>

/* A server for tests that keeps its jobs in memory and can misbehave on request. It runs on the
 * main context of its creator. */
typedef struct FakeServer FakeServer;

typedef enum
{
  FAKE_OK,
  FAKE_SILENT,    /* takes the request and never answers */
  FAKE_CUT,       /* announces more than it sends, then closes */
  FAKE_GARBAGE,   /* 200 with bytes that are not JSON */
  FAKE_ENDLESS,   /* 200 with an endless body */
  FAKE_PROMISE,   /* 200, announces a gigabyte and sends none of it */
  FAKE_DRIP,      /* 200, a byte now and then */
  FAKE_NO_PART,   /* 206 without the requested bytes */
  FAKE_BUSY,      /* 503 */
  FAKE_LATER,     /* 503 with Retry-After: 1 */
  FAKE_REFUSED,   /* closes without an answer */
  FAKE_SLOW,      /* the right answer, after a fifth of a second */
  FAKE_LOST,      /* carries the request out, and cuts the answer */
  FAKE_ELSEWHERE, /* 307 to /elsewhere */
  FAKE_INVALID,   /* 422 with a fault of selections.argv */
} FakeFault;

/* `token` (nullable): every request needs it. */
FakeServer *fake_server_new (const char *token);
void fake_server_free (FakeServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

const char *fake_server_get_url (FakeServer *self);

/* The next `times` requests of `path` ("/jobs") meet `fault`. */
void fake_server_set_fault (FakeServer *self, const char *path, FakeFault fault, int times);

/* Every request of `path` gets this answer from now on, as application/problem+json; NULL ends it.
 */
void fake_server_set_answer (FakeServer *self, const char *path, guint status, const char *body);

/* Adds or replaces a job (nullable members take defaults) and sends its event. */
void fake_server_put_job (FakeServer *self, const char *id, const char *name, const char *status,
                          double progress);

/* The same with the members behind "progress" given as JSON: "\"message\":…,\"details\":…". */
void fake_server_put_job_full (FakeServer *self, const char *id, const char *head,
                               const char *rest);
void fake_server_remove_job (FakeServer *self, const char *id);
void fake_server_set_log (FakeServer *self, const char *id, const char *text, gsize length);

/* (nullable) the Vestim-Log-Gap of the job's log. */
void fake_server_set_log_gap (FakeServer *self, const char *id, const char *gap);
void fake_server_set_file (FakeServer *self, const char *id, const char *name, const char *text);
void fake_server_set_metrics (FakeServer *self, const char *id, const char *json);

void fake_server_send_event (FakeServer *self, const char *type, const char *data);
void fake_server_cut_events (FakeServer *self);
guint fake_server_count_streams (FakeServer *self);

/* As after a restart: the IDs of older events are invalid. */
void fake_server_forget_events (FakeServer *self);

/* The number of requests of a kind such as "POST /jobs", and the number of changes made. */
guint fake_server_count (FakeServer *self, const char *request);
guint fake_server_count_changes (FakeServer *self);

/* (nullable) the header of the last request of that kind. */
const char *fake_server_last_header (FakeServer *self, const char *request, const char *header);
const char *fake_server_last_body (FakeServer *self, const char *request);
