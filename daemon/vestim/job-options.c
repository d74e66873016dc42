/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-options.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/vestim-api.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/moment.h"
#include "daemon/vestim/option-values.h"

#define MEGABYTE (1024 * 1024)

/* (transfer full) a copy of the object `name` of `current`, or an empty one. */
static JsonObject *
copy_object (JsonNode *current, const char *name)
{
  JsonNode *node = vestim_node_member (current, name);
  g_autoptr (JsonNode) copy = NULL;

  if (!vestim_node_is_object (node))
    return json_object_new ();
  copy = vestim_node_copy_deep (node);
  return json_node_dup_object (copy);
}

/* An empty text removes a value that may be null. */
static bool
apply_texts (const Arguments *arguments, JsonObject *job, GError **error)
{
  static const struct
  {
    const char *option;
    bool nullable;
  } texts[] = { { "name", false }, { "note", false }, { "group", false }, { "unique", true } };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = NULL;

      if (!option_get_text (arguments, texts[i].option, &text, error))
        return false;
      if (text != NULL && text[0] == '\0' && texts[i].nullable)
        json_object_set_null_member (job, texts[i].option);
      else if (text != NULL)
        json_object_set_string_member (job, texts[i].option, text);
    }
  if (arguments_has (arguments, "pin"))
    json_object_set_boolean_member (job, "pinned", TRUE);
  return true;
}

static bool
apply_tags (const Arguments *arguments, JsonObject *job, GError **error)
{
  g_autoptr (GPtrArray) given = arguments_get_all (arguments, "tag");
  JsonArray *tags;

  if (given->len == 0)
    return true;
  tags = json_array_new ();
  json_object_set_array_member (job, "tags", tags);
  for (guint i = 0; i < given->len; i++)
    {
      const char *tag = given->pdata[i];

      if (!option_check_utf8 (tag, "The tag", error))
        return false;
      if (tag[0] != '\0')
        json_array_add_string_element (tags, tag);
    }
  return true;
}

static bool
add_dependencies (const Arguments *arguments, Session *session, const char *option,
                  const char *when, JsonArray *list, GError **error)
{
  g_autoptr (GPtrArray) given = arguments_get_all (arguments, option);

  for (guint i = 0; i < given->len; i++)
    {
      const char *word = given->pdata[i];
      g_autofree char *id = NULL;
      JsonObject *dependency;

      if (word[0] == '\0')
        continue;
      id = job_ids_find (session, word, error);
      if (id == NULL)
        return false;
      dependency = json_object_new ();
      json_object_set_string_member (dependency, "job_id", id);
      json_object_set_string_member (dependency, "when", when);
      json_array_add_object_element (list, dependency);
    }
  return true;
}

static bool
apply_dependencies (const Arguments *arguments, Session *session, JsonObject *job, GError **error)
{
  JsonArray *list;

  if (!arguments_has (arguments, "after") && !arguments_has (arguments, "after-any"))
    return true;
  list = json_array_new ();
  json_object_set_array_member (job, "depends_on", list);
  return add_dependencies (arguments, session, "after", "completed", list, error)
         && add_dependencies (arguments, session, "after-any", "over", list, error);
}

static bool
apply_start (const Arguments *arguments, JsonObject *job, GError **error)
{
  g_autoptr (GDateTime) now = NULL;
  const char *at = arguments_get (arguments, "at");
  g_autofree char *moment = NULL;
  double seconds = 0;

  if (!option_get_duration (arguments, "in", &seconds, error))
    return false;
  if (at != NULL && seconds > 0)
    {
      usage_error_set (error, "Give either --at or --in.");
      return false;
    }
  if (at != NULL && at[0] == '\0')
    {
      json_object_set_null_member (job, "start_after");
      return true;
    }
  if (at == NULL && seconds <= 0)
    return true;
  now = g_date_time_new_now_local ();
  if (at != NULL)
    moment = moment_parse (at, now);
  else
    moment = moment_after (seconds, now);
  if (moment != NULL)
    json_object_set_string_member (job, "start_after", moment);
  else
    usage_error_set (error,
                     "\"%s\" is wrong for --at: give a time such as 18:30, \"tomorrow "
                     "6:00\", \"2026-12-01 18:30\" or 2026-12-01T18:30:00Z.",
                     at);
  return moment != NULL;
}

