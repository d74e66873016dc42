/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-queue-input.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "common/job/vestim-retry-policy.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-duration.h"
#include "common/vestim-size.h"
#include "gui/base/dash-tags.h"

#define MIB (1024 * 1024)
#define ALL_CAUSES ((1u << VESTIM_N_RETRY_CAUSES) - 1)
#define MAX_EXIT_CODE 255

/* ---- Texts ---- */

gboolean
dash_queue_input_parse_delay (const char *text, double *seconds)
{
  static const char *const zeros[] = { "0", "0 s", "0s", NULL };
  g_autofree char *plain = NULL;

  g_return_val_if_fail (text != NULL && seconds != NULL, FALSE);
  plain = g_strstrip (g_strdup (text));
  *seconds = 0;
  return g_strv_contains (zeros, plain) || vestim_duration_parse (plain, seconds);
}

char *
dash_queue_input_delay_text (double seconds)
{
  return seconds > 0 ? vestim_duration_text (seconds) : g_strdup ("0 s");
}

/* (transfer full) exact, unlike vestim_size_text(). */
static char *
memory_text (int64_t mb)
{
  if (mb == 0)
    return g_strdup ("0");
  return mb % 1024 == 0 ? g_strdup_printf ("%" G_GINT64_FORMAT "G", mb / 1024)
                        : g_strdup_printf ("%" G_GINT64_FORMAT "M", mb);
}

/* (transfer full) the time to type; "" for 0. Without the seconds when there are none. */
static char *
start_text (int64_t time_ms)
{
  g_autoptr (GDateTime) utc = time_ms != 0 ? g_date_time_new_from_unix_utc (time_ms / 1000) : NULL;
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  if (local == NULL)
    return g_strdup ("");
  return g_date_time_format (local, g_date_time_get_second (local) != 0 ? "%Y-%m-%d %H:%M:%S"
                                                                        : "%Y-%m-%d %H:%M");
}

static char *
never_text (const VestimRetryPolicy *policy)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i <= MAX_EXIT_CODE; i++)
    if (policy->never_exit_codes[i])
      g_string_append_printf (text, "%s%u", text->len > 0 ? ", " : "", i);
  return g_string_free (text, FALSE);
}

/* Takes `text`. */
static void
take (DashQueueInput *self, DashQueueText which, char *text)
{
  g_free (self->texts[which]);
  self->texts[which] = text;
}

static void
load_resources (DashQueueInput *self, const char *stored)
{
  VestimResources resources = vestim_resources_parse (stored);

  take (self, DASH_QUEUE_CPUS, g_strdup_printf ("%d", resources.cpus));
  take (self, DASH_QUEUE_MEMORY, memory_text (resources.memory_mb));
  take (self, DASH_QUEUE_GPUS, g_strdup_printf ("%d", resources.gpus));
  self->enforce = resources.enforce;
}

