/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <unistd.h>

#include "common/vestim-api.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/api/job-fetch.h"
#include "daemon/vestimd/api/routes.h"
#include "daemon/vestimd/config-queue.h"
#include "daemon/vestimd/daemon-parts.h"
#include "daemon/vestimd/daemon-upkeep.h"
#include "daemon/vestimd/jobs/executor/local-executor.h"
#include "daemon/vestimd/server-file.h"
#include "daemon/vestimd/sys/helpers.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/port-owner.h"
#include "daemon/vestimd/sys/resources.h"
#include "daemon/vestimd/sys/token.h"

/* The order of the start is that of `steps`, and each has its reason. The PID file comes first, so
 * that no two daemons use one data directory; the token before the socket listens, so that it is
 * never missing; the socket before the registry, because a port that is taken is the most common
 * reason to give up. server.json comes last, when all that it promises is there. On a full disk
 * the daemon starts without it and without its PID, since jobs can be deleted only while it runs.
 *
 * Closing goes the other way, from the top down: the API's streams and check processes, the
 * connections, the attempts, the registry with what was still submitted, the jobs. Whatever calls
 * another part is gone before that part is. */

#define MODULE "daemon"
#define LOADED_AT_START 200 /* of the jobs that neither wait nor run; lists begin with them */
/* More than the connections and jobs that are accepted at the same time need. */
#define OPEN_FILES 8192

static int64_t
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static int
refuse (int code, char *message)
{
  g_autofree char *sentence = g_strdup_printf ("vestimd: %s", message);

  log_say (sentence);
  g_free (message);
  return code;
}

static int
take_pidfile (DaemonParts *self)
{
  PidfileReport report;
  int r = pidfile_take (&self->pidfile, self->config->paths->pid_file, &report);
  ServerFile other = { 0 };
  int code;

  if (r == 0)
    return EXIT_OK;
  if (r != -EBUSY || report.state == PIDFILE_FOREIGN)
    return refuse (EXIT_REFUSED, g_strdup (report.text));
  if (report.state == PIDFILE_HIDDEN)
    return refuse (EXIT_TAKEN, g_strdup_printf ("already running: %s", report.text));
  if (server_file_read (self->config->paths->server_json, &other) == 0)
    code =
        refuse (EXIT_TAKEN,
                g_strdup_printf ("already running: process %d serves %s with the data "
                                 "directory %s. Stop it with \"vestimd --stop --data-dir '%s'\".",
                                 report.pid, other.url, self->config->paths->home,
                                 self->config->paths->home));
  else
    code =
        refuse (EXIT_TAKEN,
                g_strdup_printf ("already running: process %d has the data directory %s. Stop it "
                                 "with \"vestimd --stop --data-dir '%s'\".",
                                 report.pid, self->config->paths->home, self->config->paths->home));
  server_file_clear (&other);
  return code;
}

/* ---- The socket ---- */

static char *
describe_owner (const DaemonConfig *config, const Listener *listener)
{
  const char *address = listener->address[0] != '\0' ? listener->address : config->host;

  return port_owner_describe (address, config->port);
}

static int
refuse_socket (const DaemonParts *self, ListenerStatus status)
{
  const DaemonConfig *config = self->config;
  g_autofree char *owner = NULL;
  char text[512];

  listener_describe (&self->listener, status, config->host, config->port, text, sizeof text);
  if (status != LISTENER_E_IN_USE)
    return refuse (EXIT_REFUSED, g_strdup (text));
  owner = describe_owner (config, &self->listener);
  return refuse (EXIT_TAKEN, g_strdup_printf ("%s. The port is used by %s.", text, owner));
}

static int
adopt_socket (DaemonParts *self)
{
  ListenerStatus status = listener_adopt (&self->listener, self->passed_socket);

  if (status != LISTENER_OK)
    return refuse (EXIT_REFUSED, g_strdup ("the socket passed by LISTEN_FDS is not a listening TCP "
                                           "socket. Use ListenStream= with an address and port."));
  self->passed_socket = -1;
  self->is_listener_open = true;
  return EXIT_OK;
}

/* Nobody relies on the default port: if it is taken, a free one will do, and clients find it in
 * server.json. */
static ListenerStatus
open_socket (DaemonParts *self)
{
  const DaemonConfig *config = self->config;
  ListenerStatus status = listener_open (&self->listener, config->host, config->port);

  if (status == LISTENER_E_IN_USE && !config->port_named)
    {
      g_autofree char *owner = describe_owner (config, &self->listener);

      status = listener_open (&self->listener, config->host, 0);
      if (status == LISTENER_OK)
        log_warning (MODULE,
                     "the default port is in use, using a free one taken=%d port=%d held_by=\"%s\"",
                     config->port, self->listener.port, owner);
    }
  return status;
}

