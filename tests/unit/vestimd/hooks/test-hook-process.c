/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/hooks/hook-process.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_ENOUGH_MS 2000 /* for a shell to write its line, also on a busy machine */

typedef struct
{
  char *folder;
  char *program;
  HookProcess process;
  HookResult result;
} Fixture;

static void
set_up (Fixture *fixture, const void *script)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);
  static char *environment[] = { (char *) "PATH=/usr/bin:/bin", (char *) "WORD=from outside",
                                 NULL };

  fixture->folder = g_dir_make_tmp ("vestim-hook-XXXXXX", NULL);
  fixture->program = g_build_filename (fixture->folder, "hook", NULL);
  g_assert_true (g_file_set_contents (fixture->program, text, -1, NULL));
  g_assert_cmpint (chmod (fixture->program, 0700), ==, 0);
  fixture->process = (HookProcess){ .program = fixture->program,
                                    .environment = environment,
                                    .folder = fixture->folder,
                                    .input = "{\"a\":1}\n",
                                    .input_length = 8,
                                    .limit_ms = 60000,
                                    .grace_ms = 60000,
                                    .cancel_fd = -1,
                                    .cancel_grace_ms = 60000 };
  fixture->result.output = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, const void *data)
{
  unlink (fixture->program);
  rmdir (fixture->folder);
  g_free (fixture->program);
  g_free (fixture->folder);
  g_string_free (fixture->result.output, TRUE);
}

static void
run (Fixture *fixture)
{
  hook_process_run (&fixture->process, &fixture->result);
}

static bool
is_alive (pid_t pid)
{
  return kill (pid, 0) == 0;
}

static void
test_it_gets_the_job_and_nothing_of_the_daemon (Fixture *fixture, const void *data)
{
  g_autofree char *expected = g_strdup_printf ("{\"a\":1}\nfrom outside\n%s\n", fixture->folder);

  run (fixture);
  g_assert_cmpint (fixture->result.error, ==, 0);
  g_assert_true (WIFEXITED (fixture->result.status) && WEXITSTATUS (fixture->result.status) == 7);
  g_assert_true (g_str_has_prefix (fixture->result.output->str, expected));
  /* A session of its own, and no descriptor besides the three and that of `ls` itself. */
  g_assert_true (g_str_has_suffix (fixture->result.output->str, "0\n1\n2\n3\nleader\n"));
  g_assert_false (fixture->result.is_late || fixture->result.is_cancelled);
}

static void
test_much_output_is_cut_and_does_not_block (Fixture *fixture, const void *data)
{
  run (fixture);
  g_assert_cmpint (fixture->result.status, ==, 0);
  g_assert_cmpuint (fixture->result.output->len, ==, HOOK_MAX_OUTPUT);
  g_assert_cmpuint (fixture->result.n_dropped, ==, 10000000 - HOOK_MAX_OUTPUT);
}

static void
test_a_program_that_cannot_start_is_an_error (Fixture *fixture, const void *data)
{
  g_assert_cmpint (unlink (fixture->program), ==, 0);
  run (fixture);
  g_assert_cmpint (fixture->result.error, ==, ENOENT);
}

/* It ignores SIGTERM, and so does the process that it has started. */
static void
test_the_whole_group_ends_at_the_limit (Fixture *fixture, const void *data)
{
  pid_t child;

  fixture->process.limit_ms = LONG_ENOUGH_MS;
  fixture->process.grace_ms = 50;
  run (fixture);
  g_assert_true (fixture->result.is_late);
  g_assert_true (WIFSIGNALED (fixture->result.status)
                 && WTERMSIG (fixture->result.status) == SIGKILL);
  child = (pid_t) g_ascii_strtoll (fixture->result.output->str, NULL, 10);
  g_assert_cmpint (child, >, 0);
  for (int i = 0; i < 1000 && is_alive (child); i++)
    g_usleep (10 * 1000);
  g_assert_false (is_alive (child));
}

/* A process that the hook leaves keeps its output open. */
static void
test_a_process_that_is_left_has_the_same_limit (Fixture *fixture, const void *data)
{
  fixture->process.limit_ms = LONG_ENOUGH_MS;
  run (fixture);
  g_assert_true (fixture->result.is_late);
  g_assert_cmpint (fixture->result.status, ==, 0);
  g_assert_cmpstr (fixture->result.output->str, ==, "left\n");
}

static void
test_a_cancelled_hook_ends_at_once (Fixture *fixture, const void *data)
{
  fixture->process.cancel_fd = eventfd (1, EFD_CLOEXEC);
  run (fixture);
  g_assert_true (fixture->result.is_cancelled);
  g_assert_false (fixture->result.is_late);
  g_assert_true (WIFSIGNALED (fixture->result.status)
                 && WTERMSIG (fixture->result.status) == SIGTERM);
  close (fixture->process.cancel_fd);
}

/* A hook that is done counts as done, whatever happens to it then. */
static void
test_a_hook_that_closes_its_output_is_waited_for (Fixture *fixture, const void *data)
{
  run (fixture);
  g_assert_true (WIFEXITED (fixture->result.status) && WEXITSTATUS (fixture->result.status) == 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name, script) \
  g_test_add ("/hook-process/" path, Fixture, script, set_up, test_##name, tear_down)
  ADD ("input", it_gets_the_job_and_nothing_of_the_daemon,
       "cat; echo \"$WORD\"; pwd; ls /proc/self/fd; "
       "[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ] && echo leader; exit 7");
  ADD ("output", much_output_is_cut_and_does_not_block, "head -c 10000000 /dev/zero");
  ADD ("missing", a_program_that_cannot_start_is_an_error, "");
  ADD ("limit", the_whole_group_ends_at_the_limit,
       "trap '' TERM; sleep 600 & echo $!; while true; do sleep 600; done");
  ADD ("left", a_process_that_is_left_has_the_same_limit, "sleep 600 & echo left");
  ADD ("cancel", a_cancelled_hook_ends_at_once, "exec sleep 600");
  ADD ("closed-output", a_hook_that_closes_its_output_is_waited_for,
       "exec >/dev/null 2>&1; sleep 0.1; exit 3");
  return g_test_run ();
}
