/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/control-groups.h"

#include <errno.h>
#include <string.h>

#include "daemon/posix/cgroup.h"
#include "tests/support/scratch.h"

/* Folders instead of groups, with the rules of the kernel that matter here. A line of cgroup.procs
 * is the name of a process; only "vestimd" moves. */

static void
put (const char *group, const char *file, const char *text)
{
  g_autofree char *path = scratch_path (group, file);

  scratch_write (path, text);
}

static char *
get (const char *group, const char *file)
{
  g_autofree char *path = scratch_path (group, file);

  return scratch_read (path);
}

static int
fake_make (const char *group)
{
  g_autofree char *parent = g_path_get_dirname (group);
  g_autofree char *locked = scratch_path (parent, "locked");

  if (scratch_exists (locked))
    {
      errno = EACCES;
      return -1;
    }
  if (mkdir (group, 0700) != 0)
    return -1;
  put (group, "cgroup.procs", "");
  put (group, "cgroup.freeze", "0\n");
  if (cgroup_lists (parent, "cgroup.subtree_control", "memory"))
    put (group, "memory.max", "max\n");
  if (cgroup_lists (parent, "cgroup.subtree_control", "cpu"))
    put (group, "cpu.max", "max\n");
  return 0;
}

static void
fake_move (const char *from, const char *to)
{
  g_autofree char *procs = get (from, "cgroup.procs");

  if (strstr (procs, "vestimd") == NULL)
    return;
  put (to, "cgroup.procs", "vestimd\n");
  put (from, "cgroup.procs", strstr (procs, "shell") != NULL ? "shell\n" : "");
}

/* The file appears in all children. */
static void
add_to_children (const char *group, const char *file)
{
  g_autoptr (GDir) folder = g_dir_open (group, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = scratch_path (group, name);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        put (child, file, "max\n");
    }
}

static int
fake_enable (const char *group, const char *controller)
{
  g_autofree char *procs = get (group, "cgroup.procs");
  g_autofree char *enabled = get (group, "cgroup.subtree_control");
  g_autofree char *all = g_strdup_printf ("%s %s", enabled, controller);
  g_autofree char *file = g_strconcat (controller, ".max", NULL);

  if (procs[0] != '\0')
    return -EBUSY;
  put (group, "cgroup.subtree_control", all);
  add_to_children (group, file);
  return 0;
}

static const ControlGroupsCalls fake = { fake_make, fake_move, fake_enable };

/* `(transfer full)` a group below `folder`. */
static char *
new_group (const char *folder, const char *name, const char *procs, const char *controllers)
{
  char *group = scratch_path (folder, name);

  g_assert_cmpint (mkdir (group, 0700), ==, 0);
  put (group, "cgroup.type", "domain\n");
  put (group, "cgroup.procs", procs);
  put (group, "cgroup.controllers", controllers);
  put (group, "cgroup.subtree_control", "");
  return group;
}

static void
assert_limits (const ControlGroups *groups, bool memory, bool cpus)
{
  g_assert_cmpint (groups->can_limit_memory, ==, memory);
  g_assert_cmpint (groups->can_limit_cpus, ==, cpus);
  g_assert_cmpint (groups->lack == NULL, ==, memory && cpus);
}

#define assert_has(text, part) g_assert_nonnull (strstr (text, part))

static void
test_without_version_2_there_are_none (void)
{
  ControlGroups groups;

  control_groups_open_at (&groups, NULL, &fake);
  assert_limits (&groups, false, false);
  g_assert_null (groups.parent);
  assert_has (groups.lack, "not mounted");
  control_groups_clear (&groups);
}

static void
test_a_group_that_is_not_delegated_is_left_alone (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "a.scope", "vestimd\n", "cpu memory");
  ControlGroups groups;

  put (own, "locked", "");
  control_groups_open_at (&groups, own, &fake);
  assert_limits (&groups, false, false);
  g_assert_false (groups.can_freeze);
  g_assert_null (groups.parent);
  assert_has (groups.lack, "not delegated");
  assert_has (groups.lack, "Delegate=");
  control_groups_clear (&groups);
}

