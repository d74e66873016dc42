/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-job-reader.h"
#include "common/client/vestim-node.h"
#include "common/json/vestim-json.h"
#include "common/results/vestim-result-text.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-files.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/job-template.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/views/job-words.h"
#include "daemon/vestim/views/result-page.h"

static const CommandOption result_options[] = {
  { "files", 0, NULL, "list the files that the job made", WORD_TEXT, NULL },
  { .name = NULL },
};

/* A summary of an evaluation has at most some MiB. */
#define MAX_SUMMARY (64 * 1024 * 1024)

typedef struct
{
  Invocation *invocation;
  char *id;
  VestimReply *reply; /* the job */
  JsonNode *job;
  Terminal terminal;
  GString *out;
} Result;

static bool
ask_job (Result *result, GError **error)
{
  result->reply =
      session_send (result->invocation->session, job_request ("GET", result->id, ""), error);
  if (result->reply != NULL)
    result->job = answer_parse_job (result->reply, error);
  return result->job != NULL;
}

/* The job's `details`, as the server sent them. */
static void
append_details (Result *result)
{
  gsize length;
  const char *text = g_bytes_get_data (result->reply->body, &length);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, NULL);
  const VestimJsonNode *details = vestim_json_member (vestim_json_root (doc), "details");
  size_t n = 0;
  const char *raw = vestim_json_raw (details, &n);

  g_string_append_len (result->out, raw, (gssize) n);
  g_string_append_c (result->out, '\n');
}

static bool
append_by_format (Result *result, const char *format, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (result->reply->body, &length);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, NULL);
  g_autoptr (Template) template = job_template_new (format, error);

  if (template == NULL)
    return false;
  template_append (result->out, template, vestim_json_root (doc));
  return true;
}

/* ---- Results ---- */

static bool
fail_without (Result *result, GError **error)
{
  g_autofree char *state = job_words_dup_state (result->job);

  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT, "There are no results%s: %s %s%s%s.",
               job_words_is_over (result->job) ? "" : " yet", result->id,
               job_words_status_phrase (result->job), *state != '\0' ? ": " : "", state);
  return false;
}

/* Where the model and the predictions of the best task are. */
static void
append_folder (Result *result)
{
  g_autofree char *folder = NULL;
  g_autoptr (VestimJob) job = vestim_job_read (result->job, &folder, NULL);
  g_autofree char *best = job != NULL ? vestim_result_text_dup_folder (job) : NULL;

  if (best != NULL && folder != NULL)
    g_string_append_printf (result->out, "\nFiles: %s/%s\n", folder, best);
}

static bool
append_estimation (Result *result, GError **error)
{
  if (!result_page_append_estimation (result->out, result->job, &result->terminal))
    return fail_without (result, error);
  append_folder (result);
  return true;
}

static bool
append_evaluation (Result *result, GError **error)
{
  VestimRequest *request = job_request ("GET", result->id, "/files/summary.json");
  g_autoptr (GError) failure = NULL;
  g_autoptr (VestimReply) reply = NULL;
  const char *text;
  gsize length;

  request->max_bytes = MAX_SUMMARY;
  reply = session_send (result->invocation->session, request, &failure);
  if (g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND))
    return fail_without (result, error);
  if (reply == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return false;
    }
  text = g_bytes_get_data (reply->body, &length);
  if (!result_page_append_evaluation (result->out, text, length, &result->terminal, error))
    return false;
  append_folder (result);
  return true;
}

static bool
append_for_people (Result *result, GError **error)
{
  const char *kind = vestim_node_member_string (result->job, "kind");

  if (g_strcmp0 (kind, "estimation") == 0)
    return append_estimation (result, error);
  if (g_strcmp0 (kind, "evaluation") == 0)
    return append_evaluation (result, error);
  result_page_append_command (result->out, result->job, &result->terminal);
  return job_files_append (result->out, result->invocation, result->id, error);
}

static bool
append (Result *result, GError **error)
{
  const Arguments *arguments = result->invocation->arguments;
  const char *format = arguments_get (arguments, "format");

  if (arguments_has (arguments, "files"))
    return job_files_append (result->out, result->invocation, result->id, error);
  if (format != NULL)
    return append_by_format (result, format, error);
  if (arguments_has (arguments, "json"))
    append_details (result);
  else if (!arguments_has (arguments, "quiet"))
    return append_for_people (result, error);
  return true;
}

static int
run (Invocation *invocation, GError **error)
{
  Result result = { .invocation = invocation, .terminal = terminal_find (STDOUT_FILENO) };
  bool done;

  result.id = job_ids_find (invocation->session, invocation->arguments->words->pdata[0], error);
  result.out = g_string_new (NULL);
  done = result.id != NULL && ask_job (&result, error) && append (&result, error)
         && output_flush (result.out, error);
  g_string_free (result.out, TRUE);
  g_clear_pointer (&result.reply, vestim_reply_free);
  g_clear_pointer (&result.job, json_node_unref);
  g_free (result.id);
  return done ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

const Command command_result = {
  .name = "result",
  .arguments = "JOB",
  .summary = "Show what came out: errors of models, or exit code, usage and files of a program",
  .examples = "vestim result $id\n"
              "vestim result --json $id | jq .metrics\n"
              "vestim result --files $id",
  .details = "Of an estimation: the errors of the best model for each test file, in mV or the unit "
             "of the target, and of a sweep all tasks, best first. Of an evaluation: a table of "
             "models and files. --json prints the job's details. --files with --quiet prints only "
             "names.",
  .options = result_options,
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = 1,
  .run = run,
};