static int
open_listener (DaemonParts *self)
{
  ListenerStatus status;

  if (self->passed_socket >= 0)
    {
      int code = adopt_socket (self);

      if (code != EXIT_OK)
        return code;
    }
  else
    {
      status = open_socket (self);
      if (status != LISTENER_OK)
        return refuse_socket (self, status);
      self->is_listener_open = true;
    }
  if (self->token == NULL && !self->listener.is_loopback)
    return refuse (EXIT_USAGE,
                   g_strdup ("--no-auth works only with loopback addresses, and the socket passed "
                             "by LISTEN_FDS has another one. Leave --no-auth out."));
  if (!self->listener.is_loopback)
    log_warning (MODULE,
                 "serving an address that is not loopback: the token travels in clear text; an SSH "
                 "tunnel is safer address=%s",
                 self->listener.address);
  self->url = server_file_url (self->listener.address, self->listener.port);
  return EXIT_OK;
}

/* ---- Registry and jobs ---- */

static int
open_registry (DaemonParts *self)
{
  const VestimPaths *paths = self->config->paths;
  RegistryConfig config = {
    .path = paths->registry,
    .jobs_dir = paths->jobs,
    .trash_dir = paths->trash,
    .n_recent = (size_t) MIN (self->config->jobs_in_memory, LOADED_AT_START),
    .create_new = self->config->new_registry,
  };
  char *message = NULL;

  if (registry_open (&self->registry, self->loop, &config, &message) == 0)
    return EXIT_OK;
  if (message == NULL)
    message = g_strdup_printf ("cannot open %s; the log line above says why.", paths->registry);
  return refuse (EXIT_REFUSED, message);
}

static int
find_helpers (DaemonParts *self)
{
  self->shim = helpers_find ("vestim-run");
  self->estimator = helpers_find ("vestim-estimate");
  if (self->shim == NULL)
    return refuse (EXIT_REFUSED,
                   g_strdup ("cannot find the helper program vestim-run. Install all of VEstim, or "
                             "set VESTIM_LIBEXEC to the folder of the helper programs."));
  if (self->estimator == NULL)
    log_warning (MODULE, "vestim-estimate was not found, estimation jobs will fail");
  return EXIT_OK;
}

static int
find_control_groups (DaemonParts *self)
{
  control_groups_open (&self->control_groups);
  return EXIT_OK;
}

static void
on_announce (void *user, const ServiceEvent *event)
{
  DaemonParts *self = user;

  api_announce (self->api, event);
  daemon_upkeep_look (self, event);
  free_memory_look_later (&self->free_memory);
}

static void
open_api (DaemonParts *self)
{
  ApiConfig config = {
    .loop = self->loop,
    .service = self->service,
    .registry = self->registry,
    .jobs_dir = self->config->paths->jobs,
    .estimator = self->estimator,
    .version = VESTIM_VERSION,
    .started_at = self->started_at,
    .control_groups = &self->control_groups,
    .loop_meter = self->loop_meter,
    .upkeep_stats = &self->upkeep_stats,
    .request_stop = self->request_stop,
    .user = self->user,
  };

  self->api = api_new (&config);
}

static int
open_jobs (DaemonParts *self)
{
  Hardware hardware;
  LocalExecutorConfig process = {
    .loop = self->loop,
    .shim = self->shim,
    .open_files = self->open_files,
    .cgroup = self->control_groups.parent,
    .oom_group = self->control_groups.oom_group,
  };
  ServiceConfig config = {
    .loop = self->loop,
    .registry = self->registry,
    .jobs_dir = self->config->paths->jobs,
    .estimator = self->estimator != NULL ? self->estimator : "vestim-estimate",
    .hardware = &hardware,
    .has_hooks = self->config->hook_on_end != NULL,
    .jobs_in_memory = (size_t) self->config->jobs_in_memory,
    .now_ms = now_ms,
    .announce = on_announce,
    .announce_user = self,
  };

  hardware_find (&hardware);
  config_set_queue (self->config, &config);
  free_memory_open (&self->free_memory, self->loop);
  self->executors.by_name[VESTIM_EXECUTOR_LOCAL] = local_executor_new (&process);
  config.executors = &self->executors;
  self->service = service_new (&config);
  open_api (self);
  service_load (self->service);
  return EXIT_OK;
}

static int
load_token (DaemonParts *self)
{
  char *message = NULL;
  char *token = NULL;

  if (token_load (self->config->paths->token, &token, &message) < 0)
    return refuse (EXIT_REFUSED, message);
  if (self->config->no_auth)
    g_free (token);
  else
    self->token = token;
  return EXIT_OK;
}

