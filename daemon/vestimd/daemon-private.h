/* SPDX-License-Identifier: MIT */
#pragma once

#include <uv.h>

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/api/routes.h"
#include "daemon/vestimd/daemon.h"
#include "daemon/vestimd/http/listener.h"
#include "daemon/vestimd/http/server.h"
#include "daemon/vestimd/jobs/executor/local-executor.h"
#include "daemon/vestimd/jobs/service.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/sys/notify.h"
#include "daemon/vestimd/sys/pidfile.h"
#include "daemon/vestimd/sys/signals.h"

/* daemon-open.c brings everything up in order, daemon.c serves and takes it down in the reverse. */
typedef struct
{
  const DaemonConfig *config;
  void (*ready) (void *user);
  void *ready_user;

  uv_loop_t loop;
  int64_t started_at;
  unsigned long open_files; /* soft limit before it was raised; 0: it was not */
  char *token;              /* (nullable) NULL: --no-auth */
  char *url;
  char *shim;
  char *estimator;
  char **hosts; /* ours, for the Host header, NULL-terminated */
  Pidfile pidfile;
  int passed_socket; /* until the listener has it; -1: none */
  Listener listener;
  bool is_listener_open;
  bool is_serving;
  bool has_server_json;
  Notify notify;
  Signals signals;
  Registry *registry;
  Executor *executor;
  Service *service;
  HttpServer *http;
  Api *api;

  uv_work_t repair_work; /* the folders, while the rest starts */
  bool is_repairing;
  bool is_settled; /* of each job it is known whether it runs */
  uv_timer_t repair_timer;
  uv_timer_t
      stop_timer; /* while stopping: looks whether the last answer is out, and at the deadline */
  uint64_t stop_deadline;
  bool is_stopping;
  bool is_service_stopped;
  bool is_closing;
  int n_closing;
  int exit_code;
} Daemon;

/* Everything up to the listening socket and the loaded jobs; nothing is served yet. EXIT_OK, or the
 * exit code after having said on stderr what is wrong and what to do. What was opened until then is
 * left to daemon_release(). */
int daemon_open (Daemon *self);

/* The service has settled: serve. */
int daemon_serve (Daemon *self);

/* Shared with the API: a client asked for a stop. */
void daemon_stop (Daemon *self, bool keep_jobs);
