/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/json/vestim-json.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/control-http.h"
#include "daemon/vestimd/doctor/doctor.h"
#include "daemon/vestimd/server-file.h"
#include "daemon/vestimd/sys/pidfile.h"
#include "daemon/vestimd/sys/token.h"

#define DEADLINE_MS 3000
#define RETRY_MS 50

/* What is known about a running daemon. */
typedef struct
{
  pid_t pid;
  pid_t own_pid;   /* as the daemon itself sees it: another one if it runs in a container */
  ServerFile file; /* all NULL until it serves */
  char *body;      /* its answer, JSON; NULL: it did not answer, and `why` says more */
  char *why;
  bool is_starting; /* by its PID file, as the next */
  bool is_hidden;
} Finding;

static void
finding_clear (Finding *finding)
{
  server_file_clear (&finding->file);
  g_clear_pointer (&finding->body, g_free);
  g_clear_pointer (&finding->why, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Finding, finding_clear)

static void
set_why (Finding *finding, char *why)
{
  g_free (finding->why);
  finding->why = why;
}

/* Whether the process that holds the PID file gave this answer. */
static bool
is_its_answer (const Finding *finding, const char *body)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (body, strlen (body), NULL);
  int64_t pid = 0;

  return doc != NULL
         && vestim_json_get_int64 (vestim_json_member (vestim_json_root (doc), "pid"), &pid)
         && pid == finding->own_pid;
}

static bool
is_disk_full (const DaemonConfig *config)
{
  struct statvfs info;

  return statvfs (config->paths->home, &info) == 0 && info.f_bavail == 0;
}

/* `(transfer full)` why the daemon's address is not known; `r` is the error of reading server.json,
 * 0 when the file is another process's. */
static char *
describe_silence (const DaemonConfig *config, const Finding *finding, int r)
{
  const char *path = config->paths->server_json;

  if (is_disk_full (config))
    return g_strdup_printf ("the disk is full, so %s, which contains its address, is not written. "
                            "Free some space; until then the daemon's log has the address",
                            path);
  if (finding->is_starting)
    return g_strdup ("it is still starting");
  return g_strdup_printf (
      "%s, which contains its address, %s. If this does not change, restart the daemon: it then "
      "writes the file again (vestimd --stop --keep-jobs lets the jobs continue)",
      path,
      r == -ENOENT ? "is missing"
      : r < 0      ? "cannot be read"
                   : "belongs to another process");
}

/* Asks once. False when asking again may help. */
static bool
ask (const DaemonConfig *config, Finding *finding, gint64 deadline)
{
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;
  g_autofree char *body = NULL;
  int status = 0;
  int r;

  server_file_clear (&finding->file);
  r = server_file_read (config->paths->server_json, &finding->file);
  if (r == 0 && finding->is_hidden)
    finding->pid = finding->own_pid = finding->file.pid;
  if (r < 0 || finding->file.pid != finding->own_pid)
    {
      set_why (finding, describe_silence (config, finding, r));
      return false;
    }
  if (config->action == DAEMON_ACTION_DOCTOR)
    token_peek (config->paths->token, &token, &message);
  else
    token_read (config->paths->token, &token, &message);
  r = control_http_get (finding->file.url, "/server/status", token, deadline, &status, &body);
  if (r == 0 && status == 200 && is_its_answer (finding, body))
    {
      finding->body = g_steal_pointer (&body);
      return true;
    }
  if (r < 0)
    set_why (finding, g_strdup_printf ("%s: %s", finding->file.url, g_strerror (-r)));
  else if (status == 200)
    set_why (finding, g_strdup_printf ("another process answers at %s", finding->file.url));
  else
    set_why (finding,
             g_strdup_printf ("%s answers with code %d%s%s", finding->file.url, status,
                              message != NULL ? "; " : "", message != NULL ? message : ""));
  return r == 0 && status != 503;
}

/* A daemon that is starting or stopping is asked again until the deadline. False when it is gone.
 */
static bool
ask_until_deadline (const DaemonConfig *config, PidfileReport *report, Finding *finding)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_MS * 1000;

  for (;;)
    {
      finding->pid = report->pid;
      finding->own_pid = process_inner_pid (report->pid);
      finding->is_starting = report->state == PIDFILE_STARTING;
      finding->is_hidden = report->state == PIDFILE_HIDDEN;
      if (ask (config, finding, deadline) || g_get_monotonic_time () + RETRY_MS * 1000 >= deadline)
        return true;
      g_usleep (RETRY_MS * 1000);
      pidfile_probe (config->paths->pid_file, report);
      if (!pidfile_is_held (report))
        return false;
    }
}

/* `(transfer full)` a member's JSON text, or `otherwise`. */
static char *
dup_raw (const VestimJsonNode *root, const char *name, const char *otherwise)
{
  const VestimJsonNode *node = vestim_json_member (root, name);
  size_t length = 0;
  const char *raw = node != NULL ? vestim_json_raw (node, &length) : NULL;

  return raw != NULL ? g_strndup (raw, length) : g_strdup (otherwise);
}

static void
print_json_answer (const Finding *finding)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (finding->body, strlen (finding->body), NULL);
  const VestimJsonNode *root = vestim_json_root (doc);
  g_autofree char *version = dup_raw (root, "version", "null");
  g_autofree char *started_at = dup_raw (root, "started_at", "null");
  g_autofree char *uptime = dup_raw (root, "uptime_s", "null");
  g_autofree char *jobs = dup_raw (root, "jobs", "{}");
  g_autoptr (GString) url = g_string_new (NULL);

  vestim_json_append_string (url, finding->file.url);
  printf ("{\"running\": true, \"pid\": %d, \"url\": %s, \"version\": %s, \"started_at\": %s, "
          "\"uptime_s\": %s, \"jobs\": %s}\n",
          (int) finding->pid, url->str, version, started_at, uptime, jobs);
}

