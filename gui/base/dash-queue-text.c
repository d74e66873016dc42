/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-queue-text.h"

#include <glib/gi18n.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/job/vestim-dependencies.h"
#include "common/job/vestim-resources.h"
#include "common/job/vestim-retry-policy.h"
#include "common/job/vestim-tags.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-queue-input.h"

#define MAX_LINE 500 /* characters */
#define MAX_NAME 60

/* Takes `text`. */
static void
add_row (GPtrArray *rows, const char *title, char *text)
{
  char **row = g_new0 (char *, 3);

  row[0] = g_strdup (title);
  row[1] = text;
  g_ptr_array_add (rows, row);
}

static void
add_line (GPtrArray *rows, const char *title, const char *text)
{
  if (text != NULL && *text != '\0')
    add_row (rows, title, vestim_text_line (text, MAX_LINE));
}

/* ---- Fields ---- */

static gboolean
is_met (const VestimDependency *dependency, const VestimJob *other)
{
  return dependency->when == VESTIM_WHEN_OVER ? vestim_job_state_is_final (other->state)
                                              : other->state == VESTIM_JOB_COMPLETED;
}

/* (transfer full) the name, or the ID of a job without one. */
static char *
dup_name (const char *job_id, const VestimJob *job)
{
  return vestim_text_line (job != NULL && job->name[0] != '\0' ? job->name : job_id, MAX_NAME);
}

/* (nullable) (transfer full) the jobs that the job still waits for. */
static char *
dup_unmet (const VestimJob *job, DashJobFinder find, gpointer data)
{
  g_autoptr (GPtrArray) list = vestim_dependencies_parse (job->depends_on);
  g_autofree char *first = NULL;
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    {
      const VestimDependency *dependency = list->pdata[i];
      const VestimJob *other = find (dependency->job_id, data);

      if (other != NULL && is_met (dependency, other))
        continue;
      if (n++ == 0)
        first = dup_name (dependency->job_id, other);
    }
  if (n == 0)
    return NULL;
  if (n == 1)
    return g_strdup_printf (_ ("After “%s”"), first);
  return g_strdup_printf (ngettext ("After “%s” and %u more", "After “%s” and %u more", n - 1),
                          first, n - 1);
}

char *
dash_queue_text_waiting (const VestimJob *job, DashJobFinder find, gpointer data)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *unmet = NULL;
  const char *detail;

  g_return_val_if_fail (job != NULL && find != NULL, NULL);
  if (job->waiting == NULL)
    return NULL;
  node = vestim_node_parse_text (job->waiting);
  detail = vestim_node_member_string (node, "detail");
  if (g_strcmp0 (vestim_node_member_string (node, "for"), "dependency") == 0)
    unmet = dup_unmet (job, find, data);
  if (unmet != NULL)
    return g_steal_pointer (&unmet);
  return detail != NULL ? vestim_text_line (detail, MAX_LINE) : NULL;
}

