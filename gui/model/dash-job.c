/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-job.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/job/vestim-job-fields.h"
#include "common/job/vestim-tags.h"
#include "gui/base/dash-search.h"

/* Characters: nobody reads a name of 10 kB. */
#define MAX_SHOWN_NAME 300

#define ALL_FIELDS (~(VestimJobFieldSet) 0)

struct _DashJob
{
  GObject parent;
  DashSnapshot *snapshot;
  char *name;
  char *search_key;
  char *sort_key;
  guint version;
};

enum
{
  PROP_STATE = 1,
  PROP_ATTEMPT,
  PROP_VERSION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (DashJob, dash_job, G_TYPE_OBJECT)

/* Everything that is derived from the snapshot. */
static void
derive (DashJob *self)
{
  const VestimJob *job = self->snapshot->job;
  g_autofree char *folded = NULL, *tags = NULL;

  g_free (self->name);
  self->name = vestim_text_line (job->name, MAX_SHOWN_NAME);
  if (self->name[0] == '\0')
    {
      g_free (self->name);
      self->name = g_strdup (job->id);
    }
  folded = dash_search_fold (self->name);
  g_free (self->search_key);
  tags = job->tags != NULL ? dash_search_fold (job->tags) : NULL;
  self->search_key = g_strconcat (folded, "\n", job->id, "\n", tags, NULL);
  g_free (self->sort_key);
  self->sort_key = g_utf8_collate_key_for_filename (folded, -1);
}

static void
dash_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  DashJob *self = DASH_JOB (object);
  const VestimJob *job = self->snapshot->job;

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) job->state);
      break;
    case PROP_ATTEMPT:
      g_value_set_int (value, job->attempt);
      break;
    case PROP_VERSION:
      g_value_set_uint (value, self->version);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
dash_job_finalize (GObject *object)
{
  DashJob *self = DASH_JOB (object);

  dash_snapshot_free (self->snapshot);
  g_free (self->name);
  g_free (self->search_key);
  g_free (self->sort_key);
  G_OBJECT_CLASS (dash_job_parent_class)->finalize (object);
}

static void
dash_job_class_init (DashJobClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = dash_job_get_property;
  object_class->finalize = dash_job_finalize;
  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, 0, VESTIM_N_JOB_STATES - 1, 0, flags);
  properties[PROP_ATTEMPT] = g_param_spec_int ("attempt", NULL, NULL, 0, G_MAXINT, 1, flags);
  properties[PROP_VERSION] = g_param_spec_uint ("version", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
dash_job_init (DashJob *self)
{
}

DashJob *
dash_job_new (DashSnapshot *snapshot)
{
  DashJob *self;

  g_return_val_if_fail (snapshot != NULL, NULL);
  self = g_object_new (DASH_TYPE_JOB, NULL);
  self->snapshot = snapshot;
  derive (self);
  return self;
}

static gboolean
same_number (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

/* Notifies what differs from `before`. */
static DashJobChange
notify_changes (DashJob *self, const DashSnapshot *before)
{
  const VestimJob *old = before->job, *new = self->snapshot->job;
  GObject *object = G_OBJECT (self);
  DashJobChange change = DASH_JOB_CHANGE_LIVE;

  if (old->state != new->state || old->kind != new->kind || old->paused != new->paused
      || old->priority != new->priority || old->rank != new->rank
      || g_strcmp0 (old->name, new->name) != 0 || g_strcmp0 (old->tags, new->tags) != 0
      || g_strcmp0 (old->group, new->group) != 0
      || !same_number (before->test_rmse_mv, self->snapshot->test_rmse_mv))
    change |= DASH_JOB_CHANGE_ORDER;
  if (!vestim_job_state_is_final (old->state) && vestim_job_state_is_final (new->state)
      && new->state != VESTIM_JOB_STOPPED)
    change |= DASH_JOB_CHANGE_ENDED;
  g_object_freeze_notify (object);
  if (old->state != new->state)
    g_object_notify_by_pspec (object, properties[PROP_STATE]);
  if (old->attempt != new->attempt)
    g_object_notify_by_pspec (object, properties[PROP_ATTEMPT]);
  g_object_notify_by_pspec (object, properties[PROP_VERSION]);
  g_object_thaw_notify (object);
  return change;
}

/* Most of the list that is fetched after a reconnect is known already. */
static gboolean
is_same (const VestimJob *a, const VestimJob *b)
{
  return a->updated_at == b->updated_at && vestim_job_fields_equal (a, b, ALL_FIELDS);
}

DashJobChange
dash_job_update (DashJob *self, DashSnapshot *snapshot)
{
  g_autoptr (DashSnapshot) old = NULL;

  g_return_val_if_fail (DASH_IS_JOB (self) && snapshot != NULL, DASH_JOB_CHANGE_NONE);
  if (is_same (self->snapshot->job, snapshot->job))
    {
      dash_snapshot_free (snapshot);
      return DASH_JOB_CHANGE_NONE;
    }
  old = g_steal_pointer (&self->snapshot);
  self->snapshot = snapshot;
  self->version++;
  derive (self);
  return notify_changes (self, old);
}

const VestimJob *
dash_job_get (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NULL);
  return self->snapshot->job;
}

const char *
dash_job_get_id (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NULL);
  return self->snapshot->job->id;
}

