/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "daemon/vestim/command-list.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/job-output.h"
#include "daemon/vestim/option-values.h"
#include "daemon/vestim/views/job-words.h"

/* Without filters, people want to see what goes on: the newest jobs, and all that run. */
#define USUAL_LIMIT 50

/* Jobs in one answer of --all: an answer of all jobs could be too long. */
#define PAGE 1000

#define STATUSES \
  "created queued running completed failed stopped interrupted " JOB_WORDS_HELD " " JOB_WORDS_PAUSED
#define KINDS "command estimation evaluation"

static const CommandOption list_options[] = {
  { "status", 's', "STATUS,...", "only jobs with one of these statuses", WORD_CHOICES, STATUSES },
  { "kind", 'k', "KIND", "only command, estimation or evaluation jobs", WORD_CHOICE, KINDS },
  { "tag", 't', "TAG", "only jobs with this tag", WORD_TAG, NULL },
  { "group", 'g', "GROUP", "only jobs of this group", WORD_GROUP, NULL },
  { "executor", 0, "EXECUTOR", "only jobs that this runs: local or slurm", WORD_CHOICE,
    "local slurm" },
  { "search", 0, "TEXT", "only jobs with this text in their name or ID", WORD_TEXT, NULL },
  { "limit", 'n', "N", "at most the newest N jobs", WORD_TEXT, NULL },
  { "all", 'a', NULL, "all jobs", WORD_TEXT, NULL },
  { .name = NULL },
};

/* The server takes one value of each filter: of two, one would be lost. */
static bool
check_once (const Arguments *arguments, GError **error)
{
  for (const CommandOption *option = list_options; option->name != NULL; option++)
    {
      g_autoptr (GPtrArray) values = arguments_get_all (arguments, option->name);

      if (option->value != NULL && values->len > 1)
        {
          usage_error_set (error, "--%s can be given once.%s", option->name,
                           option->kind == WORD_CHOICES
                               ? " Separate several words with commas: --status running,queued."
                               : "");
          return false;
        }
    }
  return true;
}

/* 0: no limit was given. */
static bool
read_limit (const Arguments *arguments, guint *limit, GError **error)
{
  const char *text = arguments_get (arguments, "limit");
  guint64 number = 0;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT32, &number, NULL))
    {
      usage_error_set (error, "--limit: \"%s\" must be a number of jobs, 1 or more.", text);
      return false;
    }
  if (text != NULL && arguments_has (arguments, "all"))
    {
      usage_error_set (error, "--limit and --all contradict each other: leave one out.");
      return false;
    }
  *limit = (guint) number;
  return true;
}

/* (transfer full) the query of the filters: "&status=queued&tag=a"; "" without any. */
static char *
dup_filters (const Arguments *arguments)
{
  static const char *const names[][2] = { { "status", "status" },     { "kind", "kind" },
                                          { "tag", "tag" },           { "group", "group" },
                                          { "executor", "executor" }, { "search", "q" } };
  GString *query = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = arguments_get (arguments, names[i][0]);
      g_autofree char *escaped = value != NULL ? g_uri_escape_string (value, ",", FALSE) : NULL;

      if (escaped != NULL)
        g_string_append_printf (query, "&%s=%s", names[i][1], escaped);
    }
  return g_string_free (query, FALSE);
}

/* Adds the answer to GET /jobs?`query`. `n_total` (nullable) takes the number of jobs that match;
 * -1: the server did not say. */
static bool
add_jobs (Invocation *invocation, JobOutput *output, const char *query, int64_t *n_total,
          GError **error)
{
  g_autoptr (VestimReply) reply =
      session_send (invocation->session, vestim_request_new ("GET", "/jobs?%s", query), error);

  if (reply == NULL)
    return false;
  if (n_total != NULL)
    *n_total = reply->total_count;
  return job_output_add (output, reply->body, error);
}