/* (nullable) (transfer full) "2 CPUs, 8 GiB of memory, 1 GPU" */
static char *
dup_resources (const VestimJob *job)
{
  VestimResources resources = vestim_resources_parse (job->resources);
  g_autoptr (GString) text = g_string_new (NULL);

  if (job->resources == NULL)
    return NULL;
  g_string_append_printf (text, ngettext ("%d CPU", "%d CPUs", resources.cpus), resources.cpus);
  if (resources.memory_mb > 0)
    {
      g_autofree char *size = dash_format_memory (resources.memory_mb);

      g_string_append_printf (text, _ (", %s of memory"), size);
    }
  if (resources.gpus > 0)
    g_string_append_printf (text, ngettext (", %d GPU", ", %d GPUs", resources.gpus),
                            resources.gpus);
  if (resources.enforce == VESTIM_ENFORCE_CGROUP)
    g_string_append (text, _ (", as hard limits"));
  if (resources.enforce == VESTIM_ENFORCE_RLIMIT)
    g_string_append (text, _ (", memory limited for each process"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) a line for each job to wait for */
static char *
dup_dependencies (const VestimJob *job, DashJobFinder find, gpointer data)
{
  g_autoptr (GPtrArray) list = vestim_dependencies_parse (job->depends_on);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++)
    {
      const VestimDependency *other = list->pdata[i];
      g_autofree char *name = dup_name (other->job_id, find (other->job_id, data));

      g_string_append (text, i > 0 ? "\n" : "");
      g_string_append_printf (
          text, other->when == VESTIM_WHEN_OVER ? _ ("%s is over") : _ ("%s is completed"), name);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_causes (GString *text, unsigned on)
{
  static const char *const words[VESTIM_N_RETRY_CAUSES] = { N_ ("failed"), N_ ("timed out"),
                                                            N_ ("lost") };
  const char *separator = ": ";

  for (guint i = 0; i < VESTIM_N_RETRY_CAUSES; i++)
    if ((on & (1u << i)) != 0)
      {
        g_string_append_printf (text, "%s%s", separator, _ (words[i]));
        separator = ", ";
      }
}

/* (nullable) (transfer full) "3 times, after 10 s, then 2 times as long each: failed, timed out.
 * Never after exit code 2" */
static char *
dup_retry (const VestimJob *job)
{
  VestimRetryPolicy policy;
  g_autofree char *delay = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *separator = _ (". Never after exit code ");

  if (job->retry == NULL)
    return NULL;
  vestim_retry_policy_parse (job->retry, &policy);
  delay = dash_queue_input_delay_text (policy.delay_s);
  g_string_append_printf (text, ngettext ("%d time, after %s", "%d times, after %s", policy.max),
                          policy.max, delay);
  if (policy.max > 1 && policy.backoff != 1)
    g_string_append_printf (text, _ (", each time %g times as long"), policy.backoff);
  append_causes (text, policy.on);
  for (guint i = 0; i < G_N_ELEMENTS (policy.never_exit_codes); i++)
    if (policy.never_exit_codes[i])
      {
        g_string_append_printf (text, "%s%u", separator, i);
        separator = ", ";
      }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GPtrArray *
dash_queue_text_rows (const VestimJob *job, DashJobFinder find, gpointer data)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_auto (GStrv) tags = vestim_tags_parse (job->tags);
  g_autofree char *tag_line = g_strjoinv (", ", tags);
  g_autofree char *waiting = dash_queue_text_waiting (job, find, data);
  g_autofree char *resources = dup_resources (job);
  g_autofree char *dependencies = dup_dependencies (job, find, data);
  g_autofree char *start = dash_format_exact (job->start_after);
  g_autofree char *retry = dup_retry (job);

  add_line (rows, _ ("Waits"), waiting);
  if (job->paused)
    add_line (rows, _ ("Paused"), _ ("yes"));
  if (job->group != NULL)
    add_line (rows, _ ("Group"), job->group);
  add_line (rows, _ ("Reserved"), resources);
  add_line (rows, _ ("GPUs"), job->details.gpu_indices);
  if (*dependencies != '\0')
    add_row (rows, _ ("Starts When"), g_steal_pointer (&dependencies));
  if (job->start_after != 0)
    add_line (rows, _ ("Not Before"), start);
  add_line (rows, _ ("Retried"), retry);
  add_line (rows, _ ("Unique Name"), job->unique);
  add_line (rows, _ ("Tags"), tag_line);
  if (job->pinned)
    add_line (rows, _ ("Pinned"), _ ("yes"));
  return rows;
}

/* ---- Attempts ---- */

/* (transfer full) "Failed, exit code 2, after 0:12, 30 Nov 2026 …" */
static char *
dup_attempt (JsonNode *attempt)
{
  const char *status = vestim_node_member_string (attempt, "status");
  g_autofree char *reason =
      vestim_text_line (vestim_node_member_string (attempt, "reason"), MAX_LINE);
  g_autoptr (GString) text = g_string_new (NULL);
  VestimJobState state;
  double wall_s;
  int64_t finished_at = 0;

  if (status != NULL && vestim_job_state_parse (status, &state))
    g_string_append (text, dash_format_state (state));
  if (*reason != '\0')
    g_string_append_printf (text, ": %s", reason);
  if (vestim_node_get_double (vestim_node_member (attempt, "wall_s"), &wall_s))
    {
      g_autofree char *duration = dash_format_duration (wall_s);

      g_string_append_printf (text, _ (", after %s"), duration);
    }
  vestim_node_get_time (vestim_node_member (attempt, "finished_at"), &finished_at);
  if (finished_at != 0)
    {
      g_autofree char *end = dash_format_exact (finished_at);

      g_string_append_printf (text, ", %s", end);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GPtrArray *
dash_queue_text_attempts (const VestimJob *job)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (JsonNode) list = vestim_node_parse_text (job->details.attempts);

  for (guint i = vestim_node_n_elements (list); i-- > 0;)
    {
      JsonNode *attempt = vestim_node_element (list, i);
      int64_t number = (int64_t) i + 1;
      g_autofree char *title = NULL;

      vestim_node_get_int64 (vestim_node_member (attempt, "attempt"), &number);
      title = g_strdup_printf (_ ("Attempt %d"), (int) CLAMP (number, 0, G_MAXINT));
      add_row (rows, title, dup_attempt (attempt));
    }
  return rows;
}

/* ---- Slots ---- */

/* (transfer full) */
static char *
dup_slots (const DashSlots *some, const DashSlots *all)
{
  g_autofree char *memory = dash_format_memory (some->memory_mb);
  g_autofree char *all_memory = dash_format_memory (all->memory_mb);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _ ("%d of %d CPUs, %s of %s memory"), some->cpus, all->cpus, memory,
                          all_memory);
  if (all->gpus > 0)
    g_string_append_printf (text, _ (", %d of %d GPUs"), some->gpus, all->gpus);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
dash_queue_text_taken (const DashServerInfo *info)
{
  g_return_val_if_fail (info != NULL, NULL);
  return dup_slots (&info->in_use, &info->capacity);
}

/* More may be taken than there is, after the capacity became smaller. */
char *
dash_queue_text_free (const DashServerInfo *info)
{
  DashSlots left;

  g_return_val_if_fail (info != NULL, NULL);
  left.cpus = MAX (info->capacity.cpus - info->in_use.cpus, 0);
  left.memory_mb = MAX (info->capacity.memory_mb - info->in_use.memory_mb, 0);
  left.gpus = MAX (info->capacity.gpus - info->in_use.gpus, 0);
  return dup_slots (&left, &info->capacity);
}