const char *
dash_job_get_name (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NULL);
  return self->name;
}

const char *
dash_job_get_folder (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NULL);
  return self->snapshot->folder;
}

const char *
dash_job_get_search_key (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NULL);
  return self->search_key;
}

const char *
dash_job_get_sort_key (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), "");
  return self->sort_key;
}

VestimJobState
dash_job_get_state (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), VESTIM_JOB_CREATED);
  return self->snapshot->job->state;
}

double
dash_job_get_test_rmse (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NAN);
  return self->snapshot->test_rmse_mv;
}

char *
dash_job_dup_test_rmse (DashJob *self)
{
  g_return_val_if_fail (DASH_IS_JOB (self), NULL);
  return vestim_error_unit_text (&self->snapshot->error_unit, self->snapshot->test_rmse_mv);
}

double
dash_job_get_elapsed (DashJob *self, int64_t now_ms)
{
  const VestimJob *job = dash_job_get (self);
  int64_t end = job->finished_at != 0 ? job->finished_at : now_ms;

  if (job->started_at == 0)
    return NAN;
  return (double) MAX (end - job->started_at, 0) / 1000;
}

gboolean
dash_job_can_start (DashJob *self)
{
  const VestimJob *job = dash_job_get (self);

  return job->state == VESTIM_JOB_CREATED && job->kind != VESTIM_JOB_KIND_NONE
         && vestim_job_state_can_move (job->state, VESTIM_JOB_QUEUED);
}

gboolean
dash_job_can_stop (DashJob *self)
{
  return vestim_job_state_can_move (dash_job_get_state (self), VESTIM_JOB_STOPPED);
}

gboolean
dash_job_can_edit (DashJob *self)
{
  VestimJobState state = dash_job_get_state (self);

  return state == VESTIM_JOB_CREATED || state == VESTIM_JOB_QUEUED;
}

gboolean
dash_job_can_finish (DashJob *self)
{
  const VestimJob *job = dash_job_get (self);

  return job->kind == VESTIM_JOB_KIND_ESTIMATION && job->state == VESTIM_JOB_RUNNING;
}

gboolean
dash_job_can_retry (DashJob *self)
{
  VestimJobState state = dash_job_get_state (self);

  return vestim_job_state_is_final (state) && vestim_job_state_can_move (state, VESTIM_JOB_QUEUED);
}

gboolean
dash_job_can_evaluate (DashJob *self)
{
  return dash_job_get (self)->kind == VESTIM_JOB_KIND_ESTIMATION
         && vestim_job_state_is_final (dash_job_get_state (self));
}

static gboolean
is_in_queue (DashJob *self)
{
  VestimJobState state = dash_job_get_state (self);

  return state == VESTIM_JOB_QUEUED || state == VESTIM_JOB_RUNNING;
}

gboolean
dash_job_can_pause (DashJob *self)
{
  return is_in_queue (self) && !dash_job_get (self)->paused;
}

gboolean
dash_job_can_resume (DashJob *self)
{
  return is_in_queue (self) && dash_job_get (self)->paused;
}

gboolean
dash_job_has_tag (DashJob *self, const char *tag)
{
  g_auto (GStrv) tags = vestim_tags_parse (dash_job_get (self)->tags);

  return g_strv_contains ((const char *const *) tags, tag);
}