/* A group with controllers for others may not have processes. */
static void
test_the_daemon_moves_into_a_leaf (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "a.scope", "vestimd\n", "cpu memory pids");
  g_autofree char *leaf = scratch_path (own, "supervisor");
  g_autofree char *procs = NULL;
  ControlGroups groups;

  control_groups_open_at (&groups, own, &fake);
  assert_limits (&groups, true, true);
  g_assert_true (groups.can_freeze);
  g_assert_cmpstr (groups.parent, ==, own);
  procs = get (leaf, "cgroup.procs");
  g_assert_cmpstr (procs, ==, "vestimd\n");
  control_groups_clear (&groups);
}

/* systemd puts it there, by DelegateSubgroup=; or an earlier start did. */
static void
test_a_daemon_in_the_leaf_uses_the_group_above (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *base = new_group (folder, "vestimd.service", "", "cpu memory");
  g_autofree char *own = new_group (base, "supervisor", "vestimd\n", "");
  ControlGroups groups;

  control_groups_open_at (&groups, own, &fake);
  assert_limits (&groups, true, true);
  g_assert_cmpstr (groups.parent, ==, base);
  control_groups_clear (&groups);
}

static void
test_a_leaf_of_somebody_else_is_used_itself (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *base = new_group (folder, "other", "", "cpu memory");
  g_autofree char *own = new_group (base, "supervisor", "vestimd\n", "cpu memory");
  ControlGroups groups;

  put (base, "locked", "");
  control_groups_open_at (&groups, own, &fake);
  assert_limits (&groups, true, true);
  g_assert_cmpstr (groups.parent, ==, own);
  control_groups_clear (&groups);
}

static void
test_other_processes_in_the_group_prevent_limits (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "a.scope", "shell\nvestimd\n", "cpu memory");
  g_autofree char *procs = NULL;
  ControlGroups groups;

  control_groups_open_at (&groups, own, &fake);
  assert_limits (&groups, false, false);
  g_assert_true (groups.can_freeze);
  assert_has (groups.lack, "other processes");
  procs = get (own, "cgroup.procs");
  assert_has (procs, "vestimd");
  control_groups_clear (&groups);
}

/* It could not be started again while controllers are enabled there. */
static void
test_a_service_of_an_older_systemd_has_no_limits (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "vestimd.service", "vestimd\n", "cpu memory");
  g_autofree char *enabled = NULL;
  ControlGroups groups;

  control_groups_open_at (&groups, own, &fake);
  assert_limits (&groups, false, false);
  assert_has (groups.lack, "254");
  enabled = get (own, "cgroup.subtree_control");
  g_assert_cmpstr (enabled, ==, "");
  control_groups_clear (&groups);
}

static void
test_the_root_may_have_processes (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "root", "vestimd\n", "cpu memory");
  g_autofree char *type = scratch_path (own, "cgroup.type");
  g_autofree char *leaf = scratch_path (own, "supervisor");
  ControlGroups groups;

  g_assert_cmpint (unlink (type), ==, 0);
  control_groups_open_at (&groups, own, &fake);
  g_assert_false (scratch_exists (leaf));
  control_groups_clear (&groups);
}

static void
test_missing_controllers_are_named (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *one = new_group (folder, "one", "vestimd\n", "memory pids");
  g_autofree char *none = new_group (folder, "none", "vestimd\n", "");
  ControlGroups groups;

  control_groups_open_at (&groups, one, &fake);
  assert_limits (&groups, true, false);
  assert_has (groups.lack, "no controller for cpu:");
  control_groups_clear (&groups);
  control_groups_open_at (&groups, none, &fake);
  assert_limits (&groups, false, false);
  g_assert_true (groups.can_freeze);
  g_assert_cmpstr (groups.parent, ==, none);
  assert_has (groups.lack, "cpu and memory");
  control_groups_clear (&groups);
}

