/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/retention/retention.h"

#include <assert.h>
#include <stdbool.h>

#include "daemon/vestimd/jobs/registry/registry-retention.h"
#include "daemon/vestimd/jobs/service-calls.h"
#include "daemon/vestimd/jobs/service-settings.h"
#include "daemon/vestimd/retention/retention-clock.h"
#include "daemon/vestimd/sys/folder-size.h"
#include "daemon/vestimd/sys/log.h"

/* A run has two parts. First it notes the jobs that have ended since: when, by the retention clock,
 * and the size of their folders, which libuv's pool measures. Then it walks from the oldest to the
 * newest job and deletes, until what is left is within the limits. Both go page by page, with a
 * pause between, so that clients always come first.
 *
 *   look ──▶ unseen jobs? ──▶ measure ──▶ note ─┐          page ──▶ delete ─┐
 *    ▲             │ none                       │           ▲ │ within limits: done
 *    └─────────────┼────────────────────────────┘           └───────────────┘
 *                  └──▶ total ──▶ page …
 */

#define MODULE "retention"
#define PAGE 64
#define SOON_MS 500   /* after an end, so that those of many jobs share a run */
#define BETWEEN_MS 20 /* pages */
#define HOUR_MS (60 * 60 * 1000)
#define DAY_MS (INT64_C (24) * HOUR_MS)
#define REST 10 /* a run rests so many times as long as it took */

struct Retention
{
  RetentionConfig config;
  KeyClock clock;
  ServiceRetention known; /* the limits when they were last looked at */
  bool is_on;             /* `clock` is set */
  bool has_caught_up; /* all ends from before this daemon, or from before it was on, are noted */
  bool is_wanted;     /* something happened since the run began */
  bool is_running;
  uint64_t began_at; /* in uv_hrtime(), as the next one */
  uint64_t rest_until;
  uv_timer_t timer;
  void (*next) (Retention *retention); /* what the timer calls */

  uv_work_t work;
  GPtrArray *rows; /* (nullable) of RetentionRow: the page */
  RetentionPlace place;
  RetentionTotal left; /* of what is kept so far, and what was not looked at */
  unsigned n_deleting;
  bool is_last_page;
  size_t n_deleted;
  int cancelled; /* atomic */

  void (*closed) (void *user);
  void *closed_user;
};

static void look (Retention *retention);
static void read_page (Retention *retention);

static const ServiceRetention *
limits (const Retention *retention)
{
  return &service_get_settings (retention->config.service)->retention;
}

static bool
has_limit (const Retention *retention)
{
  const ServiceRetention *is = limits (retention);

  return is->max_jobs > 0 || is->max_days > 0 || is->max_bytes > 0;
}

/* ---- Between the steps ---- */

static void
on_timer_closed (uv_handle_t *handle)
{
  Retention *retention = handle->data;

  retention->closed (retention->closed_user);
  g_free (retention);
}

static void
on_timer (uv_timer_t *timer)
{
  Retention *retention = timer->data;

  retention->next (retention);
}

static void
go_on_later (Retention *retention, void (*next) (Retention *retention), uint64_t ms)
{
  retention->next = next;
  uv_timer_start (&retention->timer, on_timer, ms, 0);
}

/* When that fails, jobs are kept longer. */
static void
on_clock_stored (void *user, int status)
{
}

static void
store_clock (Retention *retention)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  g_autofree char *clock = key_clock_format (&retention->clock);

  registry_transaction_set_setting (transaction, RETENTION_CLOCK_SETTING, clock);
  registry_submit (retention->config.registry, transaction, on_clock_stored, NULL);
}

static void
begin (Retention *retention)
{
  assert (!retention->is_running);
  retention->is_wanted = false;
  if (!retention->is_on)
    return;
  if (key_clock_is_due (&retention->clock))
    store_clock (retention);
  retention->is_running = true;
  retention->began_at = uv_hrtime ();
  look (retention);
}

