/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "common/client/vestim-text-line.h"
#include "common/vestim-argv-text.h"
#include "daemon/vestim/add-input.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/command-options.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-add.h"
#include "daemon/vestim/job-options.h"
#include "daemon/vestim/option-values.h"
#include "daemon/vestim/program-check.h"
#include "daemon/vestim/shell-environment.h"

/* Characters of the command line that become the name of the job. */
#define MAX_NAME 200

extern char **environ;

/* The folder and the environment of this shell; those of another computer would be of no use
 * there. */
static bool
capture_shell (Invocation *invocation, JsonObject *selections, GError **error)
{
  const Arguments *arguments = invocation->arguments;
  g_autofree char *folder = NULL;
  JsonObject *env;

  if (!session_is_local (invocation->session))
    return true;
  if (!arguments_has (arguments, "cwd"))
    {
      folder = shell_environment_dup_folder (error);
      if (folder == NULL || !option_check_utf8 (folder, "The current folder", error))
        return false;
      json_object_set_string_member (selections, "cwd", folder);
    }
  if (arguments_has (arguments, "clean-env"))
    return true;
  env = json_object_new ();
  json_object_set_object_member (selections, "env", env);
  shell_environment_capture (environ, arguments_has (arguments, "pty"), env);
  return true;
}

/* Shells show PWD, and use it instead of the real path. */
static void
set_pwd (JsonObject *selections)
{
  if (json_object_has_member (selections, "cwd") && json_object_has_member (selections, "env"))
    json_object_set_string_member (json_object_get_object_member (selections, "env"), "PWD",
                                   json_object_get_string_member (selections, "cwd"));
}

static bool
make_selections (Invocation *invocation, JsonObject *selections, GError **error)
{
  if (!capture_shell (invocation, selections, error)
      || !command_options_set_argv (selections, invocation->arguments->words, error)
      || !command_options_apply (invocation->arguments, selections, error))
    return false;
  set_pwd (selections);
  if (arguments_has (invocation->arguments, "stdin"))
    json_object_set_string_member (selections, "stdin", ADD_INPUT_NAME);
  return true;
}

/* The command line as a shell would take it. */
static void
set_name (JsonObject *job, const GPtrArray *words)
{
  g_autofree char *line = vestim_argv_text ((const char *const *) words->pdata);
  g_autofree char *name = vestim_text_line (line, MAX_NAME);

  json_object_set_string_member (job, "name", name);
}

/* Says at once what would otherwise be found out when the job starts. */
static void
check_program (Invocation *invocation, JsonObject *selections)
{
  JsonObject *env = json_object_has_member (selections, "env")
                        ? json_object_get_object_member (selections, "env")
                        : NULL;
  const char *path =
      env != NULL ? json_object_get_string_member_with_default (env, "PATH", NULL) : NULL;
  const char *cwd = json_object_get_string_member_with_default (selections, "cwd", NULL);
  g_autofree char *warning = NULL;

  if (!session_is_local (invocation->session) || cwd == NULL)
    return;
  warning = program_check_dup_warning (invocation->arguments->words->pdata[0], path, cwd);
  if (warning != NULL)
    fprintf (stderr, "vestim: %s\n", warning);
}

static int
run (Invocation *invocation, GError **error)
{
  g_autoptr (JsonObject) job = json_object_new ();
  JsonObject *selections = json_object_new ();

  json_object_set_string_member (job, "kind", "command");
  json_object_set_object_member (job, "selections", selections);
  set_name (job, invocation->arguments->words);
  if (!session_open (invocation->session, error) || !make_selections (invocation, selections, error)
      || !job_options_apply (invocation->arguments, invocation->session, NULL, job, error))
    return VESTIM_EXIT_REFUSED;
  check_program (invocation, selections);
  return job_add (invocation, job, arguments_has (invocation->arguments, "stdin"), error);
}

static const CommandOption options[] = {
  COMMAND_OPTION_ROWS,
  { "clean-env", 0, NULL, "give it the server's environment, not that of this shell", WORD_TEXT,
    NULL },
  { "stdin", 0, NULL, "store what comes on standard input, as the job's standard input", WORD_TEXT,
    NULL },
  JOB_OPTION_ROWS,
  JOB_ADD_ROWS,
  { .name = NULL },
};

const Command command_add = {
  .name = "add",
  .arguments = "[--] PROGRAM [ARGUMENT]...",
  .summary = "Queue a program, which runs without a shell",
  .examples = "vestim add -- make -j4\n"
              "id=$(vestim add --print-id -- make -j4)\n"
              "vestim add --after $id --tag nightly -- ./report.sh\n"
              "some-cmd | vestim add --stdin -- ./consume\n"
              "vestim add -C /srv -e SEED=1 --timeout 2h --cpus 4 --memory 8G -- ./sim\n"
              "vestim add -- sh -c 'sort big.txt | uniq -c >counts.txt'",
  .details =
      "The job gets the folder and the environment of the shell, without secrets (names that end "
      "in TOKEN, SECRET, PASSWORD, _KEY and the like), without what belongs to the session or the "
      "terminal (SSH_*, DISPLAY, DBUS_*, XDG_SESSION_*, TERM), and without VESTIM_*. -e NAME "
      "passes "
      "one of them on. vestim(1) has the whole list. A server on another computer gets "
      "neither: use -C and -e.\n"
      "Durations are written 90, 90s, 5m, 2h or 1d, sizes 512M or 8G.",
  .options = options,
  .takes = WORD_PROGRAM,
  .min_words = 1,
  .max_words = -1,
  .ends_options = true,
  .run = run,
};
