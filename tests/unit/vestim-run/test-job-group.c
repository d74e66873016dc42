/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/job-group.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "daemon/posix/cgroup.h"
#include "tests/support/scratch.h"

#define JOB "job_a"
#define ATTEMPT 2

/* ---- Folders instead of groups ---- */

/* `(transfer full)` the folder that stands for the group of this process, with the kernel's files.
 */
static char *
prepare (const char *parent, const char *const *files)
{
  g_autofree char *name = job_group_dup_name (JOB, ATTEMPT, getpid ());
  char *group = scratch_path (parent, name);

  g_assert_cmpint (mkdir (group, 0700), ==, 0);
  for (; *files != NULL; files++)
    {
      g_autofree char *path = scratch_path (group, *files);

      scratch_write (path, "");
    }
  return group;
}

static void
assert_file (const char *group, const char *file, const char *expected)
{
  g_autofree char *path = scratch_path (group, file);
  g_autofree char *text = scratch_read (path);

  g_assert_cmpstr (text, ==, expected);
}

static JobGroupSpec
spec_in (const char *parent, int64_t memory_max, int cpus)
{
  return (JobGroupSpec){ parent, JOB, ATTEMPT, memory_max, cpus };
}

static void
test_limits_are_written_before_the_program_starts (void)
{
  static const char *const files[] = { "memory.max", "memory.swap.max", "memory.oom.group",
                                       "cpu.max", NULL };
  g_autoptr (ScratchPath) parent = scratch_new ();
  g_autofree char *path = prepare (parent, files);
  JobGroupSpec spec = spec_in (parent, INT64_C (8) << 30, 3);
  JobGroup group;

  g_assert_cmpint (job_group_open (&group, &spec), ==, 0);
  g_assert_cmpstr (group.path, ==, path);
  assert_file (path, "memory.max", "8589934592");
  assert_file (path, "memory.swap.max", "0");
  assert_file (path, "memory.oom.group", "1");
  assert_file (path, "cpu.max", "300000 100000");
}

/* The kernel chooses a victim then, as it does without VEstim. */
static void
test_without_limits_nothing_is_written (void)
{
  static const char *const files[] = { "memory.max", "memory.oom.group", "cpu.max", NULL };
  g_autoptr (ScratchPath) parent = scratch_new ();
  g_autofree char *path = prepare (parent, files);
  JobGroupSpec spec = spec_in (parent, 0, 0);
  JobGroup group;

  g_assert_cmpint (job_group_open (&group, &spec), ==, 0);
  assert_file (path, "memory.max", "");
  assert_file (path, "memory.oom.group", "");
  assert_file (path, "cpu.max", "");
}

/* A job that asked for a limit must not run without it. */
static void
test_a_limit_that_cannot_be_set_is_an_error (void)
{
  static const char *const files[] = { "cpu.max", NULL };
  g_autoptr (ScratchPath) parent = scratch_new ();
  g_autofree char *path = prepare (parent, files);
  JobGroupSpec with_memory = spec_in (parent, 1 << 20, 1), nowhere = spec_in (NULL, 0, 1);
  JobGroup group;

  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (job_group_open (&group, &with_memory), ==, -ENOTSUP);
  g_assert_false (job_group_exists (&group));
  g_assert_cmpint (job_group_open (&group, &nowhere), ==, -ENOTSUP);
  g_assert_false (job_group_exists (&group));
}

static void
test_a_group_that_is_in_use_is_not_taken (void)
{
  static const char *const files[] = { "cgroup.events", NULL };
  g_autoptr (ScratchPath) parent = scratch_new ();
  g_autofree char *path = prepare (parent, files);
  g_autofree char *events = scratch_path (path, "cgroup.events");
  JobGroupSpec spec = spec_in (parent, 0, 0);
  JobGroup group;

  scratch_write (events, "populated 1\nfrozen 0\n");
  g_assert_cmpint (job_group_open (&group, &spec), ==, -EEXIST);
  g_assert_false (job_group_exists (&group));
}