static void
load_retry (DashQueueInput *self, const char *stored)
{
  VestimRetryPolicy policy;
  char backoff[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean retries;

  vestim_retry_policy_parse (stored, &policy);
  retries = policy.max > 0;
  take (self, DASH_QUEUE_RETRIES, g_strdup_printf ("%d", policy.max));
  take (self, DASH_QUEUE_DELAY, dash_queue_input_delay_text (policy.delay_s));
  g_ascii_dtostr (backoff, sizeof backoff, retries ? policy.backoff : 1);
  take (self, DASH_QUEUE_BACKOFF, g_strdup (backoff));
  take (self, DASH_QUEUE_NEVER, never_text (&policy));
  self->retry_on = retries ? policy.on : ALL_CAUSES;
}

DashQueueInput *
dash_queue_input_new (const VestimJob *job)
{
  g_autoptr (VestimJob) empty = job == NULL ? vestim_job_new () : NULL;
  const VestimJob *from = job != NULL ? job : empty;
  DashQueueInput *self = g_new0 (DashQueueInput, 1);

  take (self, DASH_QUEUE_GROUP, g_strdup (vestim_job_group (from)));
  load_resources (self, from->resources);
  load_retry (self, from->retry);
  take (self, DASH_QUEUE_START, start_text (from->start_after));
  take (self, DASH_QUEUE_TAGS, dash_tags_text (from->tags));
  take (self, DASH_QUEUE_UNIQUE, g_strdup (from->unique != NULL ? from->unique : ""));
  take (self, DASH_QUEUE_NOTE, g_strdup (from->note != NULL ? from->note : ""));
  self->pinned = from->pinned;
  self->depends_on = vestim_dependencies_parse (from->depends_on);
  return self;
}

void
dash_queue_input_free (DashQueueInput *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_free (self->texts[i]);
  g_ptr_array_unref (self->depends_on);
  g_free (self);
}

void
dash_queue_input_set (DashQueueInput *self, DashQueueText which, const char *text)
{
  g_return_if_fail (self != NULL && text != NULL);
  take (self, which, g_strdup (text));
  if (which != DASH_QUEUE_NOTE && which != DASH_QUEUE_UNIQUE)
    g_strstrip (self->texts[which]);
}

void
dash_queue_input_add_dependency (DashQueueInput *self, const char *job_id,
                                 VestimDependencyWhen when)
{
  VestimDependency *dependency = g_new0 (VestimDependency, 1);

  g_return_if_fail (self != NULL && job_id != NULL);
  dependency->job_id = g_strdup (job_id);
  dependency->when = when;
  g_ptr_array_add (self->depends_on, dependency);
}

gboolean
dash_queue_input_retries (const char *text)
{
  g_autofree char *plain = NULL;

  g_return_val_if_fail (text != NULL, FALSE);
  plain = g_strstrip (g_strdup (text));
  return plain[strspn (plain, "0")] != '\0';
}

static gboolean
differs (const DashQueueInput *self, const DashQueueInput *stored, DashQueueText first,
         DashQueueText last)
{
  for (DashQueueText i = first; i <= last; i++)
    if (!g_str_equal (self->texts[i], stored->texts[i]))
      return TRUE;
  return FALSE;
}

/* ---- Values ---- */

/* "" is 0. The highest value that is possible is the server's business. */
static int64_t
read_count (const DashQueueInput *self, DashQueueText which, const char *field, GPtrArray *faults)
{
  const char *text = self->texts[which];
  gint64 value = 0;

  if (*text != '\0' && !g_ascii_string_to_signed (text, 10, 0, G_MAXINT32, &value, NULL))
    vestim_field_errors_add (faults, field, "%s", _ ("Type a whole number."));
  return value;
}

/* The server counts in MiB. More is reserved rather than less. */
static int64_t
read_memory (const DashQueueInput *self, GPtrArray *faults)
{
  const char *text = self->texts[DASH_QUEUE_MEMORY];
  int64_t bytes = 0;

  if (*text == '\0')
    return 0;
  if (!vestim_size_parse (text, &bytes))
    vestim_field_errors_add (faults, "resources.memory_mb", "%s",
                             _ ("Type a size with its unit, like 512M or 8G."));
  else if (bytes > 0 && bytes < MIB)
    vestim_field_errors_add (faults, "resources.memory_mb", "%s",
                             _ ("This is less than 1M: type the unit, like 512M or 8G."));
  return bytes / MIB + (bytes % MIB != 0);
}

static void
add_resources (const DashQueueInput *self, const DashQueueInput *stored, JsonObject *body,
               GPtrArray *faults)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "cpus",
                              read_count (self, DASH_QUEUE_CPUS, "resources.cpus", faults));
  json_object_set_int_member (object, "memory_mb", read_memory (self, faults));
  json_object_set_int_member (object, "gpus",
                              read_count (self, DASH_QUEUE_GPUS, "resources.gpus", faults));
  if (self->enforce == VESTIM_ENFORCE_CGROUP)
    json_object_set_boolean_member (object, "enforce", TRUE);
  if (self->enforce == VESTIM_ENFORCE_RLIMIT)
    json_object_set_string_member (object, "enforce", "rlimit");
  if (differs (self, stored, DASH_QUEUE_CPUS, DASH_QUEUE_GPUS) || self->enforce != stored->enforce)
    json_object_set_object_member (body, "resources", json_object_ref (object));
  json_object_unref (object);
}

