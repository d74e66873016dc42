/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/control.h"

#include <errno.h>
#include <stdio.h>

#include "daemon/vestimd/jobs/registry/registry-file.h"

static int
refuse (int code, const char *message)
{
  fprintf (stderr, "vestimd: %s\n", message);
  return code;
}

int
control_backup (const DaemonConfig *config)
{
  g_autofree char *message = NULL;
  int64_t n_jobs = 0;

  if (registry_file_backup (config->paths->registry, config->file, &n_jobs, &message) != 0)
    return refuse (EXIT_REFUSED, message);
  printf ("%s has the registry with %" G_GINT64_FORMAT " %s. The job folders are not in it: copy "
          "%s as well if you need them.\n",
          config->file, n_jobs, n_jobs == 1 ? "job" : "jobs", config->paths->jobs);
  return EXIT_OK;
}

static int
restore (const DaemonConfig *config)
{
  g_autofree char *message = NULL;
  g_autofree char *kept = NULL;
  int64_t n_jobs = 0;

  if (registry_file_restore (config->paths->registry, config->file, &n_jobs, &kept, &message) != 0)
    return refuse (EXIT_REFUSED, message);
  printf ("%s now has %" G_GINT64_FORMAT " %s of %s.\n", config->paths->registry, n_jobs,
          n_jobs == 1 ? "job" : "jobs", config->file);
  if (kept != NULL)
    printf ("The old registry is kept: %s\n", kept);
  printf ("The next start moves job folders that this registry does not know to %s.\n",
          config->paths->orphans);
  return EXIT_OK;
}

/* The lock of the PID file keeps daemons out meanwhile. */
int
control_restore (const DaemonConfig *config)
{
  Pidfile pidfile = PIDFILE_INIT;
  PidfileReport report;
  int r = pidfile_take (&pidfile, config->paths->pid_file, &report);
  int code;

  if (r == -EBUSY)
    {
      g_autofree char *message = g_strdup_printf (
          "%s. Stop it first: vestimd --stop --data-dir '%s'", report.text, config->paths->home);

      return refuse (EXIT_TAKEN, message);
    }
  if (r < 0)
    return refuse (EXIT_REFUSED, report.text);
  code = restore (config);
  pidfile_release (&pidfile);
  return code;
}
