/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/vestim-paths.h"
#include "daemon/vestimd/jobs/queue/queue.h"
#include "daemon/vestimd/sys/log.h"

/* What `vestimd` has to do, merged from command line, environment, vestimd.conf and defaults. */

typedef enum
{
  DAEMON_ACTION_SERVE,
  DAEMON_ACTION_STATUS,
  DAEMON_ACTION_STOP,
  DAEMON_ACTION_DOCTOR,
  DAEMON_ACTION_BACKUP,
  DAEMON_ACTION_RESTORE,
  DAEMON_ACTION_HELP,
  DAEMON_ACTION_VERSION,
} DaemonAction;

typedef struct
{
  DaemonAction action;
  char *host;
  int port;
  bool port_named; /* by any setting; a named port is never changed */
  bool daemonize;
  bool json;
  double timeout_s;            /* of --stop */
  bool keep_jobs;              /* of --stop */
  char *file;                  /* of --backup and --restore */
  int max_running;             /* -1: not named on the command line or in the environment */
  int max_running_default;     /* from vestimd.conf, -1: not named; a stored setting is stronger */
  QueueSlots capacity;         /* -1: not named on the command line or in the environment */
  QueueSlots capacity_default; /* from vestimd.conf, -1: not named; a stored setting is stronger */
  int jobs_in_memory;          /* of those that neither wait nor run */
  LogLevel log_level;
  bool no_auth; /* `host` is then a loopback address; a socket passed by LISTEN_FDS is not yet
                   checked */
  bool new_registry;
  char *settings_fault; /* (nullable) of --doctor: why the settings are not valid */
  char **allowed_hosts; /* NULL-terminated */
  char *hook_on_end;    /* (nullable) absolute path of a program */
  VestimPaths *paths;   /* main() replaces them by checked and resolved ones before daemon_run() */
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
 * or EXIT_REFUSED with a sentence in `*message` (transfer full) that names the source and says what
 * to do. vestimd.conf is read for DAEMON_ACTION_SERVE and DAEMON_ACTION_DOCTOR only, so that the
 * daemon can be stopped in spite of an error in it; --doctor tells the error. */
int config_load (DaemonConfig *config, int argc, char **argv, char **message);
void config_clear (DaemonConfig *config);

/* Static: the text of --help. */
const char *config_help (void);
