/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "daemon/posix/cgroup.h"
#include "tests/support/scratch.h"

#define MOUNTS \
  "22 1 0:20 / /proc rw - proc proc rw\n" \
  "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"

static void
assert_found (const char *cgroup, const char *mountinfo, const char *expected)
{
  char path[PATH_MAX];

  g_assert_cmpint (cgroup_find (cgroup, mountinfo, path, sizeof path), ==, 0);
  g_assert_cmpstr (path, ==, expected);
}

static void
assert_not_found (const char *cgroup, const char *mountinfo)
{
  char path[PATH_MAX];

  g_assert_cmpint (cgroup_find (cgroup, mountinfo, path, sizeof path), ==, -ENOENT);
}

static void
test_the_own_group_is_below_the_mount (void)
{
  assert_found ("0::/user.slice/a.service\n", MOUNTS, "/sys/fs/cgroup/user.slice/a.service");
  assert_found ("0::/\n", MOUNTS, "/sys/fs/cgroup");
}

/* A hybrid hierarchy lists those of version 1 first, and mounts version 2 elsewhere. */
static void
test_version_1_is_passed_over (void)
{
  assert_found ("4:memory:/x\n1:name=systemd:/y\n0::/z\n",
                "25 24 0:22 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                "26 24 0:23 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
                "/sys/fs/cgroup/unified/z");
  assert_not_found ("4:memory:/x\n", MOUNTS);
  assert_not_found ("0::/z\n", "25 24 0:22 / /sys/fs/cgroup rw - cgroup cgroup rw,memory\n");
}

/* A container may show a part of the tree only. */
static void
test_a_mount_of_a_part_counts_if_the_group_is_in_it (void)
{
  const char *part = "30 22 0:26 /box/one /sys/fs/cgroup rw - cgroup2 cgroup rw\n";

  assert_found ("0::/box/one/job\n", part, "/sys/fs/cgroup/job");
  assert_found ("0::/box/one\n", part, "/sys/fs/cgroup");
  assert_not_found ("0::/box/one2\n", part);
  assert_not_found ("0::/box\n", part);
  assert_not_found ("0::/../other\n", MOUNTS);
}

static void
test_a_mount_point_may_have_blanks (void)
{
  assert_found ("0::/a\n", "30 22 0:26 / /mnt/my\\040groups rw - cgroup2 cgroup2 rw\n",
                "/mnt/my groups/a");
}

static void
test_damaged_texts_find_nothing (void)
{
  assert_not_found ("", MOUNTS);
  assert_not_found ("0::", MOUNTS);
  assert_not_found ("0::/a\n", "");
  assert_not_found ("0::/a\n", "30 22 - cgroup2 x\n");
  assert_not_found ("0::/a\n", "30\n - cgroup2 ");
}

static void
test_values_are_read_by_their_whole_name (void)
{
  g_autoptr (ScratchPath) group = scratch_new ();
  g_autofree char *file = scratch_path (group, "memory.events");

  scratch_write (file, "low 1\noom 2\noom_kill 3\noom_group_kill 4\nmax x\n");
  g_assert_cmpint (cgroup_read_value (group, "memory.events", "oom_kill"), ==, 3);
  g_assert_cmpint (cgroup_read_value (group, "memory.events", "oom"), ==, 2);
  g_assert_cmpint (cgroup_read_value (group, "memory.events", "kill"), ==, -1);
  g_assert_cmpint (cgroup_read_value (group, "memory.events", "max"), ==, -1);
  g_assert_cmpint (cgroup_read_value (group, "missing", "oom"), ==, -1);
}

static void
test_a_list_has_whole_words (void)
{
  g_autoptr (ScratchPath) group = scratch_new ();
  g_autofree char *file = scratch_path (group, "cgroup.controllers");

  scratch_write (file, "cpuset cpu memory\n");
  g_assert_true (cgroup_lists (group, "cgroup.controllers", "cpu"));
  g_assert_true (cgroup_lists (group, "cgroup.controllers", "memory"));
  g_assert_false (cgroup_lists (group, "cgroup.controllers", "set"));
  g_assert_false (cgroup_lists (group, "cgroup.controllers", "io"));
  g_assert_false (cgroup_lists (group, "missing", "cpu"));
}

/* A file that the kernel does not offer must not appear. */
static void
test_a_missing_file_is_not_made (void)
{
  g_autoptr (ScratchPath) group = scratch_new ();
  g_autofree char *file = scratch_path (group, "cgroup.kill");

  g_assert_cmpint (cgroup_kill (group), ==, -ENOENT);
  g_assert_false (scratch_exists (file));
}

static void
test_a_group_is_removed_with_those_below_it (void)
{
  g_autoptr (ScratchPath) parent = scratch_new ();
  g_autofree char *group = scratch_path (parent, "group");
  g_autofree char *deep = scratch_path (group, "a/b");

  g_assert_cmpint (g_mkdir_with_parents (deep, 0700), ==, 0);
  g_assert_cmpint (cgroup_remove (group), ==, 0);
  g_assert_false (scratch_exists (group));
  g_assert_cmpint (cgroup_remove (group), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cgroup/the-own-group-is-below-the-mount",
                   test_the_own_group_is_below_the_mount);
  g_test_add_func ("/cgroup/version-1-is-passed-over", test_version_1_is_passed_over);
  g_test_add_func ("/cgroup/a-mount-of-a-part-counts-if-the-group-is-in-it",
                   test_a_mount_of_a_part_counts_if_the_group_is_in_it);
  g_test_add_func ("/cgroup/a-mount-point-may-have-blanks", test_a_mount_point_may_have_blanks);
  g_test_add_func ("/cgroup/damaged-texts-find-nothing", test_damaged_texts_find_nothing);
  g_test_add_func ("/cgroup/values-are-read-by-their-whole-name",
                   test_values_are_read_by_their_whole_name);
  g_test_add_func ("/cgroup/a-list-has-whole-words", test_a_list_has_whole_words);
  g_test_add_func ("/cgroup/a-missing-file-is-not-made", test_a_missing_file_is_not_made);
  g_test_add_func ("/cgroup/a-group-is-removed-with-those-below-it",
                   test_a_group_is_removed_with_those_below_it);
  return g_test_run ();
}
