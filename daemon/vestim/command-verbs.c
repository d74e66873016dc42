/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/views/job-words.h"

/* The commands that are little more than one request for each job. */

typedef struct
{
  const char *method;
  const char *rest; /* of the path */
  const char *done;
} Verb;

static bool
send_verb (Invocation *invocation, const char *id, JobReport *report, gpointer data, GError **error)
{
  const Verb *verb = data;

  return job_action_send (invocation, job_request (verb->method, id, verb->rest), report,
                          verb->done, error);
}

static int
run_stop (Invocation *invocation, GError **error)
{
  static const Verb verb = { "POST", "/stop", "is stopped" };

  return job_action_run (invocation, send_verb, (gpointer) &verb, error);
}

const Command command_stop = {
  .name = "stop",
  .arguments = "JOB...",
  .summary = "Stop jobs: take queued ones from the queue, and end running ones",
  .examples = "vestim stop $id\n"
              "vestim stop $(vestim list --status queued --tag nightly --quiet)",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_stop,
};

static int
run_retry (Invocation *invocation, GError **error)
{
  static const Verb verb = { "POST", "/retry", "is queued again" },
                    fresh = { "POST", "/retry?fresh=true", "is queued again" };
  bool is_fresh = arguments_has (invocation->arguments, "fresh");

  return job_action_run (invocation, send_verb, (gpointer) (is_fresh ? &fresh : &verb), error);
}

static const CommandOption retry_options[] = {
  { "fresh", 0, NULL, "start from the beginning, not from a checkpoint", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command command_retry = {
  .name = "retry",
  .arguments = "JOB...",
  .summary = "Queue jobs again after their end",
  .examples = "vestim retry $id\n"
              "vestim retry --fresh $id        # a training starts from the beginning",
  .options = retry_options,
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_retry,
};

/* The answer is a message and no job. */
static bool
delete_job (Invocation *invocation, const char *id, JobReport *report, gpointer data,
            GError **error)
{
  VestimRequest *request = job_request ("DELETE", id, "");
  g_autoptr (VestimReply) reply = NULL;

  /* The server waits for the end of a running job. */
  request->timeout_ms = 30000;
  reply = session_send (invocation->session, request, error);
  return reply != NULL && job_report_add_id (report, id, "is deleted", error);
}

static int
run_delete (Invocation *invocation, GError **error)
{
  return job_action_run (invocation, delete_job, NULL, error);
}

const Command command_delete = {
  .name = "delete",
  .arguments = "JOB...",
  .summary = "Delete jobs with their folders; running ones are stopped first",
  .examples = "vestim delete $id",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_delete,
};

/* (nullable) (transfer full) */
static JsonNode *
get_job (Invocation *invocation, const char *id, GError **error)
{
  return session_ask (invocation->session, job_request ("GET", id, ""), error);
}

/* To hold a running job would freeze it, which is what "pause" is for. */
static bool
hold_job (Invocation *invocation, const char *id, JobReport *report, gpointer data, GError **error)
{
  static const Verb verb = { "POST", "/pause", "is held" };
  g_autoptr (JsonNode) job = get_job (invocation, id, error);
  const char *status = vestim_node_member_string (job, "status");

  if (job == NULL)
    return false;
  if (g_strcmp0 (status, "created") == 0)
    return job_report_add_id (report, id, "is held", error);
  if (g_strcmp0 (status, "queued") == 0)
    return send_verb (invocation, id, report, (gpointer) &verb, error);
  g_set_error (
      error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT,
      "The job %s %s: only a queued job can be held. \"vestim pause\" freezes a running one.", id,
      job_words_status_phrase (job));
  return false;
}

static int
run_hold (Invocation *invocation, GError **error)
{
  return job_action_run (invocation, hold_job, NULL, error);
}

const Command command_hold = {
  .name = "hold",
  .arguments = "JOB...",
  .summary = "Keep queued jobs from starting; they keep their places in the queue",
  .examples = "vestim hold $id\n"
              "vestim release $id",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_hold,
};

static bool
release_job (Invocation *invocation, const char *id, JobReport *report, gpointer data,
             GError **error)
{
  static const Verb start = { "POST", "/start", "is queued" },
                    resume = { "POST", "/resume", "is released" };
  g_autoptr (JsonNode) job = get_job (invocation, id, error);
  const char *status = vestim_node_member_string (job, "status");

  if (job == NULL)
    return false;
  if (g_strcmp0 (status, "created") == 0)
    return send_verb (invocation, id, report, (gpointer) &start, error);
  if (g_strcmp0 (status, "queued") == 0)
    return send_verb (invocation, id, report, (gpointer) &resume, error);
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_CONFLICT,
               "The job %s %s: only a held job can be released.", id,
               job_words_status_phrase (job));
  return false;
}

static int
run_release (Invocation *invocation, GError **error)
{
  return job_action_run (invocation, release_job, NULL, error);
}

const Command command_release = {
  .name = "release",
  .arguments = "JOB...",
  .summary = "Let held jobs start",
  .examples = "id=$(vestim add --hold --print-id -- make)\n"
              "vestim release $id",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_release,
};
