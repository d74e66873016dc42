/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/foreign-process.h"

#define OTHER_USER 65534

/* Root makes a child of another user. Others cannot, and take PID 1. */
static pid_t
find_foreign (void)
{
  int ready[2];
  char byte;
  pid_t pid;

  if (geteuid () != 0)
    return 1;
  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      if (setuid (OTHER_USER) != 0 || write (ready[1], "+", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static void
test_a_process_of_another_user_is_named (void)
{
  const char *user = geteuid () == 0 ? "user 65534" : "root";
  ProcessList list = { 0 };
  Process own, foreign;
  char sentence[256] = "";
  pid_t pid = find_foreign ();
  uid_t owner;

  if (!process_get_owner (pid, &owner) || owner == geteuid ())
    {
      g_test_skip ("here is no process of another user");
      return;
    }
  g_assert_true (process_read (getpid (), &own));
  g_assert_true (process_read (pid, &foreign));
  process_list_add (&list, &own);
  g_assert_false (
      foreign_process_describe (&list, FOREIGN_END, "vestimd", sentence, sizeof sentence));
  g_assert_cmpstr (sentence, ==, "");
  process_list_add (&list, &foreign);
  g_assert_true (
      foreign_process_describe (&list, FOREIGN_END, "vestimd", sentence, sizeof sentence));
  if (pid != 1)
    {
      kill (pid, SIGKILL);
      waitpid (pid, NULL, 0);
    }
  process_list_clear (&list);
  {
    g_autofree char *begin = g_strdup_printf ("The job cannot be ended: process %d (", (int) pid);
    g_autofree char *end = g_strdup_printf (") belongs to %s, so vestimd may not end it. End it as "
                                            "that user; the job then ends, too.",
                                            user);

    g_assert_true (g_str_has_prefix (sentence, begin));
    g_assert_true (g_str_has_suffix (sentence, end));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foreign-process/a_process_of_another_user_is_named",
                   test_a_process_of_another_user_is_named);
  return g_test_run ();
}