static double
read_backoff (const char *text, GPtrArray *faults)
{
  g_autofree char *plain = g_strdelimit (g_strdup (text), ",", '.');
  char *end;
  double value = g_ascii_strtod (plain, &end);

  if (*plain == '\0')
    return 1;
  if (*end != '\0' || !isfinite (value))
    vestim_field_errors_add (faults, "retry.backoff", "%s",
                             _ ("Type a number, like 2 for a delay that doubles each time."));
  return isfinite (value) ? value : 1;
}

static double
read_delay (const char *text, GPtrArray *faults)
{
  double seconds = 0;

  if (*text != '\0' && !dash_queue_input_parse_delay (text, &seconds))
    vestim_field_errors_add (faults, "retry.delay_s", "%s", _ ("Type a time, like 10 s or 5 min."));
  return seconds;
}

/* (transfer full) */
static JsonArray *
read_exit_codes (const char *text, GPtrArray *faults)
{
  g_auto (GStrv) words = g_strsplit_set (text, ", ", -1);
  JsonArray *codes = json_array_new ();
  gboolean is_sound = TRUE;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      gint64 code = 0;

      if (*words[i] == '\0')
        continue;
      is_sound = g_ascii_string_to_signed (words[i], 10, 0, MAX_EXIT_CODE, &code, NULL) && is_sound;
      json_array_add_int_element (codes, code);
    }
  if (!is_sound)
    vestim_field_errors_add (faults, "retry.never_exit_codes",
                             _ ("Type whole numbers from 0 to %d, with commas between them."),
                             MAX_EXIT_CODE);
  return codes;
}

/* (transfer full) */
static JsonArray *
make_causes (unsigned on, GPtrArray *faults)
{
  JsonArray *causes = json_array_new ();

  for (guint i = 0; i < VESTIM_N_RETRY_CAUSES; i++)
    if ((on & (1u << i)) != 0)
      json_array_add_string_element (causes, vestim_retry_cause_word ((VestimRetryCause) i));
  if (on == 0)
    vestim_field_errors_add (faults, "retry.on", "%s", _ ("Choose when to retry the job."));
  return causes;
}

static void
add_retry (const DashQueueInput *self, const DashQueueInput *stored, JsonObject *body,
           GPtrArray *faults)
{
  JsonObject *object;

  if (!dash_queue_input_retries (self->texts[DASH_QUEUE_RETRIES]))
    {
      if (dash_queue_input_retries (stored->texts[DASH_QUEUE_RETRIES]))
        json_object_set_null_member (body, "retry");
      return;
    }
  object = json_object_new ();
  json_object_set_int_member (object, "max",
                              read_count (self, DASH_QUEUE_RETRIES, "retry.max", faults));
  json_object_set_double_member (object, "delay_s",
                                 read_delay (self->texts[DASH_QUEUE_DELAY], faults));
  json_object_set_double_member (object, "backoff",
                                 read_backoff (self->texts[DASH_QUEUE_BACKOFF], faults));
  json_object_set_array_member (object, "on", make_causes (self->retry_on, faults));
  json_object_set_array_member (object, "never_exit_codes",
                                read_exit_codes (self->texts[DASH_QUEUE_NEVER], faults));
  if (differs (self, stored, DASH_QUEUE_RETRIES, DASH_QUEUE_NEVER)
      || self->retry_on != stored->retry_on)
    json_object_set_object_member (body, "retry", json_object_ref (object));
  json_object_unref (object);
}

/* (nullable) (transfer full) the local time in `text`; NULL when there is none, as in the hour that
 * is skipped in spring. */
static GDateTime *
read_local (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, "- :T", -1);
  gint64 n[6] = { 0 };
  guint count = g_strv_length (parts);
  g_autoptr (GDateTime) time = NULL;

  if (count != 5 && count != 6)
    return NULL;
  for (guint i = 0; i < count; i++)
    if (!g_ascii_string_to_signed (parts[i], 10, 0, 9999, &n[i], NULL))
      return NULL;
  time = g_date_time_new_local ((int) n[0], (int) n[1], (int) n[2], (int) n[3], (int) n[4],
                                (double) n[5]);
  if (time == NULL || g_date_time_get_hour (time) != n[3] || g_date_time_get_minute (time) != n[4])
    return NULL;
  return g_steal_pointer (&time);
}

