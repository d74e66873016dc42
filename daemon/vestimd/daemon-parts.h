/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/config.h"
#include "daemon/vestimd/hooks/hooks.h"
#include "daemon/vestimd/http/listener.h"
#include "daemon/vestimd/http/server.h"
#include "daemon/vestimd/jobs/executor/executor-set.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/jobs/service.h"
#include "daemon/vestimd/metrics/loop-meter.h"
#include "daemon/vestimd/sys/control-groups.h"
#include "daemon/vestimd/retention/retention.h"
#include "daemon/vestimd/sys/free-memory.h"
#include "daemon/vestimd/sys/pidfile.h"

/* The modules of the daemon and how they are joined: opened from the bottom up, closed from the top
 * down. "daemon.c" decides when. */

typedef struct
{
  /* To be set before daemon_parts_open(). */
  const DaemonConfig *config;
  uv_loop_t *loop;
  int passed_socket;                                 /* until the listener has it; -1: none */
  void (*request_stop) (void *user, bool keep_jobs); /* a client asked for a stop */
  void *user;
  const LoopMeter *loop_meter;
  Pidfile pidfile; /* PIDFILE_INIT */

  int64_t started_at;
  unsigned long open_files; /* soft limit before it was raised; 0: it was not */
  char *token;              /* (nullable) NULL: --no-auth */
  char *url;
  char *shim;
  char *estimator; /* (nullable) */
  ControlGroups control_groups;
  Listener listener;
  bool is_listener_open;
  bool has_server_json;
  Registry *registry;
  ExecutorSet executors;
  Service *service;
  Hooks *hooks;         /* (nullable) of daemon-upkeep.h, as the next one */
  Retention *retention; /* (nullable) */
  UpkeepStats upkeep_stats;
  Api *api;
  FreeMemory free_memory; /* open while `service` is */
  HttpServer *http;       /* NULL until daemon_parts_serve() */
  bool is_part_closed;
} DaemonParts;

/* Before the loop exists: whether there are enough descriptors and threads. As below. */
int daemon_parts_check (DaemonParts *self);

/* Opens everything up to the listening socket and the loaded jobs; nothing is served yet. EXIT_OK,
 * or an exit code after a message on stderr. Close and release it in any case. */
int daemon_parts_open (DaemonParts *self);

/* Serves HTTP and writes server.json. As above. On a full disk it serves without the file. */
int daemon_parts_serve (DaemonParts *self);

/* Whether server.pid and server.json are complete. A full disk may have prevented that. */
bool daemon_parts_has_files (const DaemonParts *self);

/* Tries to write what is missing of them. For a worker thread, while daemon_parts_release() and
 * daemon_parts_has_files() are not called. */
void daemon_parts_complete_files (DaemonParts *self);

/* Runs the loop until all modules are closed. */
void daemon_parts_close (DaemonParts *self);

/* Removes server.json and server.pid, and frees the rest. */
void daemon_parts_release (DaemonParts *self);
