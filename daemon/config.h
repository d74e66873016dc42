/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/vestim-paths.h"
#include "sys/log.h"

/* What `vestimd` was asked for, settings merged: command line, environment, vestimd.conf, defaults. */

typedef enum
{
  DAEMON_ACTION_SERVE,
  DAEMON_ACTION_STATUS,
  DAEMON_ACTION_STOP,
} DaemonAction;

typedef struct
{
  DaemonAction action;
  char *host;
  int port;
  bool port_named;       /* by any of the settings: it is never changed then */
  bool daemonize;
  bool json;
  double timeout_s;      /* of --stop */
  bool keep_jobs;        /* of --stop */
  int max_running;       /* 0: not named on the command line or in the environment */
  int max_running_default; /* of vestimd.conf, else cores - 1; a stored setting comes before it */
  LogLevel log_level;
  bool no_auth;
  bool new_registry;
  char **allowed_hosts;  /* NULL-terminated */
  VestimPaths *paths;
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
