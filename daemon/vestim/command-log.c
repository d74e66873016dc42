/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/vestim-size.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/log-reader.h"
#include "daemon/vestim/views/job-words.h"

/* Between two looks for new lines: short while they come. */
#define SOON_MS 100
#define LATER_MS 500

static const CommandOption log_options[] = {
  { "follow", 'f', NULL, "go on until the job is over, also over retries and restarts", WORD_TEXT,
    NULL },
  { "lines", 'n', "N", "only the last N lines", WORD_TEXT, NULL },
  { "bytes", 'c', "SIZE", "only the last bytes: 4096, 1M", WORD_TEXT, NULL },
  { "attempt", 0, "N", "the log of the attempt before the last one, by its number", WORD_TEXT,
    NULL },
  { .name = NULL },
};

typedef struct
{
  Invocation *invocation;
  const char *id;
  Patience patience;
  int64_t n_lines; /* -1: all */
  int64_t n_bytes; /* -1: all */
  int64_t attempt; /* 0: the latest */
  LogReader reader;
} LogRun;

static bool
read_number (const Arguments *arguments, const char *name, int64_t min, int64_t *value,
             GError **error)
{
  const char *text = arguments_get (arguments, name);

  if (text == NULL || g_ascii_string_to_signed (text, 10, min, G_MAXINT32, value, NULL))
    return true;
  usage_error_set (error, "--%s: \"%s\" must be a number.", name, text);
  return false;
}

static bool
read_options (LogRun *run, GError **error)
{
  const Arguments *arguments = run->invocation->arguments;
  const char *bytes = arguments_get (arguments, "bytes");

  if (arguments_has (arguments, "json") || arguments_has (arguments, "format"))
    {
      usage_error_set (error, "A log is printed as it is: leave out --json and --format.");
      return false;
    }
  run->n_lines = run->n_bytes = -1;
  if (!read_number (arguments, "lines", 0, &run->n_lines, error)
      || !read_number (arguments, "attempt", 1, &run->attempt, error))
    return false;
  if (bytes == NULL || vestim_size_parse (bytes, &run->n_bytes))
    return true;
  usage_error_set (error, "--bytes: \"%s\" must be a size, such as 4096 or 1M.", bytes);
  return false;
}

/* (nullable) (transfer full) */
static JsonNode *
ask_job (LogRun *run, GError **error)
{
  g_autoptr (VestimReply) reply = patience_send (&run->patience, run->invocation->session,
                                                 job_request ("GET", run->id, ""), error);

  return reply != NULL ? answer_parse_job (reply, error) : NULL;
}

static int64_t
attempt_of (JsonNode *job)
{
  int64_t attempt = 1;

  vestim_node_get_int64 (vestim_node_member (job, "attempt"), &attempt);
  return attempt;
}

/* (transfer full) the path of `rest` of the job. */
static char *
dup_path (LogRun *run, const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (run->id, NULL, FALSE);

  return g_strdup_printf ("/jobs/%s%s", escaped, rest);
}

/* What the attempt before wrote since the last look; it is kept as a file of the job. */
static bool
print_rest (LogRun *run, GError **error)
{
  LogReader rest;
  g_autoptr (GError) failure = NULL;
  bool done;

  log_reader_init (&rest, run->invocation->session, dup_path (run, "/files/log.1.txt"));
  rest.place = run->reader.place;
  done = log_reader_print (&rest, NULL, &failure);
  log_reader_clear (&rest);
  if (done || g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND))
    return true;
  g_propagate_error (error, g_steal_pointer (&failure));
  return false;
}

/* Whether the latest attempt has begun. Its shim keeps the log of the attempt before, so that log
 * cannot be read earlier. */
static bool
has_begun (JsonNode *job)
{
  return !vestim_node_is_null (vestim_node_member (job, "started_at"));
}