static void
begin_later (Retention *retention)
{
  uint64_t now = uv_hrtime (), rest_ms = 0;

  if (retention->rest_until > now)
    rest_ms = (retention->rest_until - now) / 1000000;
  go_on_later (retention, begin,
               retention->is_wanted ? CLAMP (rest_ms, SOON_MS, HOUR_MS) : HOUR_MS);
}

/* The run is over, in whatever way. */
static void
finish (Retention *retention)
{
  uint64_t now = uv_hrtime ();

  retention->rest_until = now + (now - retention->began_at) * REST;
  g_clear_pointer (&retention->rows, g_ptr_array_unref);
  if (retention->n_deleted > 0)
    log_info (MODULE, "old jobs deleted jobs=%zu", retention->n_deleted);
  retention->n_deleted = 0;
  retention->is_running = false;
  if (retention->closed != NULL)
    uv_close ((uv_handle_t *) &retention->timer, on_timer_closed);
  else
    begin_later (retention);
}

/* Whether the run goes on; else it is finished. */
static bool
may_go_on (Retention *retention, int status)
{
  if (status == 0 && retention->closed == NULL && has_limit (retention))
    return true;
  finish (retention);
  return false;
}

static void
take_rows (Retention *retention, GPtrArray *rows)
{
  if (retention->rows != NULL)
    g_ptr_array_unref (retention->rows);
  retention->rows = rows;
  g_ptr_array_set_free_func (rows, retention_row_free);
}

/* ---- Noting ---- */

static void
on_noted (void *user, int status)
{
  Retention *retention = user;

  if (may_go_on (retention, status))
    go_on_later (retention, look, BETWEEN_MS);
}

/* An end that this daemon saw is as old as the clock says. One from before is as old as its time
 * says. */
static int64_t
time_of_end (const Retention *retention, const RetentionRow *row)
{
  int64_t now = key_clock_now (&retention->clock);

  return retention->has_caught_up ? now : MIN (row->finished_at, now);
}

static void
on_measured (uv_work_t *work, int status)
{
  Retention *retention = work->data;
  RegistryTransaction *transaction;

  if (!may_go_on (retention, status))
    return;
  transaction = registry_transaction_new ();
  for (unsigned i = 0; i < retention->rows->len; i++)
    {
      const RetentionRow *row = retention->rows->pdata[i];
      const RetentionNote note = { row->sequence, row->finished_at, time_of_end (retention, row),
                                   row->bytes };

      registry_transaction_note_end (transaction, &note);
    }
  registry_submit (retention->config.registry, transaction, on_noted, retention);
}

static void
measure (uv_work_t *work)
{
  Retention *retention = work->data;

  for (unsigned i = 0; i < retention->rows->len; i++)
    {
      RetentionRow *row = retention->rows->pdata[i];
      g_autofree char *folder = g_strconcat (retention->config.jobs_dir, "/", row->job_id, NULL);

      row->bytes = folder_size (folder, &retention->cancelled);
    }
}

static void
on_unseen (void *user, int status, GPtrArray *rows, const RetentionTotal *total)
{
  Retention *retention = user;

  take_rows (retention, rows);
  if (!may_go_on (retention, status))
    return;
  if (rows->len > 0)
    {
      uv_queue_work (retention->config.loop, &retention->work, measure, on_measured);
      return;
    }
  retention->has_caught_up = true;
  retention->place = (RetentionPlace){ INT64_MIN, 0 };
  read_page (retention);
}

static void
look (Retention *retention)
{
  registry_read_unseen (retention->config.registry, PAGE, on_unseen, retention);
}

/* ---- Deleting ---- */

/* All jobs after one that exceeds nothing are younger, so they exceed nothing, too. */
static bool
is_too_much (const Retention *retention, const RetentionRow *row)
{
  const ServiceRetention *is = limits (retention);
  int64_t age = key_clock_now (&retention->clock) - row->seen_at;

  return (is->max_jobs > 0 && retention->left.n_jobs > is->max_jobs)
         || (is->max_bytes > 0 && retention->left.bytes > is->max_bytes)
         || (is->max_days > 0 && age / DAY_MS >= is->max_days);
}