static void
print_json_silence (const Finding *finding)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "{\"running\": true, \"pid\": %d, \"url\": ", (int) finding->pid);
  vestim_json_append_string (text, finding->file.url);
  g_string_append (text, ", \"version\": ");
  vestim_json_append_string (text, finding->file.version);
  g_string_append (text, ", \"started_at\": ");
  vestim_json_append_string (text, finding->file.started_at);
  g_string_append (text, ", \"error\": ");
  vestim_json_append_string (text, finding->why);
  printf ("%s}\n", text->str);
}

static void
print_jobs (const VestimJsonNode *jobs)
{
  bool has_any = false;

  printf ("jobs:");
  for (const VestimJsonNode *node = vestim_json_first (jobs); node != NULL;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      int64_t count = 0;

      if (!vestim_json_get_int64 (node, &count) || count == 0)
        continue;
      printf ("%s %" G_GINT64_FORMAT " %s", has_any ? "," : "", count, name);
      has_any = true;
    }
  printf ("%s\n", has_any ? "" : " none");
}

/* `(transfer full)` "2 days 3 h", "3 h 12 min", "12 min 5 s", "5 s". */
static char *
dup_duration (int64_t seconds)
{
  if (seconds >= 86400)
    return g_strdup_printf ("%d days %d h", (int) (seconds / 86400),
                            (int) (seconds % 86400 / 3600));
  if (seconds >= 3600)
    return g_strdup_printf ("%d h %d min", (int) (seconds / 3600), (int) (seconds % 3600 / 60));
  if (seconds >= 60)
    return g_strdup_printf ("%d min %d s", (int) (seconds / 60), (int) (seconds % 60));
  return g_strdup_printf ("%d s", (int) seconds);
}

static void
print_text_answer (const Finding *finding)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (finding->body, strlen (finding->body), NULL);
  const VestimJsonNode *root = vestim_json_root (doc);
  g_autofree char *duration = NULL;
  double uptime = 0;
  int64_t max_running = 0;

  vestim_json_get_double (vestim_json_member (root, "uptime_s"), &uptime);
  vestim_json_get_int64 (vestim_json_member (root, "max_running"), &max_running);
  duration = dup_duration ((int64_t) CLAMP (uptime, 0, 1e12));
  printf ("vestimd %s is running: PID %d, %s\n", finding->file.version, (int) finding->pid,
          finding->file.url);
  printf ("since %s (%s), at most %d %s at once\n", finding->file.started_at, duration,
          (int) max_running, max_running == 1 ? "job" : "jobs");
  print_jobs (vestim_json_member (root, "jobs"));
}

static int
report_not_running (const DaemonConfig *config)
{
  if (config->json)
    printf ("{\"running\": false}\n");
  else
    printf ("vestimd is not running (data directory %s)\n", config->paths->home);
  return EXIT_NOT_RUNNING;
}

static int
report_running (const DaemonConfig *config, const Finding *finding)
{
  if (finding->body == NULL)
    {
      if (config->json)
        print_json_silence (finding);
      if (finding->is_hidden)
        fprintf (stderr,
                 "vestimd: a process that cannot be seen from here, such as a vestimd in another "
                 "container, uses the data directory %s, but does not answer: %s\n",
                 config->paths->home, finding->why);
      else
        fprintf (stderr, "vestimd: PID %d is running but does not answer: %s\n", (int) finding->pid,
                 finding->why);
      return EXIT_NO_ANSWER;
    }
  if (config->json)
    print_json_answer (finding);
  else
    print_text_answer (finding);
  return EXIT_OK;
}

int
control_status (const DaemonConfig *config)
{
  g_auto (Finding) finding = { .pid = 0 };
  PidfileReport report;

  pidfile_probe (config->paths->pid_file, &report);
  if (pidfile_is_held (&report) && ask_until_deadline (config, &report, &finding))
    return report_running (config, &finding);
  control_clean_up (config, &report);
  return report.state == PIDFILE_UNKNOWN ? EXIT_REFUSED : report_not_running (config);
}

int
control_doctor (const DaemonConfig *config)
{
  g_auto (Finding) finding = { .pid = 0 };
  PidfileReport report;
  bool is_running;
  int n_problems;
  DoctorSubject subject = {
    .paths = config->paths,
    .version = VESTIM_VERSION,
    .settings_fault = config->settings_fault,
    .host = config->host,
    .port = config->port,
    .port_named = config->port_named,
  };

  pidfile_probe (config->paths->pid_file, &report);
  is_running = pidfile_is_held (&report) && ask_until_deadline (config, &report, &finding);
  if (is_running)
    {
      subject.daemon = finding.pid;
      subject.url = finding.file.url;
      subject.running = finding.file.version;
      subject.status = finding.body;
      subject.silence = finding.body == NULL ? finding.why : NULL;
    }
  else if (report.state == PIDFILE_FOREIGN || report.state == PIDFILE_REFUSED
           || report.state == PIDFILE_UNKNOWN)
    subject.pid_fault = report.text;
  registry_examine (config->paths->registry, subject.daemon > 0, &subject.registry);
  n_problems = doctor_run (&subject, config->json);
  g_free (subject.registry.message);
  return n_problems > 0 ? EXIT_REFUSED : EXIT_OK;
}