static void
add_start (const DashQueueInput *self, JsonObject *body, GPtrArray *faults)
{
  const char *text = self->texts[DASH_QUEUE_START];
  g_autoptr (GDateTime) local = read_local (text);
  g_autofree char *value =
      local != NULL ? g_date_time_format (local, "%Y-%m-%dT%H:%M:%S%:z") : NULL;
  int64_t time_ms;

  if (*text == '\0')
    json_object_set_null_member (body, "start_after");
  else if (value != NULL)
    json_object_set_string_member (body, "start_after", value);
  else if (vestim_json_parse_any_time (text, &time_ms))
    json_object_set_string_member (body, "start_after", text);
  else
    vestim_field_errors_add (faults, "start_after", "%s",
                             _ ("Type a date and a time that exist, like 2026-12-24 18:00."));
}

/* (transfer full) */
static JsonArray *
make_tags (const char *text)
{
  g_auto (GStrv) tags = dash_tags_split (text);
  JsonArray *array = json_array_new ();

  for (gsize i = 0; tags[i] != NULL; i++)
    json_array_add_string_element (array, tags[i]);
  return array;
}

/* (transfer full) */
static JsonArray *
make_dependencies (const DashQueueInput *self)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < self->depends_on->len; i++)
    {
      const VestimDependency *dependency = self->depends_on->pdata[i];
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "job_id", dependency->job_id);
      json_object_set_string_member (object, "when",
                                     vestim_dependency_when_word (dependency->when));
      json_array_add_object_element (list, object);
    }
  return list;
}

static void
append_dependencies (const DashQueueInput *self, GString *text)
{
  for (guint i = 0; i < self->depends_on->len; i++)
    {
      const VestimDependency *dependency = self->depends_on->pdata[i];

      g_string_append_printf (text, "%s %s\n", dependency->job_id,
                              vestim_dependency_when_word (dependency->when));
    }
}

static gboolean
depends_differently (const DashQueueInput *self, const DashQueueInput *stored)
{
  g_autoptr (GString) now = g_string_new (NULL);
  g_autoptr (GString) before = g_string_new (NULL);

  append_dependencies (self, now);
  append_dependencies (stored, before);
  return !g_string_equal (now, before);
}

void
dash_queue_input_add_changes (const DashQueueInput *self, const DashQueueInput *stored,
                              JsonObject *body, GPtrArray *faults)
{
  const char *group = self->texts[DASH_QUEUE_GROUP];
  const char *unique = self->texts[DASH_QUEUE_UNIQUE];

  g_return_if_fail (self != NULL && stored != NULL && body != NULL && faults != NULL);
  if (differs (self, stored, DASH_QUEUE_GROUP, DASH_QUEUE_GROUP))
    json_object_set_string_member (body, "group", *group != '\0' ? group : "default");
  add_resources (self, stored, body, faults);
  add_retry (self, stored, body, faults);
  if (differs (self, stored, DASH_QUEUE_START, DASH_QUEUE_START))
    add_start (self, body, faults);
  if (depends_differently (self, stored))
    json_object_set_array_member (body, "depends_on", make_dependencies (self));
  if (differs (self, stored, DASH_QUEUE_TAGS, DASH_QUEUE_TAGS))
    json_object_set_array_member (body, "tags", make_tags (self->texts[DASH_QUEUE_TAGS]));
  if (differs (self, stored, DASH_QUEUE_UNIQUE, DASH_QUEUE_UNIQUE) && *unique != '\0')
    json_object_set_string_member (body, "unique", unique);
  else if (*unique == '\0' && *stored->texts[DASH_QUEUE_UNIQUE] != '\0')
    json_object_set_null_member (body, "unique");
  if (self->pinned != stored->pinned)
    json_object_set_boolean_member (body, "pinned", self->pinned);
  if (differs (self, stored, DASH_QUEUE_NOTE, DASH_QUEUE_NOTE))
    json_object_set_string_member (body, "note", self->texts[DASH_QUEUE_NOTE]);
}

void
dash_queue_input_append (const DashQueueInput *self, GString *text)
{
  g_return_if_fail (self != NULL && text != NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_string_append_printf (text, "%s\n", self->texts[i]);
  g_string_append_printf (text, "%d %u %d\n", self->enforce, self->retry_on, self->pinned);
  append_dependencies (self, text);
}
