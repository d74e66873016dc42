/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/daemon.h"

#include <stdio.h>
#include <unistd.h>

#include "common/vestim-machine.h"
#include "daemon/vestimd/daemon-parts.h"
#include "daemon/vestimd/jobs/service-settings.h"
#include "daemon/vestimd/sys/datadir.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/notify.h"
#include "daemon/vestimd/sys/resources.h"
#include "daemon/vestimd/sys/signals.h"

/* The life of the daemon; "daemon-parts.c" opens and closes the modules.
 *
 * The start: the modules are open → the folders are repaired, while the service finds out which
 * jobs still run → SERVING.
 *
 * The stop: no new connection is accepted, answers in progress finish → running jobs end (or are
 * left running), and everything is stored → the last answer is out → CLOSING: the modules close,
 * the loop is empty, and server.json and server.pid are removed. What is not done seven seconds
 * after the beginning is left to the next start, which continues it. A second signal has the same
 * effect at once. */

#define MODULE "daemon"

enum
{
  STOP_LIMIT_MS = 7000,
  STOP_POLL_MS = 10,
  REPAIR_GRACE_MS = 50,
  COMPLETE_MS = 1000,
};

typedef enum
{
  DAEMON_STARTING, /* jobs are loaded, clients wait in the socket's queue */
  DAEMON_SERVING,
  DAEMON_STOPPING, /* the stop timer runs */
  DAEMON_CLOSING,  /* the loop runs only to close what is open */
} DaemonPhase;

#define TO(phase) VESTIM_MACHINE_TO (DAEMON_##phase)

/* A failed start goes straight to CLOSING. If only serving fails, jobs may be running already, so
 * the daemon stops first. */
static const VestimMachineState phases[] = {
  [DAEMON_STARTING] = { "starting", TO (SERVING) | TO (STOPPING) | TO (CLOSING) },
  [DAEMON_SERVING] = { "serving", TO (STOPPING) },
  [DAEMON_STOPPING] = { "stopping", TO (CLOSING) },
  [DAEMON_CLOSING] = { "closing", 0 },
};

#undef TO

static const VestimMachineType machine_type = { "daemon", phases, G_N_ELEMENTS (phases),
                                                log_transition };

typedef struct
{
  VestimMachine machine; /* its state is a DaemonPhase */
  uv_loop_t loop;
  LoopMeter loop_meter;
  DaemonParts parts;
  Notify notify;
  Signals signals;
  void (*ready) (void *user, const char *url); /* (nullable) */
  void *ready_user;

  uv_work_t repair_work; /* of the folders, while the rest starts */
  uv_timer_t repair_timer;
  bool is_repairing;
  bool is_settled; /* it is known of each job whether it runs */

  uv_timer_t complete_timer; /* tries to write server.json again after a start on a full disk */
  uv_work_t complete_work;
  bool is_completing;

  uv_timer_t stop_timer; /* checks whether the last answer is out, and the deadline */
  uint64_t stop_deadline;
  bool is_service_stopped;

  int n_closing; /* of the timers, signals and the meter */
  int exit_code;
} Daemon;

static bool
is_in (const Daemon *self, DaemonPhase phase)
{
  return self->machine.state == phase;
}

static void
move (Daemon *self, DaemonPhase phase)
{
  vestim_machine_move (&self->machine, phase, NULL);
}

/* ---- Stopping ---- */

static void
on_service_stopped (void *user)
{
  Daemon *self = user;

  self->is_service_stopped = true;
  api_end_waits (self->parts.api, false);
}

/* Nothing is left to wait for: jobs have ended or are left running, and no answer is in progress.
 */
static bool
is_done (const Daemon *self)
{
  const HttpServer *http = self->parts.http;

  if (!self->is_service_stopped || self->is_repairing || self->is_completing)
    return false;
  return http == NULL || http_server_is_idle (http) || uv_now (&self->loop) >= self->stop_deadline;
}

static void
on_stop_timer (uv_timer_t *timer)
{
  Daemon *self = timer->data;

  if (!self->is_service_stopped && uv_now (&self->loop) >= self->stop_deadline)
    service_stop (self->parts.service, true, NULL, NULL);
  if (is_done (self))
    uv_stop (&self->loop);
}

static void
stop (void *user, bool keep_jobs)
{
  Daemon *self = user;

  if (!is_in (self, DAEMON_STARTING) && !is_in (self, DAEMON_SERVING))
    return;
  move (self, DAEMON_STOPPING);
  log_info (MODULE, "stopping keep_jobs=%s", keep_jobs ? "true" : "false");
  notify_send (&self->notify, "STOPPING=1");
  self->stop_deadline = uv_now (&self->loop) + STOP_LIMIT_MS;
  uv_timer_start (&self->stop_timer, on_stop_timer, 0, STOP_POLL_MS);
  if (self->parts.http != NULL)
    http_server_drain (self->parts.http);
  api_end_waits (self->parts.api, !keep_jobs);
  service_stop (self->parts.service, keep_jobs, on_service_stopped, self);
}

static void
on_signal (void *user, SignalsEvent event, int signal)
{
  Daemon *self = user;

  if (event != SIGNALS_STOP_NOW)
    stop (self, event == SIGNALS_STOP_KEEP_JOBS);
  else if (is_in (self, DAEMON_STOPPING))
    {
      log_info (MODULE, "stopping at once signal=%d", signal);
      self->stop_deadline = uv_now (&self->loop);
      service_stop (self->parts.service, true, NULL, NULL);
    }
}

/* ---- Starting ---- */