static void
test_a_successor_finds_the_group_by_its_name (void)
{
  static const char *const files[] = { "cgroup.procs", NULL };
  g_autoptr (ScratchPath) parent = scratch_new ();
  g_autofree char *path = prepare (parent, files);
  g_autofree char *name = job_group_dup_name (JOB, ATTEMPT, getpid ());
  g_autofree char *other = job_group_dup_name (JOB, ATTEMPT + 1, getpid ());
  JobGroup group;

  job_group_find (&group, parent, name);
  g_assert_cmpstr (group.path, ==, path);
  job_group_find (&group, parent, other);
  g_assert_false (job_group_exists (&group));
  job_group_find (&group, NULL, name);
  g_assert_false (job_group_exists (&group));
}

/* ---- The kernel ---- */

/* False, and the test is skipped, where this process may make no groups. */
static bool
open_real (JobGroup *group)
{
  char own[PATH_MAX];
  JobGroupSpec spec = spec_in (own, 0, 0);

  if (cgroup_find_own (own, sizeof own) == 0 && job_group_open (group, &spec) == 0)
    return true;
  g_test_skip ("this process may make no control groups of version 2");
  return false;
}

/* A child in the group, which has a child that left its session. */
static pid_t
start_child (const JobGroup *group)
{
  g_autofree char *procs = scratch_path (group->path, "cgroup.procs");
  int entrance = open (procs, O_WRONLY);
  pid_t pid = fork ();

  if (pid == 0)
    {
      if (write (entrance, "0", 1) == 1 && fork () == 0)
        setsid ();
      for (;;)
        pause ();
    }
  close (entrance);
  while (!cgroup_is_populated (group->path))
    g_usleep (1000);
  return pid;
}

static void
test_the_end_kills_all_and_removes_the_group (void)
{
  JobGroup group;
  int status = 0;
  pid_t pid;

  if (!open_real (&group))
    return;
  g_autofree char *path = g_strdup (group.path);
  pid = start_child (&group);
  job_group_end (&group);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  g_assert_false (scratch_exists (path));
  g_assert_false (job_group_exists (&group));
}

static void
await_frozen (const JobGroup *group, int value)
{
  while (cgroup_read_value (group->path, "cgroup.events", "frozen") != value)
    g_usleep (1000);
}

static void
test_a_group_freezes_and_thaws (void)
{
  JobGroup group;
  pid_t pid;

  if (!open_real (&group))
    return;
  pid = start_child (&group);
  g_assert_cmpint (cgroup_freeze (group.path, true), ==, 0);
  await_frozen (&group, 1);
  job_group_thaw (&group);
  await_frozen (&group, 0);
  /* A frozen group can be ended as well. */
  cgroup_freeze (group.path, true);
  job_group_end (&group);
  waitpid (pid, NULL, 0);
}

static void
test_a_group_with_a_process_is_not_removed (void)
{
  JobGroup group;
  pid_t pid;

  if (!open_real (&group))
    return;
  JobGroup kept = group;
  pid = start_child (&group);
  job_group_close (&group);
  g_assert_true (scratch_exists (kept.path));
  job_group_end (&kept);
  waitpid (pid, NULL, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-group/limits-are-written-before-the-program-starts",
                   test_limits_are_written_before_the_program_starts);
  g_test_add_func ("/job-group/without-limits-nothing-is-written",
                   test_without_limits_nothing_is_written);
  g_test_add_func ("/job-group/a-limit-that-cannot-be-set-is-an-error",
                   test_a_limit_that_cannot_be_set_is_an_error);
  g_test_add_func ("/job-group/a-group-that-is-in-use-is-not-taken",
                   test_a_group_that_is_in_use_is_not_taken);
  g_test_add_func ("/job-group/a-successor-finds-the-group-by-its-name",
                   test_a_successor_finds_the_group_by_its_name);
  g_test_add_func ("/job-group/the-end-kills-all-and-removes-the-group",
                   test_the_end_kills_all_and_removes_the_group);
  g_test_add_func ("/job-group/a-group-freezes-and-thaws", test_a_group_freezes_and_thaws);
  g_test_add_func ("/job-group/a-group-with-a-process-is-not-removed",
                   test_a_group_with_a_process_is_not_removed);
  return g_test_run ();
}
