/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-files.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/output/output.h"

static int
run (Invocation *invocation, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *id = NULL;

  if (arguments_has (invocation->arguments, "format"))
    {
      usage_error_set (error, "Files have no --format: use --json, or --quiet for their names.");
      return VESTIM_EXIT_USAGE;
    }
  id = job_ids_find (invocation->session, invocation->arguments->words->pdata[0], error);
  if (id == NULL || !job_files_append (out, invocation, id, error) || !output_flush (out, error))
    return VESTIM_EXIT_REFUSED;
  return VESTIM_EXIT_DONE;
}

const Command command_files = {
  .name = "files",
  .arguments = "JOB",
  .summary = "List the files that a job made in its own folder",
  .examples = "vestim files $id\n"
              "vestim files --quiet $id        # only their names",
  .details =
      "These are the files in the folder of the job, whose path the program has in VESTIM_JOB_DIR. "
      "With -C '', \"vestim add\" runs the program there. Files that it writes elsewhere are "
      "not listed.\n"
      "\"vestim get\" fetches one of them, and \"vestim log\" prints the log.",
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = 1,
  .run = run,
};
