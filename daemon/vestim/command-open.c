/* SPDX-License-Identifier: MIT */
#include <gio/gio.h>
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/output/output.h"

/* (nullable) (transfer full) */
static char *
find_folder (Invocation *invocation, const char *id, GError **error)
{
  g_autoptr (JsonNode) job = session_ask (invocation->session, job_request ("GET", id, ""), error);
  const char *folder = vestim_node_member_string (job, "job_folder");

  if (job != NULL && folder == NULL)
    g_set_error_literal (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED,
                         "The server does not say where the folder of the job is.");
  return g_strdup (folder);
}

static bool
has_desktop (void)
{
  return g_getenv ("DISPLAY") != NULL || g_getenv ("WAYLAND_DISPLAY") != NULL;
}

/* Runs a program and takes its exit code for its success. */
static bool
run_program (const char *const *argv, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &failure);

  if (process != NULL && g_subprocess_wait_check (process, NULL, &failure))
    return true;
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_REFUSED, "%s cannot open it: %s.", argv[0],
               failure->message);
  return false;
}

static bool
open_folder (Invocation *invocation, const char *id, GError **error)
{
  g_autofree char *folder = find_folder (invocation, id, error);
  const char *argv[] = { "xdg-open", folder, NULL };

  if (folder == NULL)
    return false;
  if (arguments_has (invocation->arguments, "print"))
    {
      g_autofree char *line = g_strconcat (folder, "\n", NULL);

      return output_write (line, strlen (line), error);
    }
  if (!session_is_local (invocation->session))
    g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_REFUSED,
                 "The folder of the job is on the server's computer: %s", folder);
  else if (!has_desktop ())
    g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_REFUSED,
                 "There is no desktop here to open the folder. It is %s", folder);
  else
    return run_program (argv, error);
  return false;
}

/* The dashboard is beside this program, or in PATH. It stays when this program ends. */
static bool
open_dashboard (Invocation *invocation, const char *id, GError **error)
{
  const char *server = arguments_get (invocation->arguments, "server");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *beside = g_build_filename (folder, "vestim-dashboard", NULL);
  g_autofree char *job = id != NULL ? g_strconcat ("--job=", id, NULL) : NULL;
  g_autofree char *url = server != NULL ? g_strconcat ("--server=", server, NULL) : NULL;
  const char *argv[] = { g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE) ? beside
                                                                         : "vestim-dashboard",
                         job != NULL ? job : url, job != NULL ? url : NULL, NULL };
  g_autoptr (GError) failure = NULL;

  if (g_spawn_async (NULL, (char **) argv, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, &failure))
    return true;
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_REFUSED, "The dashboard cannot be started: %s.",
               failure->message);
  return false;
}

static int
run (Invocation *invocation, GError **error)
{
  const char *word = invocation->arguments->words->pdata[0];
  g_autofree char *id = NULL;
  bool opens_folder = word != NULL && !arguments_has (invocation->arguments, "dashboard");

  if (word == NULL && arguments_has (invocation->arguments, "print"))
    {
      usage_error_set (error, "--print needs a job.");
      return VESTIM_EXIT_USAGE;
    }
  if (word != NULL)
    {
      id = job_ids_find (invocation->session, word, error);
      if (id == NULL)
        return VESTIM_EXIT_REFUSED;
    }
  if (opens_folder ? open_folder (invocation, id, error) : open_dashboard (invocation, id, error))
    return VESTIM_EXIT_DONE;
  return VESTIM_EXIT_REFUSED;
}

static const CommandOption options[] = {
  { "print", 0, NULL, "print the path of the job's folder", WORD_TEXT, NULL },
  { "dashboard", 0, NULL, "open the job in the dashboard", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command command_open = {
  .name = "open",
  .arguments = "[JOB]",
  .summary = "Open the folder of a job in the file manager; without a job, the dashboard",
  .examples = "vestim open $id\n"
              "cd \"$(vestim open --print $id)\"\n"
              "vestim open                     # the dashboard",
  .options = options,
  .takes = WORD_JOB,
  .max_words = 1,
  .run = run,
};
