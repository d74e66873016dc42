/* SPDX-License-Identifier: MIT */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/doctor/checks.h"
#include "daemon/vestimd/doctor/judge.h"

#define CGROUPS "/sys/fs/cgroup"

static const char *const system_folders[] = { "/etc/systemd/user", "/usr/local/lib/systemd/user",
                                              "/usr/lib/systemd/user", NULL };

/* The links that enable the unit or its socket. */
static const char *const wants[] = { "default.target.wants/vestimd.service",
                                     "sockets.target.wants/vestimd.socket", NULL };

static bool
has_systemd (void)
{
  return access ("/run/systemd/system", F_OK) == 0;
}

static bool
is_in (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return access (path, F_OK) == 0;
}

/* `(transfer full)` the user's own folder of units. */
static char *
dup_own_folder (void)
{
  const char *config = g_getenv ("XDG_CONFIG_HOME");
  const char *home = vestim_paths_user_home ();

  if (config != NULL && g_path_is_absolute (config))
    return g_build_filename (config, "systemd/user", NULL);
  return g_build_filename (home != NULL ? home : "/", ".config/systemd/user", NULL);
}

static bool
is_anywhere (const char *name)
{
  g_autofree char *own = dup_own_folder ();
  bool is_found = is_in (own, name);

  for (size_t i = 0; !is_found && system_folders[i] != NULL; i++)
    is_found = is_in (system_folders[i], name);
  return is_found;
}

static bool
is_enabled (void)
{
  return is_anywhere (wants[0]) || is_anywhere (wants[1]);
}

void
check_login (const DoctorSubject *subject, Finding *finding)
{
  if (!has_systemd ())
    finding_set (finding, FINDING_OK,
                 "there is no systemd; the dashboard's Start at Login makes an autostart entry");
  else if (is_enabled ())
    finding_set (finding, FINDING_OK, "the user unit is enabled");
  else if (is_anywhere ("vestimd.service"))
    finding_set (finding, FINDING_OK,
                 "off; systemctl --user enable --now vestimd starts the daemon at login");
  else
    finding_set (finding, FINDING_OK, "off, and the user unit is not installed");
}

/* `(transfer full)` the cgroup of version 2 of the daemon or of this process, "" without one. */
static char *
dup_cgroup (pid_t pid)
{
  g_autofree char *path =
      pid > 0 ? g_strdup_printf ("/proc/%d/cgroup", (int) pid) : g_strdup ("/proc/self/cgroup");
  g_autofree char *text = NULL;
  const char *line;

  if (fd_read_file (path, 65536, &text, NULL) < 0)
    return g_strdup ("");
  line = g_str_has_prefix (text, "0::") ? text : strstr (text, "\n0::");
  if (line == NULL)
    return g_strdup ("");
  line = strchr (line, '/');
  return line != NULL ? g_strndup (line, strcspn (line, "\n")) : g_strdup ("");
}

void
check_lingering (const DoctorSubject *subject, Finding *finding)
{
  const struct passwd *user = getpwuid (geteuid ());
  g_autofree char *name = g_strdup (user != NULL ? user->pw_name : "");
  g_autofree char *cgroup = dup_cgroup (subject->daemon);
  LoginFacts facts = {
    .has_systemd = has_systemd (),
    .cgroup = cgroup,
    .is_enabled = is_enabled (),
    .is_lingering = name[0] != '\0' && is_in ("/var/lib/systemd/linger", name),
    .user = name,
  };

  judge_lingering (finding, &facts);
}

void
check_limits (const DoctorSubject *subject, Finding *finding)
{
  judge_limits (finding, subject->status);
}

/* For limits of memory and processor time, which the user can set in the unit. */
void
check_cgroup (const DoctorSubject *subject, Finding *finding)
{
  g_autofree char *cgroup = dup_cgroup (subject->daemon);
  g_autofree char *folder = g_build_filename (CGROUPS, cgroup, NULL);
  g_autofree char *list = g_build_filename (folder, "cgroup.controllers", NULL);
  g_autofree char *procs = g_build_filename (folder, "cgroup.procs", NULL);
  g_autofree char *text = NULL;

  if (cgroup[0] == '\0' || fd_read_file (list, 4096, &text, NULL) < 0)
    finding_set (finding, FINDING_OK, "version 2 is not mounted; the daemon does not need it");
  else
    finding_set (finding, FINDING_OK, "%s, %s, controllers: %s", cgroup,
                 access (procs, W_OK) == 0 ? "delegated" : "not delegated",
                 g_strstrip (text)[0] != '\0' ? text : "none");
}
