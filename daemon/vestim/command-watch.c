/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/job-template.h"
#include "daemon/vestim/output/live.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/patience.h"
#include "daemon/vestim/views/job-words.h"
#include "daemon/vestim/views/watch-page.h"

/* One job is asked to answer at a change of its status, or after a second: that is the pause
 * between two looks. */
#define PAUSE_S 1
#define ANSWER_MS 15000

/* The end of the log that is searched for its last line. */
#define LOG_BYTES 2000

typedef struct
{
  Invocation *invocation;
  GPtrArray *jobs; /* WatchedJob */
  Patience patience;
  Template *format; /* (nullable) */
  bool as_json;
  bool is_quiet;
  bool in_place;
  Live live;
  guint n_told; /* lines on standard error so far: they stand below the page */
  GString *out;
} Watch;

static void
free_watched (gpointer data)
{
  WatchedJob *watched = data;

  g_free (watched->id);
  g_free (watched->line);
  g_clear_pointer (&watched->job, json_node_unref);
  g_free (watched);
}

static void
add_job (Watch *watch, const char *id)
{
  WatchedJob *watched = g_new0 (WatchedJob, 1);

  watched->id = g_strdup (id);
  g_ptr_array_add (watch->jobs, watched);
}

/* ---- What changed ---- */

/* Line ends in JSON are only between values. */
static void
append_json_line (GString *out, const char *text, gsize length)
{
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  for (gsize i = 0; i < length; i++)
    g_string_append_c (out, text[i] == '\n' || text[i] == '\r' ? ' ' : text[i]);
  g_string_append_c (out, '\n');
}

/* A line about the job, for output that is not repainted. */
static void
append_change (Watch *watch, const WatchedJob *watched, const VestimReply *reply)
{
  gsize length;
  const char *text = g_bytes_get_data (reply->body, &length);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, NULL);
  g_autofree char *line = watch_page_dup_line (watched->job, 0);

  if (watch->format != NULL && doc != NULL)
    template_append (watch->out, watch->format, vestim_json_root (doc));
  else if (watch->as_json)
    append_json_line (watch->out, text, length);
  else if (!watch->is_quiet)
    g_string_append_printf (watch->out, "%s %s\n", watched->id, line);
}

static bool
take_job (Watch *watch, WatchedJob *watched, const VestimReply *reply, GError **error)
{
  JsonNode *job = answer_parse_job (reply, error);
  g_autofree char *before = watched->job != NULL ? watch_page_dup_line (watched->job, 0) : NULL;
  g_autofree char *now = NULL;

  if (job == NULL)
    return false;
  g_clear_pointer (&watched->job, json_node_unref);
  watched->job = job;
  now = watch_page_dup_line (job, 0);
  if (!watch->in_place && g_strcmp0 (before, now) != 0)
    append_change (watch, watched, reply);
  return true;
}

/* Asks for the job; with `waits` only after a change of its status, or a second. */
static bool
ask_job (Watch *watch, WatchedJob *watched, bool waits, GError **error)
{
  g_autofree char *rest = waits ? g_strdup_printf ("?wait=%d", PAUSE_S) : g_strdup ("");
  VestimRequest *request = job_request ("GET", watched->id, rest);
  g_autoptr (VestimReply) reply = NULL;

  request->timeout_ms = PAUSE_S * 1000 + ANSWER_MS;
  reply = patience_send (&watch->patience, watch->invocation->session, request, error);
  return reply != NULL && take_job (watch, watched, reply, error);
}

/* (nullable) (transfer full) the last line with something in it. Programs that draw a progress bar
 * return to the beginning of the line. */
static char *
dup_last_line (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto (GStrv) lines = g_strsplit_set (copy, "\r\n", -1);

  for (guint i = g_strv_length (lines); i-- > 0;)
    if (*g_strchug (lines[i]) != '\0')
      return g_strdup (lines[i]);
  return NULL;
}

static bool
ask_line (Watch *watch, WatchedJob *watched, GError **error)
{
  g_autofree char *rest = g_strdup_printf ("/log?bytes=%d", LOG_BYTES);
  g_autoptr (VestimReply) reply = patience_send (&watch->patience, watch->invocation->session,
                                                 job_request ("GET", watched->id, rest), error);
  const char *text;
  gsize length;

  if (reply == NULL)
    return false;
  text = g_bytes_get_data (reply->body, &length);
  g_free (watched->line);
  watched->line = dup_last_line (text != NULL ? text : "", length);
  return true;
}

/* ---- The loop ---- */

static bool
is_over (const WatchedJob *watched)
{
  return watched->job != NULL && job_words_is_over (watched->job);
}