/* All jobs that match, page by page. */
static bool
add_all (Invocation *invocation, JobOutput *output, const char *filters, GError **error)
{
  guint n_before;

  do
    {
      const char *last = job_output_last_id (output);
      g_autofree char *escaped = last != NULL ? g_uri_escape_string (last, NULL, FALSE) : NULL;
      g_autofree char *query =
          g_strdup_printf ("limit=%d%s%s%s", PAGE, filters, last != NULL ? "&after=" : "",
                           last != NULL ? escaped : "");

      n_before = job_output_n_jobs (output);
      if (!add_jobs (invocation, output, query, NULL, error))
        return false;
    }
  while (job_output_n_jobs (output) == n_before + PAGE);
  return true;
}

/* Without filters, also the running jobs that are older than the newest ones. */
static bool
add_newest (Invocation *invocation, JobOutput *output, const char *filters, guint limit,
            int64_t *n_total, GError **error)
{
  g_autofree char *query = g_strdup_printf ("limit=%u%s", limit > 0 ? limit : USUAL_LIMIT, filters);

  if (!add_jobs (invocation, output, query, n_total, error))
    return false;
  if (limit > 0 || *filters != '\0' || *n_total <= USUAL_LIMIT)
    return true;
  return add_jobs (invocation, output, "status=running", NULL, error);
}

/* For people: what the table does not show. */
static void
tell_rest (const JobOutput *output, int64_t n_total)
{
  int64_t n_more = n_total - job_output_n_jobs (output);

  if (!isatty (STDOUT_FILENO) || !isatty (STDERR_FILENO))
    return;
  if (job_output_n_jobs (output) == 0)
    fputs ("No jobs.\n", stderr);
  else if (n_more > 0)
    fprintf (stderr, "%" G_GINT64_FORMAT " more job%s: --all shows %s.\n", n_more,
             n_more == 1 ? "" : "s", n_more == 1 ? "it" : "them");
}

static int
run (Invocation *invocation, GError **error)
{
  const Arguments *arguments = invocation->arguments;
  g_autofree char *filters = dup_filters (arguments);
  g_autoptr (JobOutput) output = NULL;
  int64_t n_total = 0;
  guint limit;
  bool done;

  if (!check_once (arguments, error) || !option_check_words (arguments, "status", STATUSES, error)
      || !option_check_words (arguments, "kind", KINDS, error)
      || !read_limit (arguments, &limit, error))
    return VESTIM_EXIT_USAGE;
  output = job_output_new (arguments, JOB_OUTPUT_TABLE, 0, error);
  if (output == NULL)
    return VESTIM_EXIT_USAGE;
  if (arguments_has (arguments, "all"))
    done = add_all (invocation, output, filters, error);
  else
    done = add_newest (invocation, output, filters, limit, &n_total, error);
  if (!done || !job_output_end (output, error))
    return VESTIM_EXIT_REFUSED;
  if (limit == 0)
    tell_rest (output, n_total);
  return VESTIM_EXIT_DONE;
}

const Command command_list = {
  .name = "list",
  .arguments = "",
  .summary = "List jobs, newest first: the newest 50, and all that run",
  .examples = "vestim list\n"
              "vestim list --status running,queued --json | jq .\n"
              "vestim list --tag nightly --all\n"
              "vestim list --format '{job_id}\\t{status}\\t{details.exit_code}'",
  .details =
      "On a terminal, times are relative and long names are cut to its width. Elsewhere "
      "nothing is cut, and times are in UTC, as RFC 3339 says.\n"
      "Jobs that are held wait for \"vestim release\"; the processes of jobs that are paused "
      "are frozen. --json and --format show the status that the server uses: created or "
      "queued for held jobs, running for paused ones.\n"
      "--json prints an array of job objects. --format prints a line for each job, in "
      "which {name} stands for a member of the object: {selections.argv.0}, {tags}. \\t, "
      "\\n and \\\\ stand for tab, line end and backslash, {{ and }} for braces.",
  .options = list_options,
  .run = run,
};