static bool
apply_resources (const Arguments *arguments, JsonNode *current, JsonObject *job, GError **error)
{
  int64_t cpus = -1, bytes = -1, gpus = -1;
  bool enforce = arguments_has (arguments, "enforce");
  bool by_rlimit = arguments_has (arguments, "enforce-rlimit");
  JsonObject *resources;

  if (!option_get_int (arguments, "cpus", 1, VESTIM_MAX_CPUS, &cpus, error)
      || !option_get_size (arguments, "memory", &bytes, error)
      || !option_get_int (arguments, "gpus", 0, VESTIM_MAX_GPUS, &gpus, error))
    return false;
  if (cpus < 0 && bytes < 0 && gpus < 0 && !enforce && !by_rlimit)
    return true;
  resources = copy_object (current, "resources");
  json_object_set_object_member (job, "resources", resources);
  if (cpus >= 0)
    json_object_set_int_member (resources, "cpus", cpus);
  /* Rounded up: less than was asked for would be too little. */
  if (bytes >= 0)
    json_object_set_int_member (resources, "memory_mb", bytes / MEGABYTE + (bytes % MEGABYTE != 0));
  if (gpus >= 0)
    json_object_set_int_member (resources, "gpus", gpus);
  if (by_rlimit && json_object_get_int_member_with_default (resources, "memory_mb", 0) == 0)
    {
      usage_error_set (error, "--enforce-rlimit needs --memory SIZE, the limit.");
      return false;
    }
  if (by_rlimit)
    json_object_set_string_member (resources, "enforce", "rlimit");
  else if (enforce)
    json_object_set_boolean_member (resources, "enforce", TRUE);
  return true;
}

static bool
set_words (JsonObject *retry, const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);
  JsonArray *on = json_array_new ();

  for (char **word = words; *word != NULL; word++)
    json_array_add_string_element (on, g_strstrip (*word));
  json_object_set_array_member (retry, "on", on);
  return true;
}

static bool
set_codes (JsonObject *retry, const char *list, GError **error)
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);
  JsonArray *codes = json_array_new ();

  json_object_set_array_member (retry, "never_exit_codes", codes);
  for (char **word = words; *word != NULL; word++)
    {
      gint64 code = 0;

      if (!g_ascii_string_to_signed (g_strstrip (*word), 10, 0, 255, &code, NULL))
        {
          usage_error_set (error, "\"%s\" is wrong for --never-retry: give exit codes such as 2,3.",
                           list);
          return false;
        }
      json_array_add_int_element (codes, code);
    }
  return true;
}

static bool
read_backoff (const Arguments *arguments, JsonObject *retry, GError **error)
{
  const char *text = arguments_get (arguments, "retry-backoff");
  char *end = NULL;
  double factor;

  if (text == NULL)
    return true;
  factor = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !(factor >= 1 && factor <= 1000))
    {
      usage_error_set (error, "\"%s\" is wrong for --retry-backoff: give a factor such as 2.",
                       text);
      return false;
    }
  json_object_set_double_member (retry, "backoff", factor);
  return true;
}

static bool
apply_retry (const Arguments *arguments, JsonNode *current, JsonObject *job, GError **error)
{
  static const char *const details[] = { "retry-delay", "retry-backoff", "retry-on",
                                         "never-retry" };
  const char *on = arguments_get (arguments, "retry-on");
  const char *codes = arguments_get (arguments, "never-retry");
  bool has_policy = vestim_node_is_object (vestim_node_member (current, "retry"));
  int64_t max = -1;
  double delay = -1;
  JsonObject *retry;

  if (!option_check_words (arguments, "retry-on", RETRY_CAUSES, error)
      || !option_get_int (arguments, "retry", 0, VESTIM_MAX_RETRIES, &max, error)
      || !option_get_duration (arguments, "retry-delay", &delay, error))
    return false;
  for (gsize i = 0; max < 0 && !has_policy && i < G_N_ELEMENTS (details); i++)
    if (arguments_has (arguments, details[i]))
      {
        usage_error_set (error, "--%s needs --retry N, the number of retries.", details[i]);
        return false;
      }
  if (max == 0)
    json_object_set_null_member (job, "retry");
  if (max == 0
      || (max < 0 && delay < 0 && on == NULL && codes == NULL
          && !arguments_has (arguments, "retry-backoff")))
    return true;
  retry = copy_object (current, "retry");
  json_object_set_object_member (job, "retry", retry);
  if (max > 0)
    json_object_set_int_member (retry, "max", max);
  if (delay >= 0)
    json_object_set_double_member (retry, "delay_s", delay);
  return read_backoff (arguments, retry, error) && (on == NULL || set_words (retry, on))
         && (codes == NULL || set_codes (retry, codes, error));
}

bool
job_options_apply (const Arguments *arguments, Session *session, JsonNode *current, JsonObject *job,
                   GError **error)
{
  int64_t priority = G_MININT64;

  if (!option_get_int (arguments, "priority", VESTIM_MIN_PRIORITY, VESTIM_MAX_PRIORITY, &priority,
                       error))
    return false;
  if (priority != G_MININT64)
    json_object_set_int_member (job, "priority", priority);
  return apply_texts (arguments, job, error) && apply_tags (arguments, job, error)
         && apply_start (arguments, job, error) && apply_resources (arguments, current, job, error)
         && apply_retry (arguments, current, job, error)
         && apply_dependencies (arguments, session, job, error);
}