/* A job that is deleted meanwhile is no longer watched. */
static bool
look_at (Watch *watch, guint i, bool waits, bool *is_gone, GError **error)
{
  WatchedJob *watched = watch->jobs->pdata[i];
  g_autoptr (GError) failure = NULL;
  bool was_seen = watched->job != NULL;

  *is_gone = false;
  if (ask_job (watch, watched, waits, &failure)
      && (!watch->in_place || ask_line (watch, watched, &failure)))
    return true;
  if (was_seen && g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND))
    {
      fprintf (stderr, "vestim: %s was deleted.\n", watched->id);
      watch->patience.n_told++;
      g_ptr_array_remove_index (watch->jobs, i);
      *is_gone = true;
      return true;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}

/* Looks at each job that is not over. `*n_left` takes the number of those that are still not. */
static bool
look (Watch *watch, bool waits, guint *n_left, GError **error)
{
  *n_left = 0;
  for (guint i = 0; i < watch->jobs->len;)
    {
      bool is_gone = false;

      if (!is_over (watch->jobs->pdata[i]))
        {
          if (!look_at (watch, i, waits, &is_gone, error))
            return false;
          waits = false;
        }
      if (is_gone)
        continue;
      *n_left += !is_over (watch->jobs->pdata[i]);
      i++;
    }
  return true;
}

static bool
print (Watch *watch, GError **error)
{
  if (watch->in_place)
    {
      const Terminal terminal = terminal_find (STDOUT_FILENO);
      g_autoptr (GString) page = g_string_new (NULL);

      if (watch->n_told != watch->patience.n_told)
        watch->live.n_lines = 0;
      watch->n_told = watch->patience.n_told;
      watch_page_append (page, watch->jobs, &terminal);
      live_append (watch->out, &watch->live, page->str);
    }
  return output_flush (watch->out, error);
}

static bool
watch_all (Watch *watch, GError **error)
{
  bool waits = false;
  guint n_left;

  do
    {
      if (!look (watch, waits, &n_left, error) || !print (watch, error))
        return false;
      waits = true;
    }
  while (n_left > 0);
  return true;
}

/* ---- Which jobs ---- */

static bool
add_running (Watch *watch, GError **error)
{
  g_autoptr (JsonNode) jobs =
      session_ask (watch->invocation->session,
                   vestim_request_new ("GET", "/jobs?status=running&limit=1024"), error);

  for (guint i = vestim_node_n_elements (jobs); i-- > 0;)
    add_job (watch, job_words_id (vestim_node_element (jobs, i)));
  if (jobs != NULL && watch->jobs->len == 0 && !watch->is_quiet)
    fputs ("No job runs.\n", stderr);
  return jobs != NULL;
}

static bool
find_jobs (Watch *watch, GError **error)
{
  const GPtrArray *words = watch->invocation->arguments->words;

  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *id = job_ids_find (watch->invocation->session, words->pdata[i], error);

      if (id == NULL)
        return false;
      add_job (watch, id);
    }
  return words->len > 0 || add_running (watch, error);
}

static void
clear (Watch *watch)
{
  g_ptr_array_unref (watch->jobs);
  g_clear_pointer (&watch->format, template_free);
  g_string_free (watch->out, TRUE);
}

static bool
init (Watch *watch, GError **error)
{
  const Arguments *arguments = watch->invocation->arguments;
  const char *format = arguments_get (arguments, "format");
  const Terminal terminal = terminal_find (STDOUT_FILENO);

  watch->jobs = g_ptr_array_new_with_free_func (free_watched);
  watch->out = g_string_new (NULL);
  watch->as_json = arguments_has (arguments, "json");
  watch->is_quiet = arguments_has (arguments, "quiet");
  watch->in_place = terminal.can_move && format == NULL && !watch->as_json && !watch->is_quiet;
  if (format != NULL)
    watch->format = job_template_new (format, error);
  return format == NULL || watch->format != NULL;
}

static int
run (Invocation *invocation, GError **error)
{
  Watch watch = { .invocation = invocation, .patience = PATIENCE_INIT };
  int code = VESTIM_EXIT_USAGE;

  if (init (&watch, error))
    code = find_jobs (&watch, error) && watch_all (&watch, error) ? VESTIM_EXIT_DONE
                                                                  : VESTIM_EXIT_REFUSED;
  clear (&watch);
  return code;
}

const Command command_watch = {
  .name = "watch",
  .arguments = "[JOB]...",
  .summary = "Show the progress and the last log line of jobs until they are over",
  .examples = "vestim watch $id\n"
              "vestim watch                    # all that run now",
  .details = "On a terminal the lines are written again in place. Elsewhere each change is a line: "
             "with --json the job object, with --format its template. The exit code is 0 when all "
             "jobs are over, however they ended: \"vestim wait\" exits with the code of the job.",
  .takes = WORD_JOB,
  .min_words = 0,
  .max_words = -1,
  .run = run,
};
