/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/daemon-private.h"
#include "daemon/vestimd/server-file.h"
#include "daemon/vestimd/sys/log.h"

/* Owns the loop and every module, and knows their order; nothing else.
 *
 * A stop: no new connection, answers under way finish → running jobs end (or are left) and all is
 * stored → the last answer is out → everything closes, from the top down → the loop is empty →
 * server.json and server.pid go. What is not done seven seconds after the beginning is left to the
 * next start, which takes it up; a second signal does the same at once. */

#define MODULE "daemon"

enum
{
  STOP_LIMIT_MS = 7000,
  STOP_POLL_MS = 10,
  REPAIR_GRACE_MS = 50,
};

/* ---- Closing ---- */

static void
on_part_closed (void *user)
{
  Daemon *self = user;

  self->n_closing--;
}

static void
on_timer_closed (uv_handle_t *handle)
{
  on_part_closed (handle->data);
}

/* Runs the loop until the parts that were asked to close are gone. */
static void
wait_closed (Daemon *self)
{
  while (self->n_closing > 0 && uv_run (&self->loop, UV_RUN_ONCE) != 0)
    ;
}

static void
close_outer (Daemon *self)
{
  uv_close ((uv_handle_t *) &self->repair_timer, on_timer_closed);
  uv_close ((uv_handle_t *) &self->stop_timer, on_timer_closed);
  self->n_closing = 2;
  signals_close (&self->signals, on_part_closed);
  self->n_closing++;
  wait_closed (self);
}

/* Top down: the API's streams and children, connections, attempts, the registry with what was still
 * submitted, the jobs. */
static void
close_parts (Daemon *self)
{
  self->is_closing = true;
  uv_timer_stop (&self->stop_timer);
  if (self->api != NULL)
    {
      self->n_closing = 1;
      api_close (self->api, on_part_closed, self);
      wait_closed (self);
    }
  if (self->http != NULL)
    {
      self->n_closing = 1;
      http_server_close (self->http, on_part_closed, self);
      wait_closed (self);
    }
  if (self->executor != NULL)
    {
      self->n_closing = 1;
      self->executor->close (self->executor, on_part_closed, self);
      wait_closed (self);
    }
  if (self->registry != NULL)
    {
      self->n_closing = 1;
      registry_close (self->registry, on_part_closed, self);
      wait_closed (self);
    }
  if (self->service != NULL)
    {
      self->n_closing = 1;
      service_close (self->service, on_part_closed, self);
      wait_closed (self);
    }
}

static void
release (Daemon *self)
{
  if (self->is_listener_open)
    listener_close (&self->listener);
  if (self->passed_socket >= 0)
    close (self->passed_socket);
  if (self->has_server_json)
    server_file_remove (self->config->paths->server_json);
  notify_close (&self->notify);
  pidfile_release (&self->pidfile);
  g_free (self->token);
  g_free (self->url);
  g_free (self->shim);
  g_free (self->estimator);
  g_strfreev (self->hosts);
}

/* ---- Stopping ---- */

static void
on_service_stopped (void *user)
{
  Daemon *self = user;

  self->is_service_stopped = true;
}

/* Everything may go: what runs is over or left, and no answer is on its way. */
static bool
is_done (const Daemon *self)
{
  if (!self->is_service_stopped || self->is_repairing)
    return false;
  return self->http == NULL || http_server_is_idle (self->http)
         || uv_now (&self->loop) >= self->stop_deadline;
}

static void
on_stop_timer (uv_timer_t *timer)
{
  Daemon *self = timer->data;

  if (!self->is_service_stopped && uv_now (&self->loop) >= self->stop_deadline)
    service_stop (self->service, true, NULL, NULL);
  if (is_done (self))
    uv_stop (&self->loop);
}

void
daemon_stop (Daemon *self, bool keep_jobs)
{
  if (self->is_stopping || self->is_closing)
    return;
  self->is_stopping = true;
  log_info (MODULE, "stopping keep_jobs=%s", keep_jobs ? "true" : "false");
  notify_send (&self->notify, "STOPPING=1");
  self->stop_deadline = uv_now (&self->loop) + STOP_LIMIT_MS;
  uv_timer_start (&self->stop_timer, on_stop_timer, 0, STOP_POLL_MS);
  if (self->http != NULL)
    http_server_drain (self->http);
  service_stop (self->service, keep_jobs, on_service_stopped, self);
}

static void
on_signal (void *user, SignalsEvent event, int signal)
{
  Daemon *self = user;

  if (event != SIGNALS_STOP_NOW)
    daemon_stop (self, event == SIGNALS_STOP_KEEP_JOBS);
  else if (self->is_stopping && !self->is_closing)
    {
      log_info (MODULE, "stopping at once signal=%d", signal);
      self->stop_deadline = uv_now (&self->loop);
      service_stop (self->service, true, NULL, NULL);
    }
}

/* ---- Starting ---- */

static void
on_repair (uv_work_t *work)
{
  Daemon *self = work->data;

  if (registry_repair_folders (self->registry, self->config->paths->orphans) != 0)
    log_error (MODULE, "folders could not be repaired, the next start tries again");
}

static void
serve_when_ready (Daemon *self)
{
  bool is_waiting_for_repair =
      self->is_repairing && uv_is_active ((const uv_handle_t *) &self->repair_timer);

  if (self->is_serving || self->is_stopping || !self->is_settled || is_waiting_for_repair)
    return;
  self->is_serving = true;
  self->exit_code = daemon_serve (self);
  if (self->exit_code != EXIT_OK)
    daemon_stop (self, true);
}

static void
on_repaired (uv_work_t *work, int status)
{
  Daemon *self = work->data;

  self->is_repairing = false;
  serve_when_ready (self);
}

static void
on_repair_grace_over (uv_timer_t *timer)
{
  serve_when_ready (timer->data);
}

static void
on_settled (void *user)
{
  Daemon *self = user;

  self->is_settled = true;
  serve_when_ready (self);
}

/* The folders are repaired beside everything else. A start with few of them waits for that, so that
 * what the first client sees is in order; one with very many does not. */
static void
start (Daemon *self)
{
  self->repair_work.data = self;
  self->is_repairing = true;
  uv_queue_work (&self->loop, &self->repair_work, on_repair, on_repaired);
  uv_timer_start (&self->repair_timer, on_repair_grace_over, REPAIR_GRACE_MS, 0);
  service_start (self->service, on_settled, self);
  uv_run (&self->loop, UV_RUN_DEFAULT);
}

int
daemon_run (const DaemonConfig *config, int passed_socket, void (*ready) (void *user), void *user)
{
  Daemon self = {
    .config = config,
    .passed_socket = passed_socket,
    .ready = ready,
    .ready_user = user,
    .pidfile = PIDFILE_INIT,
  };
  int code;

  uv_loop_init (&self.loop);
  uv_timer_init (&self.loop, &self.repair_timer);
  uv_timer_init (&self.loop, &self.stop_timer);
  self.repair_timer.data = self.stop_timer.data = &self;
  signals_open (&self.signals, &self.loop, config->daemonize, on_signal, &self);
  notify_open (&self.notify);

  code = daemon_open (&self);
  if (code == EXIT_OK)
    {
      start (&self);
      code = self.exit_code;
    }
  close_parts (&self);
  close_outer (&self);
  release (&self);
  if (uv_loop_close (&self.loop) != 0)
    log_error (MODULE, "the loop was left with open handles");
  if (code == EXIT_OK)
    log_info (MODULE, "stopped");
  return code;
}