static void
test_controllers_that_are_enabled_stay (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "a.scope", "vestimd\n", "cpu memory");
  g_autofree char *leaf = scratch_path (own, "supervisor");
  g_autofree char *enabled = NULL;
  ControlGroups groups;

  control_groups_open_at (&groups, own, &fake);
  control_groups_clear (&groups);
  control_groups_open_at (&groups, leaf, &fake);
  g_assert_cmpstr (groups.parent, ==, own);
  enabled = get (own, "cgroup.subtree_control");
  g_assert_cmpstr (enabled, ==, " cpu memory");
  control_groups_clear (&groups);
}

/* Those of running attempts are not empty: the kernel does not remove them. */
static void
test_empty_groups_of_ended_shims_are_removed (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *own = new_group (folder, "a.scope", "vestimd\n", "");
  g_autofree char *ended = scratch_path (own, "vestim-job_a-1-2147483646");
  g_autofree char *running = g_strdup_printf ("%s/vestim-job_a-1-%d", own, (int) getpid ());
  g_autofree char *foreign = scratch_path (own, "other-1-2147483646");
  ControlGroups groups;

  mkdir (ended, 0700);
  mkdir (running, 0700);
  mkdir (foreign, 0700);
  control_groups_open_at (&groups, own, &fake);
  g_assert_false (scratch_exists (ended));
  g_assert_true (scratch_exists (running));
  g_assert_true (scratch_exists (foreign));
  control_groups_clear (&groups);
}

static void
test_the_nearest_group_that_counts_kills_is_found (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *above = new_group (folder, "app.slice", "", "");
  g_autofree char *own = new_group (above, "a.scope", "vestimd\n", "");
  ControlGroups groups;

  control_groups_open_at (&groups, own, &fake);
  g_assert_null (groups.oom_group);
  control_groups_clear (&groups);
  put (above, "memory.events", "oom_kill 0\n");
  control_groups_open_at (&groups, own, &fake);
  g_assert_cmpstr (groups.oom_group, ==, above);
  control_groups_clear (&groups);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control-groups/without-version-2-there-are-none",
                   test_without_version_2_there_are_none);
  g_test_add_func ("/control-groups/a-group-that-is-not-delegated-is-left-alone",
                   test_a_group_that_is_not_delegated_is_left_alone);
  g_test_add_func ("/control-groups/the-daemon-moves-into-a-leaf",
                   test_the_daemon_moves_into_a_leaf);
  g_test_add_func ("/control-groups/a-daemon-in-the-leaf-uses-the-group-above",
                   test_a_daemon_in_the_leaf_uses_the_group_above);
  g_test_add_func ("/control-groups/a-leaf-of-somebody-else-is-used-itself",
                   test_a_leaf_of_somebody_else_is_used_itself);
  g_test_add_func ("/control-groups/other-processes-in-the-group-prevent-limits",
                   test_other_processes_in_the_group_prevent_limits);
  g_test_add_func ("/control-groups/a-service-of-an-older-systemd-has-no-limits",
                   test_a_service_of_an_older_systemd_has_no_limits);
  g_test_add_func ("/control-groups/the-root-may-have-processes", test_the_root_may_have_processes);
  g_test_add_func ("/control-groups/missing-controllers-are-named",
                   test_missing_controllers_are_named);
  g_test_add_func ("/control-groups/controllers-that-are-enabled-stay",
                   test_controllers_that_are_enabled_stay);
  g_test_add_func ("/control-groups/empty-groups-of-ended-shims-are-removed",
                   test_empty_groups_of_ended_shims_are_removed);
  g_test_add_func ("/control-groups/the-nearest-group-that-counts-kills-is-found",
                   test_the_nearest_group_that_counts_kills_is_found);
  return g_test_run ();
}
