/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/vestimd/control.h"
#include "daemon/vestimd/server-file.h"
#include "daemon/vestimd/sys/pidfile.h"
#include "tests/support/scratch.h"

/* What the fake daemon answers to any request. */
typedef enum
{
  ANSWER_STATUS,
  ANSWER_STATUS_OF_ANOTHER,
  ANSWER_UNAUTHORIZED,
  ANSWER_NOTHING,
} Answer;

typedef struct
{
  char *folder;
  DaemonConfig config;
  pid_t daemon; /* 0: none */
  char *out;
  char *err;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->config = (DaemonConfig){ .paths = vestim_paths_new (f->folder), .timeout_s = 10 };
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  int status;

  if (f->daemon > 0)
    {
      kill (f->daemon, SIGKILL);
      g_assert_cmpint (waitpid (f->daemon, &status, 0), ==, f->daemon);
    }
  vestim_paths_free (f->config.paths);
  scratch_free (f->folder);
  g_free (f->out);
  g_free (f->err);
}

static int
listen_anywhere (int *port)
{
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof at;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (const struct sockaddr *) &at, sizeof at), ==, 0);
  g_assert_cmpint (listen (fd, 5), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &at, &length), ==, 0);
  *port = ntohs (at.sin_port);
  return fd;
}

static void
answer (int fd, Answer kind)
{
  char request[1024];
  g_autofree char *text = NULL;

  if (kind == ANSWER_NOTHING)
    pause ();
  if (read (fd, request, sizeof request) <= 0)
    return;
  if (kind == ANSWER_UNAUTHORIZED)
    text = g_strdup ("HTTP/1.1 401 Unauthorized\r\n\r\n{}");
  else
    text = g_strdup_printf ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                            "{\"pid\":%d,\"version\":\"9.8\",\"started_at\":\"then\","
                            "\"uptime_s\":3700.5,\"max_running\":2,\"jobs\":{\"queued\":0,"
                            "\"running\":2}}",
                            (int) getpid () + (kind == ANSWER_STATUS_OF_ANOTHER));
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
}

static _Noreturn void
act_as_daemon (const VestimPaths *paths, const char *name, Answer kind, int ready_fd)
{
  Pidfile file = PIDFILE_INIT;
  PidfileReport report;
  int port;
  int fd = listen_anywhere (&port);
  g_autofree char *url = server_file_url ("127.0.0.1", port);

  prctl (PR_SET_NAME, name);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  g_assert_cmpint (pidfile_take (&file, paths->pid_file, &report), ==, 0);
  g_assert_cmpint (server_file_write (paths->server_json, url, "9.8", 1795377012123), ==, 0);
  g_assert_cmpint (write (ready_fd, "1", 1), ==, 1);
  for (;;)
    {
      int client = accept (fd, NULL, NULL);

      answer (client, kind);
      close (client);
    }
}

static void
start_daemon (Fixture *f, const char *name, Answer kind)
{
  int ready[2];
  char byte;

  g_assert_cmpint (pipe2 (ready, O_CLOEXEC), ==, 0);
  f->daemon = fork ();
  if (f->daemon == 0)
    act_as_daemon (f->config.paths, name, kind, ready[1]);
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
}

/* How the fake daemon ended. */
static int
reap_daemon (Fixture *f)
{
  int status = 0;

  g_assert_cmpint (waitpid (f->daemon, &status, 0), ==, f->daemon);
  f->daemon = 0;
  return status;
}