static void
on_complete (uv_work_t *work)
{
  Daemon *self = work->data;

  daemon_parts_complete_files (&self->parts);
}

static void
on_completed (uv_work_t *work, int status)
{
  Daemon *self = work->data;

  self->is_completing = false;
}

static void
on_complete_timer (uv_timer_t *timer)
{
  Daemon *self = timer->data;

  if (self->is_completing || !is_in (self, DAEMON_SERVING))
    return;
  if (daemon_parts_has_files (&self->parts))
    uv_timer_stop (timer);
  else
    self->is_completing =
        uv_queue_work (&self->loop, &self->complete_work, on_complete, on_completed) == 0;
}

static void
serve (Daemon *self)
{
  DaemonParts *parts = &self->parts;

  self->exit_code = daemon_parts_serve (parts);
  if (self->exit_code != EXIT_OK)
    {
      stop (self, true);
      return;
    }
  move (self, DAEMON_SERVING);
  uv_timer_start (&self->complete_timer, on_complete_timer, 0, COMPLETE_MS);
  notify_send (&self->notify, "READY=1");
  log_info (MODULE, "serving url=%s pid=%d version=%s data_dir=\"%s\" jobs=%zu max_running=%d",
            parts->url, (int) getpid (), VESTIM_VERSION, parts->config->paths->home,
            service_total (parts->service), service_get_settings (parts->service)->max_running);
  if (self->ready != NULL)
    self->ready (self->ready_user, parts->url);
}

/* A start with few folders waits until they are repaired, so that what the first client sees is in
 * order; a start with very many does not. */
static void
serve_when_ready (Daemon *self)
{
  bool is_waiting_for_repair =
      self->is_repairing && uv_is_active ((const uv_handle_t *) &self->repair_timer);

  if (is_in (self, DAEMON_STARTING) && self->is_settled && !is_waiting_for_repair)
    serve (self);
}

static void
on_repair (uv_work_t *work)
{
  Daemon *self = work->data;

  if (registry_repair_folders (self->parts.registry, self->parts.config->paths->orphans) != 0)
    log_error (MODULE, "folders could not be repaired, the next start tries again");
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

/* Until the daemon has stopped. */
static void
run (Daemon *self)
{
  self->repair_work.data = self;
  self->is_repairing = true;
  uv_queue_work (&self->loop, &self->repair_work, on_repair, on_repaired);
  uv_timer_start (&self->repair_timer, on_repair_grace_over, REPAIR_GRACE_MS, 0);
  service_start (self->parts.service, on_settled, self);
  uv_run (&self->loop, UV_RUN_DEFAULT);
}

/* ---- Opening and closing ---- */

static int
open_handles (Daemon *self)
{
  int r = uv_loop_init (&self->loop);

  if (r < 0)
    {
      fprintf (stderr, "vestimd: cannot start: %s.\n", uv_strerror (r));
      return EXIT_REFUSED;
    }
  loop_meter_open (&self->loop_meter, &self->loop);
  resources_start_pool (&self->loop);
  uv_timer_init (&self->loop, &self->repair_timer);
  uv_timer_init (&self->loop, &self->stop_timer);
  uv_timer_init (&self->loop, &self->complete_timer);
  self->repair_timer.data = self;
  self->stop_timer.data = self;
  self->complete_timer.data = self;
  self->complete_work.data = self;
  signals_open (&self->signals, &self->loop, self->parts.config->daemonize, on_signal, self);
  notify_open (&self->notify);
  return EXIT_OK;
}

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

static void
close_handles (Daemon *self)
{
  self->n_closing = 5;
  uv_close ((uv_handle_t *) &self->repair_timer, on_timer_closed);
  uv_close ((uv_handle_t *) &self->stop_timer, on_timer_closed);
  uv_close ((uv_handle_t *) &self->complete_timer, on_timer_closed);
  signals_close (&self->signals, on_part_closed);
  loop_meter_close (&self->loop_meter, on_part_closed, self);
  while (self->n_closing > 0 && uv_run (&self->loop, UV_RUN_ONCE) != 0)
    ;
}

int
daemon_run (const DaemonConfig *config, int passed_socket, const char *created,
            void (*ready) (void *user, const char *url), void *user)
{
  Daemon self = { .ready = ready, .ready_user = user };

  self.parts = (DaemonParts){ .config = config,
                              .loop = &self.loop,
                              .passed_socket = passed_socket,
                              .request_stop = stop,
                              .user = &self,
                              .loop_meter = &self.loop_meter,
                              .pidfile = PIDFILE_INIT };
  vestim_machine_init (&self.machine, &machine_type, DAEMON_STARTING);
  self.exit_code = daemon_parts_check (&self.parts);
  log_start_threads ();
  datadir_log_creation (config->paths->home, created);
  if (self.exit_code == EXIT_OK)
    self.exit_code = open_handles (&self);
  if (self.exit_code != EXIT_OK)
    {
      log_stop_threads ();
      return self.exit_code;
    }

  self.exit_code = daemon_parts_open (&self.parts);
  if (self.exit_code == EXIT_OK)
    run (&self);
  move (&self, DAEMON_CLOSING);
  uv_timer_stop (&self.stop_timer);
  daemon_parts_close (&self.parts);
  close_handles (&self);
  notify_close (&self.notify);
  daemon_parts_release (&self.parts);
  if (uv_loop_close (&self.loop) != 0)
    log_error (MODULE, "the loop has ended with open handles");
  if (self.exit_code == EXIT_OK)
    log_info (MODULE, "stopped");
  log_stop_threads ();
  return self.exit_code;
}
