/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/vestim-paths.h"
#include "daemon/vestimd/sys/log.h"

/* What `vestimd` was asked for, settings merged: command line, environment, vestimd.conf, defaults.
 */

typedef enum
{
  DAEMON_ACTION_SERVE,
  DAEMON_ACTION_STATUS,
  DAEMON_ACTION_STOP,
  DAEMON_ACTION_HELP,
  DAEMON_ACTION_VERSION,
} DaemonAction;

typedef struct
{
  DaemonAction action;
  char *host;
  int port;
  bool port_named; /* by any of the settings: it is never changed then */
  bool daemonize;
  bool json;
  double timeout_s;        /* of --stop */
  bool keep_jobs;          /* of --stop */
  int max_running;         /* 0: not named on the command line or in the environment */
  int max_running_default; /* of vestimd.conf, else cores - 1; a stored setting comes before it */
  LogLevel log_level;
  bool no_auth; /* `host` is then a loopback one; a socket passed by LISTEN_FDS is still to be
                   checked */
  bool new_registry;
  char **allowed_hosts; /* NULL-terminated */
  VestimPaths *paths;   /* main() puts the checked and resolved ones here before daemon_run() */
} DaemonConfig;

/* Exit codes of the program. */
enum
{
  EXIT_OK = 0,
  EXIT_REFUSED = 1,
  EXIT_USAGE = 2,
  EXIT_TAKEN = 3,
  EXIT_NOT_RUNNING = 3,
  EXIT_NO_ANSWER = 4,
};

/* Merges the settings into `config`, which config_clear() frees in any case. EXIT_OK, or EXIT_USAGE
 * or EXIT_REFUSED with
 * `*message` (transfer full) a sentence that names the source and what to do. vestimd.conf is read
 * for DAEMON_ACTION_SERVE only, so that a fault in it keeps nobody from stopping the daemon. */
int config_load (DaemonConfig *config, int argc, char **argv, char **message);
void config_clear (DaemonConfig *config);

/* Static: the text of --help. */
const char *config_help (void);