/* In a process of its own, so that what it prints can be read. */
static int
run (Fixture *f, int (*action) (const DaemonConfig *config))
{
  g_autofree char *out = scratch_path (f->folder, "out");
  g_autofree char *err = scratch_path (f->folder, "err");
  int status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    {
      int code;

      g_assert_nonnull (freopen (out, "w", stdout));
      g_assert_nonnull (freopen (err, "w", stderr));
      code = action (&f->config);
      fflush (NULL);
      _exit (code);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_free (f->out);
  g_free (f->err);
  f->out = scratch_read (out);
  f->err = scratch_read (err);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* Scripts ask this before anything was started. */
static void
test_nothing_running_is_code_3 (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (run (f, control_status), ==, EXIT_NOT_RUNNING);
  g_assert_nonnull (strstr (f->out, "not running"));
  f->config.json = true;
  g_assert_cmpint (run (f, control_status), ==, EXIT_NOT_RUNNING);
  g_assert_cmpstr (f->out, ==, "{\"running\": false}\n");
  g_assert_cmpstr (f->err, ==, "");
  g_assert_cmpint (run (f, control_stop), ==, EXIT_OK);
}

static void
test_status_shows_what_the_daemon_answers (Fixture *f, gconstpointer data)
{
  start_daemon (f, "vestimd", ANSWER_STATUS);
  g_assert_cmpint (run (f, control_status), ==, EXIT_OK);
  g_assert_nonnull (strstr (f->out, "jobs: 2 running\n"));
  g_assert_nonnull (strstr (f->out, "(1 h 1 min)"));
  f->config.json = true;
  g_assert_cmpint (run (f, control_status), ==, EXIT_OK);
  g_assert_true (g_regex_match_simple (
      "^\\{\"running\": true, \"pid\": \\d+, \"url\": \"http://127.0.0.1:\\d+\", \"version\": "
      "\"9.8\", \"started_at\": \"then\", \"uptime_s\": 3700.5, \"jobs\": \\{.*\\}\\}\\n$",
      f->out, 0, 0));
}

/* A monitor must not hang with the daemon that it watches. */
static void
test_a_silent_daemon_is_code_4_in_time (Fixture *f, gconstpointer data)
{
  gint64 start = g_get_monotonic_time ();

  start_daemon (f, "vestimd", ANSWER_NOTHING);
  f->config.json = true;
  g_assert_cmpint (run (f, control_status), ==, EXIT_NO_ANSWER);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 8 * G_USEC_PER_SEC);
  g_assert_true (g_str_has_prefix (f->out, "{\"running\": true, \"pid\": "));
  g_assert_nonnull (strstr (f->err, "does not answer"));
}

static void
test_an_answer_that_is_no_status_is_code_4 (Fixture *f, gconstpointer data)
{
  start_daemon (f, "vestimd", ANSWER_UNAUTHORIZED);
  g_assert_cmpint (run (f, control_status), ==, EXIT_NO_ANSWER);
  g_assert_nonnull (strstr (f->err, "401"));
}

/* The port may have gone to another daemon. */
static void
test_an_answer_of_another_process_is_code_4 (Fixture *f, gconstpointer data)
{
  start_daemon (f, "vestimd", ANSWER_STATUS_OF_ANOTHER);
  g_assert_cmpint (run (f, control_status), ==, EXIT_NO_ANSWER);
  g_assert_nonnull (strstr (f->err, "another process"));
}

static void
test_what_a_killed_daemon_left_is_removed_and_said (Fixture *f, gconstpointer data)
{
  start_daemon (f, "vestimd", ANSWER_STATUS);
  kill (f->daemon, SIGKILL);
  reap_daemon (f);
  g_assert_cmpint (run (f, control_status), ==, EXIT_NOT_RUNNING);
  g_assert_nonnull (strstr (f->err, "stale"));
  g_assert_false (scratch_exists (f->config.paths->pid_file));
  g_assert_false (scratch_exists (f->config.paths->server_json));
}

static void
test_stop_ends_it_by_sigterm (Fixture *f, gconstpointer data)
{
  start_daemon (f, "vestimd", ANSWER_STATUS);
  g_assert_cmpint (run (f, control_stop), ==, EXIT_OK);
  g_assert_cmpint (WTERMSIG (reap_daemon (f)), ==, SIGTERM);
  g_assert_nonnull (strstr (f->out, "stopped"));
}

static void
test_keep_jobs_is_another_signal (Fixture *f, gconstpointer data)
{
  start_daemon (f, "vestimd", ANSWER_STATUS);
  f->config.keep_jobs = true;
  g_assert_cmpint (run (f, control_stop), ==, EXIT_OK);
  g_assert_cmpint (WTERMSIG (reap_daemon (f)), ==, SIGUSR1);
}

/* Never SIGKILL: a daemon that needs longer is left to finish. */
static void
test_one_that_does_not_go_is_left_alive (Fixture *f, gconstpointer data)
{
  signal (SIGTERM, SIG_IGN); /* inherited */
  start_daemon (f, "vestimd", ANSWER_STATUS);
  signal (SIGTERM, SIG_DFL);
  f->config.timeout_s = 0.2;
  g_assert_cmpint (run (f, control_stop), ==, EXIT_REFUSED);
  g_assert_nonnull (strstr (f->err, "did not stop within"));
  g_assert_cmpint (kill (f->daemon, 0), ==, 0);
  g_assert_cmpint (waitpid (f->daemon, NULL, WNOHANG), ==, 0);
}

/* A process that holds the lock is not necessarily our daemon. */
static void
test_a_foreign_holder_is_never_signalled (Fixture *f, gconstpointer data)
{
  start_daemon (f, "editor", ANSWER_STATUS);
  g_assert_cmpint (run (f, control_status), ==, EXIT_NOT_RUNNING);
  g_assert_cmpint (run (f, control_stop), ==, EXIT_REFUSED);
  g_assert_nonnull (strstr (f->err, "editor"));
  g_assert_cmpint (waitpid (f->daemon, NULL, WNOHANG), ==, 0);
}

static void
test_a_living_process_named_in_a_stale_file_is_spared (Fixture *f, gconstpointer data)
{
  g_autofree char *own = g_strdup_printf ("%d\n", (int) getpid ());

  scratch_write (f->config.paths->pid_file, own);
  g_assert_cmpint (run (f, control_stop), ==, EXIT_OK);
  g_assert_nonnull (strstr (f->err, "stale"));
  g_assert_false (scratch_exists (f->config.paths->pid_file));
}

/* A file that is not ours is named, and stays as it is. */
static void
test_a_link_is_left_alone (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (symlink ("/dev/null", f->config.paths->pid_file), ==, 0);
  g_assert_cmpint (run (f, control_stop), ==, EXIT_OK);
  g_assert_nonnull (strstr (f->err, "symbolic link"));
  g_assert_cmpint (run (f, control_status), ==, EXIT_NOT_RUNNING);
  g_assert_true (scratch_exists (f->config.paths->pid_file));
}

#define ADD(name, test) g_test_add ("/control/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("nothing-running-is-code-3", test_nothing_running_is_code_3);
  ADD ("status-shows-what-the-daemon-answers", test_status_shows_what_the_daemon_answers);
  ADD ("a-silent-daemon-is-code-4-in-time", test_a_silent_daemon_is_code_4_in_time);
  ADD ("an-answer-that-is-no-status-is-code-4", test_an_answer_that_is_no_status_is_code_4);
  ADD ("an-answer-of-another-process-is-code-4", test_an_answer_of_another_process_is_code_4);
  ADD ("what-a-killed-daemon-left-is-removed-and-said",
       test_what_a_killed_daemon_left_is_removed_and_said);
  ADD ("stop-ends-it-by-sigterm", test_stop_ends_it_by_sigterm);
  ADD ("keep-jobs-is-another-signal", test_keep_jobs_is_another_signal);
  ADD ("one-that-does-not-go-is-left-alive", test_one_that_does_not_go_is_left_alive);
  ADD ("a-foreign-holder-is-never-signalled", test_a_foreign_holder_is_never_signalled);
  ADD ("a-living-process-named-in-a-stale-file-is-spared",
       test_a_living_process_named_in_a_stale_file_is_spared);
  ADD ("a-link-is-left-alone", test_a_link_is_left_alone);
  return g_test_run ();
}
