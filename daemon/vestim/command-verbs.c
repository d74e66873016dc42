/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-action.h"

/* The commands that are one POST for each job. */

typedef struct
{
  const char *rest; /* of the path */
  const char *done;
} Verb;

static bool
post (Invocation *invocation, const char *id, JobReport *report, gpointer data, GError **error)
{
  const Verb *verb = data;

  return job_action_send (invocation, job_request ("POST", id, verb->rest), report, verb->done,
                          error);
}

static int
run_stop (Invocation *invocation, GError **error)
{
  static const Verb verb = { "/stop", "is stopped" };

  return job_action_run (invocation, post, (gpointer) &verb, error);
}

const Command command_stop = {
  .name = "stop",
  .arguments = "JOB...",
  .summary = "Stop jobs: take queued ones from the queue, end running ones",
  .examples = "vestim stop $id",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_stop,
};

static int
run_retry (Invocation *invocation, GError **error)
{
  static const Verb verb = { "/retry", "is queued again" },
                    fresh = { "/retry?fresh=true", "is queued again" };
  bool is_fresh = arguments_has (invocation->arguments, "fresh");

  return job_action_run (invocation, post, (gpointer) (is_fresh ? &fresh : &verb), error);
}

static const CommandOption retry_options[] = {
  { "fresh", 0, NULL, "start from the beginning, not from a checkpoint", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command command_retry = {
  .name = "retry",
  .arguments = "JOB...",
  .summary = "Queue jobs again that are over",
  .examples = "vestim retry $id\n"
              "vestim retry --fresh $id        # a training starts from the beginning",
  .options = retry_options,
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_retry,
};
