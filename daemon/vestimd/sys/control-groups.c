/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/control-groups.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/cgroup.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/process-identity.h"

/* With controllers enabled for its children, a group must not have processes ("no internal
 * processes" rule). So the daemon lives in a leaf beside the groups of the attempts:
 *
 *   …/vestimd.service/              delegated; controllers are enabled here
 *     supervisor/                   vestimd, and the vestim-run of all attempts
 *     vestim-<job_id>-<n>-<pid>/    the processes of an attempt
 *
 * The unit's DelegateSubgroup= names the leaf, so that systemd starts the daemon in it. systemd
 * before version 254 does not know that. It starts a daemon in the group of the service itself,
 * which fails while controllers are enabled there, and jobs that outlive the daemon keep them so.
 * There, and where other processes are in the group, the daemon asks systemd for a scope, and makes
 * the groups in that one. */

#define MODULE "cgroup"
#define LEAF "supervisor"
#define MAX_PROCS (1 << 20)
#define PROBE CGROUP_ATTEMPT_PREFIX "probe-"

/* A group that is being examined. */
typedef struct
{
  const ControlGroupsCalls *calls;
  const char *own;  /* of this process */
  const char *base; /* the candidate for `parent` */
  bool is_busy;     /* it has other processes, so that it cannot have controllers for others */
  bool is_service;  /* of an older systemd, see above */
} Look;

/* ---- The kernel ---- */

static int
make_group (const char *group)
{
  return mkdir (group, 0755);
}

static void
move_processes (const char *from, const char *to, bool only_daemons)
{
  g_autofree char *path = g_build_filename (from, "cgroup.procs", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) pids = NULL;

  if (fd_read_file (path, MAX_PROCS, &text, NULL) < 0)
    return;
  pids = g_strsplit (text, "\n", -1);
  for (int i = 0; pids[i] != NULL; i++)
    if (pids[i][0] != '\0' && (!only_daemons || process_is_vestimd ((pid_t) atoi (pids[i]))))
      cgroup_write (to, "cgroup.procs", pids[i]);
}

/* All of vestimd that are there: this process, the first one of --daemonize, which waits for it,
 * and PID 1 of a container, which stays behind as its init (init.h). */
static void
move_daemons (const char *from, const char *to)
{
  move_processes (from, to, true);
}

static int
enable_controller (const char *group, const char *controller)
{
  g_autofree char *change = g_strconcat ("+", controller, NULL);

  return cgroup_write (group, "cgroup.subtree_control", change);
}

static const ControlGroupsCalls real_calls = { make_group, move_daemons, enable_controller };

/* ---- Leftovers ---- */

/* The PID of the shim in the name of an attempt's group; 0 for any other name. */
static pid_t
shim_of (const char *name)
{
  const char *pid = strrchr (name, '-');

  return g_str_has_prefix (name, CGROUP_ATTEMPT_PREFIX) ? (pid_t) atoi (pid + 1) : 0;
}

/* A group with processes is that of a running attempt, perhaps of an earlier daemon. A shim that
 * lives may have just made its group. */
static void
remove_leftovers (const char *base)
{
  DIR *folder = opendir (base);
  struct dirent *entry;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    {
      pid_t shim = entry->d_type == DT_DIR ? shim_of (entry->d_name) : 0;
      g_autofree char *group = g_build_filename (base, entry->d_name, NULL);

      if (shim > 0 && kill (shim, 0) != 0 && errno == ESRCH)
        cgroup_remove (group);
    }
  if (folder != NULL)
    closedir (folder);
}

/* ---- Controllers ---- */

static bool
has_processes (const char *group)
{
  g_autofree char *path = g_build_filename (group, "cgroup.procs", NULL);
  g_autofree char *text = NULL;

  return fd_read_file (path, MAX_PROCS, &text, NULL) == 0 && text[0] != '\0';
}

static bool
is_enabled (const Look *look, const char *controller)
{
  return cgroup_lists (look->base, "cgroup.subtree_control", controller)
         || !cgroup_lists (look->base, "cgroup.controllers", controller);
}

/* Moves the processes of vestimd out of the way, and back if that was no use. With others in it, a
 * group must not even get the controller for CPUs: its children could have no processes then. */
static void
make_way (Look *look)
{
  g_autofree char *leaf = g_build_filename (look->base, LEAF, NULL);

  if (look->calls->make (leaf) != 0 && errno != EEXIST)
    return;
  look->calls->move (look->base, leaf);
  if (!has_processes (look->base))
    return;
  look->calls->move (leaf, look->base);
  cgroup_remove (leaf);
}

static void
enable (const Look *look, const char *controller)
{
  if (!is_enabled (look, controller))
    look->calls->enable (look->base, controller);
}

static void
enable_controllers (Look *look)
{
  bool is_root = !cgroup_has (look->base, "cgroup.type"); /* the rule does not apply to it */

  look->is_service =
      strcmp (look->own, look->base) == 0 && g_str_has_suffix (look->base, ".service");
  if ((is_enabled (look, "cpu") && is_enabled (look, "memory")) || look->is_service)
    return;
  if (!is_root && has_processes (look->base))
    make_way (look);
  look->is_busy = !is_root && has_processes (look->base);
  if (look->is_busy)
    return;
  enable (look, "cpu");
  enable (look, "memory");
}

