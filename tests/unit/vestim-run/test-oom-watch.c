/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/oom-watch.h"

#include <signal.h>
#include <unistd.h>

#include "tests/support/scratch.h"

/* Statuses of waitpid(). */
#define KILLED SIGKILL
#define EXIT(code) ((code) << 8)

static const JobGroup no_group = { .path = "" };

/* Writes into the file, which may be open, as the kernel does. */
static void
count (const char *group, int kills)
{
  g_autofree char *path = scratch_path (group, "memory.events");
  FILE *file = fopen (path, "w");

  g_assert_nonnull (file);
  fprintf (file, "max 9\noom 9\noom_kill %d\n", kills);
  fclose (file);
}

static OomWatch
open_shared (const char *group, int kills)
{
  OomWatch watch;

  count (group, kills);
  oom_watch_open (&watch, &no_group, group);
  return watch;
}

static void
test_a_rise_explains_a_kill (void)
{
  static const int statuses[] = { KILLED, EXIT (137) };

  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (ScratchPath) group = scratch_new ();
      OomWatch watch = open_shared (group, 5);

      count (group, 6);
      g_assert_true (oom_watch_explains (&watch, statuses[i]));
      oom_watch_close (&watch);
    }
}

/* The user may have killed it, or it failed for another reason. */
static void
test_a_kill_without_a_rise_is_not_explained (void)
{
  g_autoptr (ScratchPath) group = scratch_new ();
  OomWatch watch = open_shared (group, 5);

  g_assert_false (oom_watch_explains (&watch, KILLED));
  oom_watch_close (&watch);
}

static void
test_a_rise_explains_no_other_end (void)
{
  static const int statuses[] = { EXIT (0), EXIT (1), SIGTERM, SIGSEGV };
  g_autoptr (ScratchPath) group = scratch_new ();
  OomWatch watch = open_shared (group, 0);

  count (group, 1);
  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    g_assert_false (oom_watch_explains (&watch, statuses[i]));
  oom_watch_close (&watch);
}

/* The last process may have left it, and the shim is in another one. */
static void
test_a_group_that_is_gone_is_watched_no_more (void)
{
  g_autoptr (ScratchPath) group = scratch_new ();
  g_autofree char *path = scratch_path (group, "memory.events");
  OomWatch watch = open_shared (group, 5);

  g_assert_true (oom_watch_look (&watch));
  g_assert_cmpint (truncate (path, 0), ==, 0); /* the kernel reports ENODEV */
  g_assert_false (oom_watch_look (&watch));
  g_assert_false (oom_watch_explains (&watch, KILLED));
  oom_watch_close (&watch);
}

/* Another job in the group was meant. */
static void
test_an_old_rise_explains_nothing (void)
{
  g_autoptr (ScratchPath) group = scratch_new ();
  OomWatch watch = open_shared (group, 0);

  count (group, 1);
  oom_watch_look (&watch);
  watch.risen_at -= 3001;
  g_assert_false (oom_watch_explains (&watch, KILLED));
  oom_watch_close (&watch);
}

/* Its own group counts nobody else, so a failure of any kind has this reason: a build whose
 * compiler was killed ends with an exit code. */
static void
test_the_own_group_explains_each_failure (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  JobGroup group;
  OomWatch watch;

  g_strlcpy (group.path, folder, sizeof group.path);
  count (folder, 0);
  oom_watch_open (&watch, &group, NULL);
  g_assert_false (oom_watch_explains (&watch, KILLED));
  count (folder, 1);
  g_assert_true (oom_watch_explains (&watch, EXIT (2)));
  g_assert_true (oom_watch_explains (&watch, KILLED));
  g_assert_false (oom_watch_explains (&watch, EXIT (0)));
  oom_watch_close (&watch);
}

static void
test_without_a_counter_nothing_is_explained (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  OomWatch watch;

  oom_watch_open (&watch, &no_group, NULL);
  g_assert_cmpint (watch.fd, ==, -1);
  g_assert_false (oom_watch_explains (&watch, KILLED));
  oom_watch_open (&watch, &no_group, folder);
  g_assert_cmpint (watch.fd, ==, -1);
  g_assert_false (oom_watch_explains (&watch, KILLED));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oom-watch/a-rise-explains-a-kill", test_a_rise_explains_a_kill);
  g_test_add_func ("/oom-watch/a-kill-without-a-rise-is-not-explained",
                   test_a_kill_without_a_rise_is_not_explained);
  g_test_add_func ("/oom-watch/a-rise-explains-no-other-end", test_a_rise_explains_no_other_end);
  g_test_add_func ("/oom-watch/a-group-that-is-gone-is-watched-no-more",
                   test_a_group_that_is_gone_is_watched_no_more);
  g_test_add_func ("/oom-watch/an-old-rise-explains-nothing", test_an_old_rise_explains_nothing);
  g_test_add_func ("/oom-watch/the-own-group-explains-each-failure",
                   test_the_own_group_explains_each_failure);
  g_test_add_func ("/oom-watch/without-a-counter-nothing-is-explained",
                   test_without_a_counter_nothing_is_explained);
  return g_test_run ();
}
