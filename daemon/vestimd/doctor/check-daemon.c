/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/timex.h>

#include "daemon/posix/clock.h"
#include "daemon/vestimd/doctor/ask-version.h"
#include "daemon/vestimd/doctor/checks.h"
#include "daemon/vestimd/doctor/judge.h"
#include "daemon/vestimd/http/listener.h"
#include "daemon/vestimd/sys/helpers.h"
#include "daemon/vestimd/sys/port-owner.h"
#include "daemon/vestimd/sys/process-identity.h"

void
check_registry (const DoctorSubject *subject, Finding *finding)
{
  const RegistryExamination *found = &subject->registry;

  switch (found->look)
    {
    case REGISTRY_LOOK_ABSENT:
      finding_set (finding, FINDING_OK, "does not exist yet; the first start creates it");
      break;
    case REGISTRY_LOOK_SOUND:
      finding_set (finding, FINDING_OK, "sound, %" G_GINT64_FORMAT " jobs", found->n_jobs);
      break;
    case REGISTRY_LOOK_UNFINISHED:
      finding_set (finding, FINDING_OK,
                   "not checked: the daemon did not stop normally, and the next start reads the "
                   "write-ahead log");
      break;
    case REGISTRY_LOOK_BUSY:
      finding_set (finding, FINDING_WARNING,
                   "another program has locked it, so changes wait: end that program");
      break;
    case REGISTRY_LOOK_BAD:
      finding_set (finding, FINDING_PROBLEM, "%s", found->message);
      break;
    }
}

void
check_daemon (const DoctorSubject *subject, Finding *finding)
{
  if (subject->pid_fault != NULL)
    finding_set (finding, FINDING_PROBLEM, "%s", subject->pid_fault);
  else if (subject->daemon == 0)
    finding_set (finding, FINDING_OK, "not running: vestimd --daemonize starts it");
  else if (subject->silence != NULL)
    finding_set (finding, FINDING_PROBLEM, "PID %d is running but does not answer: %s",
                 (int) subject->daemon, subject->silence);
  else if (process_is_replaced (subject->daemon)
           || g_strcmp0 (subject->running, subject->version) != 0)
    finding_set (
        finding, FINDING_WARNING,
        "PID %d still runs version %s from before an upgrade: restart it (systemctl --user "
        "restart vestimd, or vestimd --stop --keep-jobs and a start); running jobs go on",
        (int) subject->daemon, subject->running);
  else
    finding_set (finding, FINDING_OK, "PID %d, version %s, answers at %s", (int) subject->daemon,
                 subject->running, subject->url);
}

static void
judge_used_port (const DoctorSubject *subject, const char *address, Finding *finding)
{
  g_autofree char *owner = port_owner_describe (address, subject->port);

  finding_set (finding, subject->port_named ? FINDING_PROBLEM : FINDING_WARNING,
               "%d is used by %s: %s", subject->port, owner,
               subject->port_named
                   ? "end it, or choose another port (--port, VESTIM_PORT or vestimd.conf)"
                   : "the start will take a free port and write it to server.json");
}

/* Listens for a moment to see whether a start could use the port. */
void
check_port (const DoctorSubject *subject, Finding *finding)
{
  Listener listener;
  ListenerStatus status;
  char text[512];

  if (subject->daemon > 0 || subject->settings_fault != NULL)
    {
      finding_set (finding, FINDING_OK, "%s",
                   subject->daemon > 0 ? "the running daemon uses it"
                                       : "not checked: the settings are not valid");
      return;
    }
  status = listener_open (&listener, subject->host, subject->port);
  if (status == LISTENER_OK)
    {
      finding_set (finding, FINDING_OK, "%d is free", listener.port);
      listener_close (&listener);
    }
  else if (status == LISTENER_E_IN_USE)
    judge_used_port (subject, listener.address[0] != '\0' ? listener.address : subject->host,
                     finding);
  else
    {
      listener_describe (&listener, status, subject->host, subject->port, text, sizeof text);
      finding_set (finding, FINDING_PROBLEM, "%s", text);
    }
}

/* `(transfer full, nullable)` what is wrong with a helper program. */
static char *
dup_helper_fault (const char *name, const char *version)
{
  g_autofree char *path = helpers_find (name);
  g_autofree char *found = path != NULL ? ask_version (path) : NULL;

  if (path == NULL)
    return g_strdup_printf ("%s was not found: install all of VEstim, or set VESTIM_LIBEXEC to its "
                            "folder",
                            name);
  if (found == NULL)
    return g_strdup_printf ("%s does not run: install VEstim again", path);
  if (strcmp (found, version) != 0)
    return g_strdup_printf ("%s has version %s and vestimd %s: install both from one package", path,
                            found, version);
  return NULL;
}

void
check_helpers (const DoctorSubject *subject, Finding *finding)
{
  g_autofree char *shim = dup_helper_fault ("vestim-run", subject->version);
  g_autofree char *estimator = dup_helper_fault ("vestim-estimate", subject->version);

  if (shim != NULL)
    finding_set (finding, FINDING_PROBLEM, "%s", shim);
  else if (estimator != NULL)
    finding_set (finding, FINDING_WARNING, "%s; estimation jobs fail", estimator);
  else
    finding_set (finding, FINDING_OK, "vestim-run and vestim-estimate %s", subject->version);
}

void
check_clock (const DoctorSubject *subject, Finding *finding)
{
  struct timex state = { .modes = 0 };
  bool is_synchronised = adjtimex (&state) >= 0 && (state.status & STA_UNSYNC) == 0;

  judge_clock (finding, is_synchronised, clock_wall_ms (), subject->registry.newest_ms);
}