int
daemon_parts_check (DaemonParts *self)
{
  char *message = NULL;

  self->open_files = fd_raise_limit (OPEN_FILES);
  resources_tell_lack (EXIT_REFUSED);
  return resources_check (&message) == 0 ? EXIT_OK : refuse (EXIT_REFUSED, message);
}

int
daemon_parts_open (DaemonParts *self)
{
  int (*const steps[]) (DaemonParts *) = {
    find_helpers,  take_pidfile,  load_token, find_control_groups,
    open_listener, open_registry, open_jobs,
  };

  self->started_at = now_ms ();
  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      int code = steps[i](self);

      if (code != EXIT_OK)
        return code;
    }
  return EXIT_OK;
}

/* ---- Serving ---- */

static int
open_http (DaemonParts *self)
{
  HttpServerConfig config = {
    .loop = self->loop,
    .token = self->token,
    .host = self->config->host,
    .allowed_hosts = (const char *const *) self->config->allowed_hosts,
    .server_name = "vestimd/" VESTIM_VERSION,
    .missing = api_missing,
    .check_body = api_check_body,
    .call = api_fetch_job,
    .user = self->api,
  };
  int r;

  config.routes = api_routes (&config.n_routes);
  self->http = http_server_new (&config);
  r = http_server_listen (self->http, (int) self->listener.socket, self->listener.port);
  self->is_listener_open = false;
  return r;
}

static int
write_server_json (DaemonParts *self)
{
  int r = 0;

  if (!self->has_server_json)
    r = server_file_write (self->config->paths->server_json, self->url, VESTIM_VERSION,
                           self->started_at);
  self->has_server_json = r == 0;
  return r;
}

int
daemon_parts_serve (DaemonParts *self)
{
  const char *path = self->config->paths->server_json;
  int r;

  daemon_upkeep_open (self);
  r = open_http (self);

  if (r < 0)
    return refuse (EXIT_REFUSED,
                   g_strdup_printf ("cannot listen at %s: %s.", self->url, uv_strerror (r)));
  r = write_server_json (self);
  if (r < 0 && !fd_error_is_full (r))
    return refuse (EXIT_REFUSED, g_strdup_printf ("cannot write %s: %s.", path, g_strerror (-r)));
  if (!daemon_parts_has_files (self))
    log_error (
        MODULE,
        "the disk is full, so server.json cannot be written yet, and clients do not find the "
        "address: delete jobs or other files, or give clients the address file=%s",
        path);
  return EXIT_OK;
}

bool
daemon_parts_has_files (const DaemonParts *self)
{
  return self->has_server_json && self->pidfile.is_written;
}

void
daemon_parts_complete_files (DaemonParts *self)
{
  if (pidfile_write (&self->pidfile) == 0 && write_server_json (self) == 0)
    log_info (MODULE, "server.json is written file=%s", self->config->paths->server_json);
}

/* ---- Closing ---- */

static void
on_closed (void *user)
{
  DaemonParts *self = user;

  self->is_part_closed = true;
}

/* Runs the loop until the part that was asked to close is gone. */
static void
wait_closed (DaemonParts *self)
{
  while (!self->is_part_closed && uv_run (self->loop, UV_RUN_ONCE) != 0)
    ;
  self->is_part_closed = false;
}

void
daemon_parts_close (DaemonParts *self)
{
  if (self->api != NULL)
    {
      api_close (self->api, on_closed, self);
      wait_closed (self);
    }
  if (self->http != NULL)
    {
      http_server_close (self->http, on_closed, self);
      wait_closed (self);
    }
  daemon_upkeep_close (self);
  if (self->service != NULL)
    {
      executor_set_close (&self->executors, on_closed, self);
      wait_closed (self);
    }
  if (self->registry != NULL)
    {
      registry_close (self->registry, on_closed, self);
      wait_closed (self);
    }
  if (self->service != NULL)
    {
      service_close (self->service, on_closed, self);
      wait_closed (self);
      free_memory_close (&self->free_memory, on_closed, self);
      wait_closed (self);
    }
}

void
daemon_parts_release (DaemonParts *self)
{
  if (self->is_listener_open)
    listener_close (&self->listener);
  if (self->passed_socket >= 0)
    close (self->passed_socket);
  if (self->has_server_json)
    server_file_remove (self->config->paths->server_json);
  pidfile_release (&self->pidfile);
  control_groups_clear (&self->control_groups);
  g_free (self->token);
  g_free (self->url);
  g_free (self->shim);
  g_free (self->estimator);
}