static void
end_page (Retention *retention)
{
  if (retention->n_deleting > 0)
    return;
  if (retention->is_last_page)
    finish (retention);
  else if (may_go_on (retention, 0))
    go_on_later (retention, read_page, BETWEEN_MS);
}

static void
on_deleted (void *user, const ServiceResult *result, const char *body)
{
  Retention *retention = user;

  retention->n_deleted += result->code == 0;
  retention->config.stats->n_deleted += result->code == 0;
  retention->n_deleting--;
  end_page (retention);
}

static void
delete_job (Retention *retention, const RetentionRow *row)
{
  const ServiceCall call = { .done = on_deleted, .user = retention };

  log_debug (MODULE, "deleting an old job id=%s", row->job_id);
  retention->left.n_jobs--;
  retention->left.bytes -= row->bytes;
  retention->n_deleting++;
  service_delete_unneeded (retention->config.service, row->job_id, &call);
}

static void
on_page (void *user, int status, GPtrArray *rows, const RetentionTotal *total)
{
  Retention *retention = user;

  take_rows (retention, rows);
  if (!may_go_on (retention, status))
    return;
  if (retention->place.seen_at == INT64_MIN)
    retention->left = *total;
  retention->is_last_page = rows->len < PAGE;
  for (unsigned i = 0; i < rows->len; i++)
    {
      const RetentionRow *row = rows->pdata[i];

      if (!is_too_much (retention, row))
        {
          retention->is_last_page = true;
          break;
        }
      retention->place = (RetentionPlace){ row->seen_at, row->sequence };
      if (!service_is_needed (retention->config.service, row->sequence))
        delete_job (retention, row);
    }
  end_page (retention);
}

static void
read_page (Retention *retention)
{
  registry_read_seen (retention->config.registry, &retention->place, PAGE, on_page, retention);
}

/* ---- The life ---- */

static void
turn_on (Retention *retention, const char *stored)
{
  retention->is_on = true;
  retention->has_caught_up = false;
  retention_clock_init (&retention->clock, stored, retention->config.wall_ms (),
                        retention->config.uptime_ms);
}

static void
forget_clock (Retention *retention)
{
  RegistryTransaction *transaction = registry_transaction_new ();

  retention->is_on = false;
  registry_transaction_set_setting (transaction, RETENTION_CLOCK_SETTING, NULL);
  registry_submit (retention->config.registry, transaction, on_clock_stored, NULL);
}

void
retention_note_settings (Retention *retention)
{
  const ServiceRetention *is = limits (retention), *was = &retention->known;

  if (is->max_jobs == was->max_jobs && is->max_days == was->max_days
      && is->max_bytes == was->max_bytes)
    return;
  retention->known = *is;
  if (has_limit (retention) && !retention->is_on)
    turn_on (retention, NULL);
  else if (!has_limit (retention) && retention->is_on)
    forget_clock (retention);
  retention->rest_until = 0;
  retention_wake (retention);
}

void
retention_wake (Retention *retention)
{
  if (!retention->is_on || retention->is_wanted)
    return;
  retention->is_wanted = true;
  if (!retention->is_running)
    begin_later (retention);
}

Retention *
retention_new (const RetentionConfig *config)
{
  Retention *retention = g_new0 (Retention, 1);
  g_autofree char *stored = registry_get_setting (config->registry, RETENTION_CLOCK_SETTING);

  retention->config = *config;
  uv_timer_init (config->loop, &retention->timer);
  retention->timer.data = retention;
  retention->work.data = retention;
  retention->known = *limits (retention);
  if (has_limit (retention))
    turn_on (retention, stored);
  retention_wake (retention);
  return retention;
}

void
retention_close (Retention *retention, void (*closed) (void *user), void *user)
{
  bool is_between = uv_is_active ((uv_handle_t *) &retention->timer) || !retention->is_running;

  retention->closed = closed;
  retention->closed_user = user;
  g_atomic_int_set (&retention->cancelled, 1);
  if (is_between)
    finish (retention);
}