/* Goes on to the log of the job's attempt. False with `error`. */
static bool
change_attempt (LogRun *run, JsonNode *job, int64_t *attempt, GError **error)
{
  /* Of attempts that came and went between two looks only the last one is kept. */
  if (attempt_of (job) == *attempt + 1 && !print_rest (run, error))
    return false;
  *attempt = attempt_of (job);
  fprintf (stderr, "vestim: attempt %d\n", (int) *attempt);
  log_reader_restart (&run->reader);
  return true;
}

/* Prints what is new. The job is asked first: when it was over then, its log is complete. */
static bool
follow_step (LogRun *run, int64_t *attempt, bool *is_over, GError **error)
{
  g_autoptr (JsonNode) job = ask_job (run, error);
  bool was_restarted;

  if (job == NULL)
    return false;
  if (attempt_of (job) != *attempt)
    {
      if (!has_begun (job) && !job_words_is_over (job))
        return true;
      if (!change_attempt (run, job, attempt, error))
        return false;
    }
  *is_over = job_words_is_over (job);
  if (!log_reader_print (&run->reader, &was_restarted, error))
    return false;
  /* It is being retried: the next look shows the next attempt. */
  *is_over = *is_over && !was_restarted;
  return true;
}

static bool
follow (LogRun *run, int64_t attempt, GError **error)
{
  guint pause = SOON_MS;

  for (;;)
    {
      goffset before = run->reader.place;
      bool is_over = false;

      if (!follow_step (run, &attempt, &is_over, error))
        return false;
      if (is_over)
        return true;
      pause = run->reader.place != before ? SOON_MS : MIN (pause * 2, LATER_MS);
      session_sleep (pause);
    }
}

/* (nullable) (transfer full) the path of the log of the attempt that was asked for. */
static char *
find_log (LogRun *run, JsonNode *job, GError **error)
{
  int64_t latest = attempt_of (job);

  if (run->attempt == 0 || run->attempt == latest)
    return dup_path (run, "/log");
  if (run->attempt == latest - (has_begun (job) ? 1 : 2))
    return dup_path (run, "/files/log.1.txt");
  g_set_error (
      error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND,
      run->attempt > latest ? "There was no attempt %d: the job is at attempt %d."
      : run->attempt == latest - 1
          ? "The log of attempt %d can be read once attempt %d has begun."
          : "The log of attempt %d is not kept: the job is at attempt %d, and only the log "
            "of the attempt before is.",
      (int) run->attempt, (int) latest);
  return NULL;
}

static bool
print_log (LogRun *run, GError **error)
{
  g_autoptr (JsonNode) job = ask_job (run, error);
  char *path = job != NULL ? find_log (run, job, error) : NULL;
  bool done;

  if (path == NULL)
    return false;
  log_reader_init (&run->reader, run->invocation->session, path);
  done = log_reader_seek_end (&run->reader, run->n_lines, run->n_bytes, error);
  if (done && arguments_has (run->invocation->arguments, "follow")
      && (run->attempt == 0 || run->attempt == attempt_of (job)))
    done = follow (run, attempt_of (job), error);
  else if (done)
    done = log_reader_print (&run->reader, NULL, error);
  log_reader_clear (&run->reader);
  return done;
}

static int
run_log (Invocation *invocation, GError **error)
{
  LogRun run = { .invocation = invocation, .patience = PATIENCE_INIT };
  g_autofree char *id = NULL;

  if (!read_options (&run, error))
    return VESTIM_EXIT_USAGE;
  id = job_ids_find (invocation->session, invocation->arguments->words->pdata[0], error);
  run.id = id;
  return id != NULL && print_log (&run, error) ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

const Command command_log = {
  .name = "log",
  .arguments = "JOB",
  .summary = "Print what a job has written",
  .examples = "vestim log $id\n"
              "vestim log -f $id               # until it is over\n"
              "vestim log -n 20 $id            # the last 20 lines",
  .details =
      "The log holds standard output and standard error: the first and the last 32 MiB. A "
      "line marks what is left out between them. The log of the attempt before the last one "
      "is kept, too.\n"
      "-f goes on when the server restarts and when the job is retried. It reports each retry on "
      "standard error.",
  .options = log_options,
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = 1,
  .run = run_log,
};