/* 0, or -errno when no group can be made there. */
static int
examine (ControlGroups *groups, Look *look)
{
  g_autofree char *name = g_strdup_printf (PROBE "%d", (int) getpid ());
  g_autofree char *probe = g_build_filename (look->base, name, NULL);

  if (look->calls->make (probe) != 0 && errno != EEXIST)
    return -errno;
  enable_controllers (look);
  groups->parent = g_strdup (look->base);
  groups->can_limit_memory = cgroup_has (probe, "memory.max");
  groups->can_limit_cpus = cgroup_has (probe, "cpu.max");
  groups->can_freeze = cgroup_has (probe, "cgroup.freeze");
  cgroup_remove (probe);
  return 0;
}

/* ---- What is lacking ---- */

static char *
describe_controllers (const ControlGroups *groups, const Look *look)
{
  const char *missing = groups->can_limit_memory ? "cpu"
                        : groups->can_limit_cpus ? "memory"
                                                 : "cpu and memory";

  if (look->is_busy)
    return g_strdup_printf ("other processes are in the control group %s: " CONTROL_GROUPS_ADVICE,
                            look->base);
  if (look->is_service)
    return g_strdup_printf ("before version 254, systemd could not start the daemon again while "
                            "the control group %s has controllers for others: update systemd, or "
                            "start the daemon with " CONTROL_GROUPS_COMMAND,
                            look->base);
  return g_strdup_printf ("the control group %s has no controller for %s: let systemd delegate it "
                          "(Delegate=cpu memory pids in drop-ins of vestimd.service and "
                          "user@.service), or mount control groups of version 2 alone",
                          look->base, missing);
}

/* `(transfer full, nullable)` */
static char *
find_oom_group (const char *group)
{
  g_autofree char *at = g_strdup (group);

  while (cgroup_has (at, "cgroup.procs"))
    {
      char *above = g_path_get_dirname (at);

      if (cgroup_has (at, "memory.events"))
        {
          g_free (above);
          return g_steal_pointer (&at);
        }
      g_free (at);
      at = above;
    }
  return NULL;
}

void
control_groups_open_at (ControlGroups *groups, const char *own, const ControlGroupsCalls *calls)
{
  g_autofree char *above =
      own != NULL && g_str_has_suffix (own, "/" LEAF) ? g_path_get_dirname (own) : NULL;
  Look look = { .calls = calls, .own = own, .base = above != NULL ? above : own };
  int r;

  *groups = (ControlGroups){ 0 };
  if (own == NULL)
    {
      groups->lack = g_strdup ("control groups of version 2 are not mounted: mount them at "
                               "/sys/fs/cgroup, for example by a boot with "
                               "systemd.unified_cgroup_hierarchy=1");
      return;
    }
  r = examine (groups, &look);
  if (r < 0 && above != NULL)
    {
      look.base = own;
      r = examine (groups, &look);
    }
  groups->oom_group = find_oom_group (look.base);
  if (r < 0)
    groups->lack = g_strdup_printf (
        "the control group %s is not delegated to the daemon (%s): " CONTROL_GROUPS_ADVICE, own,
        g_strerror (-r));
  else if (!groups->can_limit_memory || !groups->can_limit_cpus)
    groups->lack = describe_controllers (groups, &look);
  if (r == 0)
    remove_leftovers (look.base);
}

/* ---- A scope of systemd ---- */

static void
move_all (const char *from, const char *to)
{
  move_processes (from, to, false);
}

static const ControlGroupsCalls scope_calls = { make_group, move_all, enable_controller };

/* Whether a process that starts here can enter it: a session of logind does not let its processes
 * go. */
static bool
can_enter (const char *group)
{
  g_autofree char *path = g_build_filename (group, LEAF, "cgroup.procs", NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC), status = -1;
  pid_t pid = fd >= 0 ? vfork () : -1;

  if (pid == 0)
    _exit (write (fd, "0", 1) == 1 ? 0 : 1);
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  fd_clear (&fd);
  return status == 0;
}

/* Replaces `groups` if the scope can do more. */
static void
try_scope (ControlGroups *groups)
{
  ControlGroups found = { 0 };
  SystemdScope scope;
  g_autofree char *cgroup = systemd_scope_open (&scope);
  g_autofree char *mountinfo = NULL;
  char path[PATH_MAX];

  if (cgroup == NULL)
    return;
  if (fd_read_file ("/proc/self/mountinfo", MAX_PROCS, &mountinfo, NULL) == 0
      && cgroup_find (cgroup, mountinfo, path, sizeof path) == 0)
    control_groups_open_at (&found, path, &scope_calls);
  if (found.can_limit_memory && found.can_limit_cpus && can_enter (path))
    {
      control_groups_clear (groups);
      *groups = found;
      groups->scope = scope;
      return;
    }
  control_groups_clear (&found);
  systemd_scope_close (&scope);
}

void
control_groups_open (ControlGroups *groups)
{
  char own[PATH_MAX];
  bool is_found = cgroup_find_own (own, sizeof own) == 0;

  control_groups_open_at (groups, is_found ? own : NULL, &real_calls);
  if (is_found && groups->lack != NULL)
    try_scope (groups);
  log_info (MODULE, "looked for control groups parent=\"%s\" memory=%s cpus=%s freezer=%s",
            groups->parent != NULL ? groups->parent : "none",
            groups->can_limit_memory ? "true" : "false", groups->can_limit_cpus ? "true" : "false",
            groups->can_freeze ? "true" : "false");
}

void
control_groups_clear (ControlGroups *groups)
{
  systemd_scope_close (&groups->scope);
  g_clear_pointer (&groups->parent, g_free);
  g_clear_pointer (&groups->lack, g_free);
  g_clear_pointer (&groups->oom_group, g_free);
}
