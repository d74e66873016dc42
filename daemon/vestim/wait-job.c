/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/wait-job.h"

#include <stdio.h>
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/job/vestim-job-state.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command.h"
#include "daemon/vestim/end-signals.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/patience.h"
#include "daemon/vestim/progress-line.h"
#include "daemon/vestim/views/job-words.h"

/* The longest wait of one request, below the limit of common proxies (60 s), and how much longer
 * its answer may take. */
#define WAIT_S 50
#define ANSWER_MS 15000

#define MAX_REASON 300

#define AGAIN "vestim: %s Wait for it again: vestim wait %s\n"

typedef struct
{
  Session *session;
  const char *id;
  char *etag; /* (nullable) of the last answer */
  Patience patience;
} Waiting;

static void
tell_job_goes_on (void *user)
{
  const Waiting *waiting = user;

  fputc ('\n', stderr);
  fprintf (stderr, AGAIN, "The job goes on.", waiting->id);
}

static VestimRequest *
make_request (Waiting *waiting)
{
  g_autofree char *rest = g_strdup_printf ("?wait=%d", WAIT_S);
  VestimRequest *request = job_request ("GET", waiting->id, rest);

  request->timeout_ms = WAIT_S * 1000 + ANSWER_MS;
  request->if_none_match = g_strdup (waiting->etag);
  return request;
}

/* (nullable) (transfer full) the job when it is over. NULL without `error`: ask again. */
static JsonNode *
take_reply (Waiting *waiting, const VestimReply *reply, GError **error)
{
  g_autoptr (JsonNode) job = NULL;
  const char *status;
  VestimJobState state;

  if (reply->status == SOUP_STATUS_NOT_MODIFIED)
    return NULL;
  g_free (waiting->etag);
  waiting->etag = g_strdup (reply->etag);
  job = answer_parse (reply, NULL);
  status = vestim_node_member_string (job, "status");
  if (status == NULL || !vestim_job_state_parse (status, &state))
    {
      answer_set_not_a_job (error);
      return NULL;
    }
  return vestim_job_state_is_final (state) ? g_steal_pointer (&job) : NULL;
}

static JsonNode *
wait_on (Waiting *waiting, GBytes **body, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (VestimReply) reply =
          patience_send (&waiting->patience, waiting->session, make_request (waiting), &failure);
      g_autoptr (JsonNode) job = NULL;

      if (reply != NULL)
        job = take_reply (waiting, reply, &failure);
      if (job != NULL)
        {
          *body = g_bytes_ref (reply->body);
          return g_steal_pointer (&job);
        }
      if (failure != NULL)
        {
          if (g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_NO_SERVER))
            fprintf (stderr, AGAIN, "The end of the job is not known.", waiting->id);
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
}

/* (nullable) (transfer full) the job once it is over; `*body` (transfer full) takes the answer that
 * says so. Ctrl+C ends the program and leaves the job as it is. */
static JsonNode *
wait_job (Session *session, const char *id, GBytes **body, GError **error)
{
  Waiting waiting = { .session = session, .id = id, .patience = PATIENCE_INIT };
  EndSignals signals;
  JsonNode *job;

  end_signals_watch (&signals, tell_job_goes_on, &waiting);
  job = wait_on (&waiting, body, error);
  end_signals_unwatch (&signals);
  g_free (waiting.etag);
  return job;
}

/* The number of a signal by the name of the protocol, "SIGSEGV"; 0 for none. */
static int
signal_number (const char *name)
{
  if (name == NULL)
    return 0;
  for (int number = 1; number < 32; number++)
    {
      const char *abbreviation = sigabbrev_np (number);

      if (abbreviation != NULL && g_str_has_prefix (name, "SIG")
          && strcmp (abbreviation, name + strlen ("SIG")) == 0)
        return number;
    }
  return 0;
}

int
wait_job_code (JsonNode *job)
{
  JsonNode *details = vestim_node_member (job, "details");
  const char *status = vestim_node_member_string (job, "status");
  const char *signal_name = vestim_node_member_string (details, "signal");
  bool started = !vestim_node_is_null (vestim_node_member (job, "started_at"));
  /* Without a duration the program itself could not be started. */
  bool ran = !vestim_node_is_null (vestim_node_member (details, "wall_s"));
  int64_t code = 0;

  if (g_strcmp0 (status, "completed") == 0)
    return VESTIM_EXIT_DONE;
  if (g_strcmp0 (status, "failed") != 0)
    return started ? VESTIM_EXIT_STOPPED : VESTIM_EXIT_NEVER_RAN;
  vestim_node_get_int64 (vestim_node_member (details, "exit_code"), &code);
  if (code > 0 && code < 256)
    return (int) code;
  if (signal_number (signal_name) != 0)
    return 128 + signal_number (signal_name);
  return ran ? VESTIM_EXIT_REFUSED : VESTIM_EXIT_NEVER_RAN;
}

/* (transfer full) how the job ended, for people: "failed (exit code 3)". */
static char *
dup_end (JsonNode *job)
{
  const char *status = job_words_status (job);
  g_autofree char *end = job_words_dup_end (vestim_node_member (job, "details"));
  g_autofree char *line = vestim_text_line (end, MAX_REASON);

  if (strcmp (status, "completed") == 0 || *line == '\0')
    return g_strdup (status);
  return g_strdup_printf ("%s (%s)", status, line);
}

int
wait_job_quietly (Session *session, const char *id, GError **error)
{
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonNode) job = wait_job (session, id, &body, error);

  return job != NULL ? wait_job_code (job) : VESTIM_EXIT_REFUSED;
}

bool
wait_job_report (Session *session, const char *id, JobReport *report, int *code, GError **error)
{
  ProgressLine *progress =
      job_report_is_for_people (report) ? progress_line_new (session, id) : NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonNode) job = wait_job (session, id, &body, error);
  g_autofree char *end = NULL;
  const char *text;
  gsize size;

  progress_line_free (progress);
  if (job == NULL)
    return false;
  text = g_bytes_get_data (body, &size);
  end = dup_end (job);
  *code = wait_job_code (job);
  return job_report_add (report, text, size, end, error);
}
