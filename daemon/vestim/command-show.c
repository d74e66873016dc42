/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/failure.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/job-output.h"

static bool
show (Invocation *invocation, JobOutput *output, const char *word, GError **error)
{
  g_autofree char *id = job_ids_find (invocation->session, word, error);
  g_autoptr (VestimReply) reply = NULL;

  if (id != NULL)
    reply = session_send (invocation->session, job_request ("GET", id, ""), error);
  return reply != NULL && job_output_add (output, reply->body, error);
}

static int
run (Invocation *invocation, GError **error)
{
  const GPtrArray *words = invocation->arguments->words;
  g_autoptr (JobOutput) output =
      job_output_new (invocation->arguments, JOB_OUTPUT_PAGES, words->len, error);
  int code = VESTIM_EXIT_DONE;

  if (output == NULL)
    return VESTIM_EXIT_USAGE;
  for (guint i = 0; i < words->len; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (show (invocation, output, words->pdata[i], &failure))
        continue;
      code = failure_code (failure);
      if (code != VESTIM_EXIT_REFUSED || words->len == 1)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return code;
        }
      failure_tell (failure);
    }
  return job_output_end (output, error) ? code : VESTIM_EXIT_REFUSED;
}

const Command command_show = {
  .name = "show",
  .arguments = "JOB...",
  .summary = "Show all about jobs: what they run, why they wait, how each attempt ended",
  .examples = "vestim show $id\n"
              "vestim show --json $id | jq .details\n"
              "vestim show --format '{details.exit_code}' $id",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run,
};
