/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/control.h"
#include "daemon/vestimd/daemon.h"
#include "daemon/vestimd/sys/daemonize.h"
#include "daemon/vestimd/sys/datadir.h"
#include "daemon/vestimd/sys/helpers.h"
#include "daemon/vestimd/sys/init.h"
#include "daemon/vestimd/sys/listen-fds.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/signals.h"

static const char *const folders[] = { "jobs", "trash", "orphans", NULL };

static int
refuse (int code, const char *message)
{
  fprintf (stderr, "vestimd: %s\n", message);
  if (code == EXIT_USAGE)
    fprintf (stderr, "Try 'vestimd --help'.\n");
  return code;
}

/* From here on messages go to the log file only. */
static void
on_ready (void *user, const char *url)
{
  g_autofree char *text =
      g_strdup_printf ("vestimd " VESTIM_VERSION " is running: PID %d, %s\n", (int) getpid (), url);

  log_take_stderr ();
  daemonize_finish (user, EXIT_OK, text);
}

/* `created`: (nullable) the topmost folder that was made. */
static int
serve_in_background (const DaemonConfig *config, const char *created)
{
  Daemonize background;
  g_autofree char *message = NULL;
  int code = EXIT_REFUSED;
  int r;

  helpers_pin_override ();
  r = daemonize_start (&background);
  if (r == 0)
    {
      r = log_open_file (config->paths->log, LOG_FILE_LIMIT);
      if (r == 0)
        code = daemon_run (config, -1, created, on_ready, &background);
      else
        message = g_strdup_printf ("the log %s cannot be opened: %s", config->paths->log,
                                   fd_describe_error (r));
    }
  else
    message = g_strdup_printf ("cannot go into the background: %s", g_strerror (-r));
  if (message != NULL)
    refuse (code, message);
  daemonize_finish (&background, code, NULL);
  log_close_file ();
  return code;
}

static int
serve (DaemonConfig *config, int passed_socket)
{
  g_autofree char *home = NULL;
  g_autofree char *created = NULL;
  g_autofree char *message = NULL;

  if (datadir_prepare (config->paths->home, folders, &home, &created, &message) < 0)
    return refuse (EXIT_REFUSED, message);
  vestim_paths_free (config->paths);
  config->paths = vestim_paths_new (home);
  if (config->daemonize)
    return serve_in_background (config, created);
  if (init_stay_behind () < 0)
    return refuse (EXIT_REFUSED, "cannot fork: free some memory or processes, then start again.");
  return daemon_run (config, passed_socket, created, NULL, NULL);
}

static int
act (DaemonConfig *config, int passed_socket)
{
  switch (config->action)
    {
    case DAEMON_ACTION_STATUS:
      return control_status (config);
    case DAEMON_ACTION_STOP:
      return control_stop (config);
    case DAEMON_ACTION_DOCTOR:
      return control_doctor (config);
    case DAEMON_ACTION_BACKUP:
      return control_backup (config);
    case DAEMON_ACTION_RESTORE:
      return control_restore (config);
    case DAEMON_ACTION_HELP:
      fputs (config_help (), stdout);
      return EXIT_OK;
    case DAEMON_ACTION_VERSION:
      printf ("vestimd %s\n", VESTIM_VERSION);
      return EXIT_OK;
    case DAEMON_ACTION_SERVE:
      return serve (config, passed_socket);
    }
  return EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  DaemonConfig config;
  g_autofree char *message = NULL;
  int passed_socket;
  int code;

  if (fd_ensure_standard () < 0)
    return EXIT_REFUSED;
  /* Before any descriptor is opened that could be mistaken for a passed one. */
  passed_socket = listen_fds_take ();
  signals_reset ();
  code = config_load (&config, argc, argv, &message);
  if (code == EXIT_OK)
    {
      log_set_level (config.log_level);
      code = act (&config, passed_socket);
    }
  else
    refuse (code, message);
  config_clear (&config);
  return code;
}
