/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/results/model-file.h"
#include "tests/support/scratch.h"

/* Runs the real vestim-estimate (its path is in VESTIM_ESTIMATE) as the shim and a user do. */
typedef struct
{
  char *folder; /* the demonstration set, a job's folder as well */
  char *out;    /* of the last run */
  char *err;
  char *progress;
} Fixture;

static char *
in_folder (const Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static char *
read_file (const Fixture *fixture, const char *name)
{
  g_autofree char *path = in_folder (fixture, name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
write_file (const Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = in_folder (fixture, name);

  scratch_write (path, text);
}

/* Only signal-safe calls follow the fork. */
static pid_t
start (const Fixture *fixture, const char *const *args)
{
  const char *program = g_getenv ("VESTIM_ESTIMATE");
  const char *argv[8] = { program };
  const int flags = O_CREAT | O_TRUNC | O_RDWR;
  g_autofree char *in = in_folder (fixture, "../in");
  g_autofree char *out = in_folder (fixture, "../out");
  g_autofree char *err = in_folder (fixture, "../err");
  g_autofree char *progress = in_folder (fixture, "../progress");

  g_assert_nonnull (program);
  for (int i = 0; args[i]; i++)
    argv[i + 1] = args[i];
  g_setenv ("VESTIM_PROGRESS_FD", "3", TRUE);

  pid_t pid = fork ();
  if (pid == 0)
    {
      const int fds[] = { open (in, O_RDONLY | O_CREAT, 0600), open (out, flags, 0600),
                          open (err, flags, 0600), open (progress, flags, 0600) };

      /* Out of the way of each other first. */
      for (int i = 0; i < 4; i++)
        dup2 (fds[i], 20 + i);
      for (int i = 0; i < 4; i++)
        dup2 (20 + i, i);
      execv (program, (char *const *) argv);
      _exit (127);
    }
  g_assert_cmpint (pid, >, 0);
  return pid;
}

static int
finish (Fixture *fixture, pid_t pid)
{
  int status = 0;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_free (fixture->out);
  g_free (fixture->err);
  g_free (fixture->progress);
  fixture->out = read_file (fixture, "../out");
  fixture->err = read_file (fixture, "../err");
  fixture->progress = read_file (fixture, "../progress");
  return status;
}

/* The exit code; -1 for a signal. */
static int
run (Fixture *fixture, const char *first, const char *second, const char *third)
{
  int status =
      finish (fixture, start (fixture, (const char *const[]){ first, second, third, NULL }));

  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* Quick settings over the demonstration set, with more members or other ones. */
static void
write_job (const Fixture *fixture, const char *members)
{
  g_autofree char *text = g_strdup_printf (
      "{\"job_id\":\"job_x\",\"kind\":\"estimation\",\"attempt\":2,\"selections\":"
      "{\"folder_path\":\"%s\",\"layers\":[4],\"lookback\":10,\"max_epochs\":2%s}}",
      fixture->folder, members);

  write_file (fixture, "job.json", text);
}

static void
set_up (Fixture *fixture, gconstpointer user)
{
  g_autofree char *parent = scratch_new ();

  fixture->folder = g_build_filename (parent, "demo", NULL);
  g_assert_cmpint (mkdir (fixture->folder, 0777), ==, 0);
  if (run (fixture, "--demo", fixture->folder, NULL) != 0)
    g_error ("%s", fixture->err);
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  char *parent = g_path_get_dirname (fixture->folder);

  scratch_free (parent);
  g_free (fixture->folder);
  g_free (fixture->out);
  g_free (fixture->err);
  g_free (fixture->progress);
}

static bool
has (const Fixture *fixture, const char *name)
{
  g_autofree char *path = in_folder (fixture, name);

  return scratch_exists (path);
}

static void
assert_begins (const Fixture *fixture, const char *name, const char *header, guint n_lines)
{
  g_autofree char *text = read_file (fixture, name);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpstr (lines[0], ==, header);
  g_assert_cmpuint (g_strv_length (lines), ==, n_lines + 2);
}

/* The contract names these files and their columns. */
static void
test_a_job_leaves_its_files (Fixture *fixture, gconstpointer user)
{
  const char *prediction = "tasks/1/predictions/simulated-08-25degC.csv";
  g_autofree char *model_path = in_folder (fixture, "tasks/1/model.bin");

  write_job (fixture, "");
  g_assert_cmpint (run (fixture, fixture->folder, NULL, NULL), ==, 0);
  g_autoptr (Model) model = model_file_read (model_path, NULL);
  g_assert_nonnull (model);
  g_assert_cmpint (model->shape.sizes[0], ==, 4);
  assert_begins (fixture, "tasks/1/training.csv",
                 "epoch,train_rmse_mv,val_rmse_mv,learning_rate,seconds", 2);
  assert_begins (fixture, prediction, "time,measured,predicted,error_mv", 1800);
  g_assert_true (has (fixture, "tasks/1/summary.json"));
  g_assert_nonnull (strstr (fixture->out, "all test files"));
  g_assert_cmpstr (fixture->err, ==, "");
}

/* The daemon copies the metrics and must know a summary of an earlier attempt. */
static void
test_the_summary_has_status_attempt_and_metrics (Fixture *fixture, gconstpointer user)
{
  double value = 0;
  int64_t attempt = 0;

  write_job (fixture, "");
  g_assert_cmpint (run (fixture, fixture->folder, NULL, NULL), ==, 0);
  g_autofree char *text = read_file (fixture, "summary.json");
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), NULL);
  const VestimJsonNode *root = vestim_json_root (doc);
  const VestimJsonNode *metrics = vestim_json_member (root, "metrics");
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (root, "status"));

  g_assert_cmpstr (status, ==, "completed");
  g_assert_true (vestim_json_get_int64 (vestim_json_member (root, "attempt"), &attempt));
  g_assert_cmpint (attempt, ==, 2);
  const char *const names[] = { "val_rmse_mv", "test_rmse_mv",     "test_mae_mv",     "test_max_mv",
                                "test_r2",     "windowed_rmse_mv", "stateful_rmse_mv" };
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (vestim_json_get_double (vestim_json_member (metrics, names[i]), &value));
  g_assert_cmpuint (vestim_json_size (vestim_json_member (metrics, "tests")), ==, 3);
  g_assert_cmpuint (vestim_json_size (vestim_json_member (root, "tasks")), ==, 1);
}

/* Each line is one write of valid JSON; the series have one value for each epoch. */
static void
test_progress_is_lines_of_json (Fixture *fixture, gconstpointer user)
{
  int n_epochs = 0;
  double part = 0;

  write_job (fixture, "");
  g_assert_cmpint (run (fixture, fixture->folder, NULL, NULL), ==, 0);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (fixture->progress), "\n", -1);
  for (char **line = lines; *line; line++)
    {
      g_autoptr (VestimJsonDoc) doc = vestim_json_parse (*line, strlen (*line), NULL);
      const VestimJsonNode *root = vestim_json_root (doc);
      double before = part;

      g_assert_true (vestim_json_get_double (vestim_json_member (root, "progress"), &part));
      g_assert_cmpfloat (part, >=, before);
      if (vestim_json_member (vestim_json_member (root, "metrics"), "val_rmse_mv"))
        n_epochs++;
    }
  g_assert_cmpint (n_epochs, ==, 2);
  g_assert_cmpfloat (part, ==, 1);
}

static void
assert_fails (Fixture *fixture, const char *word)
{
  g_assert_cmpint (run (fixture, fixture->folder, NULL, NULL), ==, 1);
  g_assert_nonnull (strstr (fixture->err, word));
  g_assert_nonnull (strstr (fixture->progress, word));

  g_autofree char *text = read_file (fixture, "summary.json");
  g_assert_nonnull (strstr (text, "\"status\": \"failed\""));
  g_assert_nonnull (strstr (text, word));
}

/* The log, the summary and the progress give the same reason. */
static void
test_a_failure_is_told_everywhere (Fixture *fixture, gconstpointer user)
{
  write_job (fixture, ",\"inputs\":[\"SOC\",\"Power\"]");
  assert_fails (fixture, "Power");
  write_job (fixture, ",\"model\":\"RNN\"");
  assert_fails (fixture, "model");
  write_job (fixture, "");
  write_file (fixture, "test/simulated-08-25degC.csv",
              "SOC,Current,Temp,Voltage\n1,2,3,4\n1,x,3,4\n");
  assert_fails (fixture, "line 3");
  g_assert_false (has (fixture, "tasks/1/model.bin"));
}

/* A folder named by mistake must stay unchanged. */
static void
test_a_folder_without_a_job_is_left_alone (Fixture *fixture, gconstpointer user)
{
  g_autofree char *train = in_folder (fixture, "train");

  g_assert_cmpint (run (fixture, train, NULL, NULL), ==, 1);
  g_assert_nonnull (strstr (fixture->err, "job.json"));
  g_assert_false (has (fixture, "train/summary.json"));
}

/* Results of an earlier attempt could be mistaken for those of this one. */
static void
test_what_an_earlier_run_left_is_removed (Fixture *fixture, gconstpointer user)
{
  g_autofree char *folder = in_folder (fixture, "tasks/1/predictions");

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  write_file (fixture, "tasks/1/predictions/old.csv", "x");
  write_file (fixture, "tasks/1/predictions/.vestim-estimate.tmp", "x");
  write_job (fixture, "");
  g_assert_cmpint (run (fixture, fixture->folder, NULL, NULL), ==, 0);
  g_assert_false (has (fixture, "tasks/1/predictions/old.csv"));
  g_assert_false (has (fixture, "tasks/1/predictions/.vestim-estimate.tmp"));
}

/* Waits at most half a minute until the text is in the progress. */
static void
wait_for_progress (const Fixture *fixture, const char *word)
{
  gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autofree char *text = read_file (fixture, "../progress");

      if (strstr (text, word))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (2000);
    }
}

/* A stop must end before the shim kills after 5 s, and must leave no incomplete file. */
static void
test_a_stop_is_prompt_and_leaves_whole_files (Fixture *fixture, gconstpointer user)
{
  g_autofree char *model_path = in_folder (fixture, "tasks/1/model.bin");
  g_autoptr (GError) error = NULL;

  write_job (fixture, ",\"patience\":100000,\"max_minutes\":5,\"seed\":3,\"batch_size\":65536");
  g_autofree char *job = read_file (fixture, "job.json");
  g_auto (GStrv) parts = g_strsplit (job, "\"max_epochs\":2", 2);
  g_autofree char *longer = g_strjoinv ("\"max_epochs\":100000", parts);
  write_file (fixture, "job.json", longer);

  pid_t pid = start (fixture, (const char *const[]){ fixture->folder, NULL });
  wait_for_progress (fixture, "epoch 2 of");
  gint64 asked = g_get_monotonic_time ();
  g_assert_cmpint (kill (pid, SIGTERM), ==, 0);
  int status = finish (fixture, pid);
  g_assert_cmpint (g_get_monotonic_time () - asked, <, 4 * G_USEC_PER_SEC);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGTERM);
  g_autoptr (Model) model = model_file_read (model_path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (model);
  g_assert_false (has (fixture, "tasks/1/.vestim-estimate.tmp"));
}

static void
test_check_tells_what_is_in_a_file (Fixture *fixture, gconstpointer user)
{
  g_autofree char *good = in_folder (fixture, "train/simulated-01-25degC.csv");
  g_autofree char *none = in_folder (fixture, "none.csv");

  g_assert_cmpint (run (fixture, "--check", "--json", good), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "\"rows\": 1800, \"complete\": true, \"period_s\": 1, "
                                          "\"error\": null"));
  g_assert_nonnull (strstr (fixture->out, "\"columns\": [\"Time\", \"SOC\", \"Current\", \"Temp\", "
                                          "\"Voltage\"]"));
  g_assert_nonnull (strstr (fixture->out, "\"current_sign\": \"discharge_negative\""));
  g_assert_cmpint (run (fixture, "--check", "--json", none), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "\"rows\": 0"));
  g_assert_nonnull (strstr (fixture->out, "\"columns\": [], \"details\": []"));
  g_assert_cmpint (run (fixture, "--check", good, NULL), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "1800 rows"));
  g_assert_cmpint (run (fixture, "--check", good, none), ==, 1);
  g_assert_nonnull (strstr (fixture->out, "No such file"));
}

/* Every file gets an answer, however long the others are. */
static void
test_check_answers_in_time (Fixture *fixture, gconstpointer user)
{
  g_autofree char *good = in_folder (fixture, "train/simulated-01-25degC.csv");

  int status = finish (
      fixture,
      start (fixture, (const char *const[]){ "--check", "--json", "--within=1e-9", good, NULL }));

  g_assert_cmpint (status, ==, 0);
  g_assert_nonnull (strstr (fixture->out, "\"rows\": 256, \"complete\": false"));
  g_assert_nonnull (strstr (fixture->out, "the time was over after 256 rows"));
  g_assert_cmpint (run (fixture, "--check", "--within=x", good), ==, 2);
}

/* Selections accept folders, so a check accepts them too. A folder with train/, val/ and test/
 * stands for these three. */
static void
test_check_looks_into_folders (Fixture *fixture, gconstpointer user)
{
  g_autofree char *train = in_folder (fixture, "train");
  g_autofree char *empty = in_folder (fixture, "empty");

  g_assert_cmpint (g_mkdir (empty, 0700), ==, 0);
  g_assert_cmpint (run (fixture, "--check", "--json", train), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "/train/simulated-01-25degC.csv\""));
  g_assert_null (strstr (fixture->out, "/val/"));
  g_assert_cmpint (run (fixture, "--check", "--json", fixture->folder), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "/train/simulated-01-25degC.csv\""));
  g_assert_nonnull (strstr (fixture->out, "/val/"));
  g_assert_nonnull (strstr (fixture->out, "/test/"));
  g_assert_cmpint (run (fixture, "--check", empty, NULL), ==, 1);
  g_assert_nonnull (strstr (fixture->out, "has no data file"));
  g_assert_cmpint (g_rmdir (empty), ==, 0);
}

/* The same bytes are other names in another encoding. */
static void
test_check_takes_an_encoding (Fixture *fixture, gconstpointer user)
{
  g_autofree char *path = in_folder (fixture, "names.csv");

  scratch_write (path, "t,\xb1\n1,2\n2,3\n");
  g_assert_cmpint (run (fixture, "--check", path, NULL), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "±"));
  g_autofree char *option = g_strdup ("--encoding=shift-jis");
  g_assert_cmpint (run (fixture, "--check", option, path), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "ｱ"));
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* The errors that the daemon answers with 422. */
static void
test_check_selections_names_the_field (Fixture *fixture, gconstpointer user)
{
  g_autofree char *good = g_strdup_printf ("{\"folder_path\":\"%s\"}", fixture->folder);
  g_autofree char *bad =
      g_strdup_printf ("{\"train_files\":[\"%s/train\"],\"validation_files\":[\"%s\"],"
                       "\"test_files\":[\"/none.csv\"]}",
                       fixture->folder, fixture->folder);

  write_file (fixture, "../in", good);
  g_assert_cmpint (run (fixture, "--check-selections", NULL, NULL), ==, 0);
  g_assert_cmpstr (fixture->out, ==, "{\"errors\": []}\n");
  write_file (fixture, "../in", bad);
  g_assert_cmpint (run (fixture, "--check-selections", NULL, NULL), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "\"field\": \"selections.validation_files\""));
  g_assert_nonnull (strstr (fixture->out, "\"field\": \"selections.test_files\""));
  g_assert_null (strstr (fixture->out, "\"field\": \"selections.train_files\""));
  write_file (fixture, "../in", "");
  g_assert_cmpint (run (fixture, "--check-selections", NULL, NULL), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "\"field\": \"selections\""));
}

/* A demonstration must not overwrite the user's files. */
static void
test_demo_refuses_a_folder_in_use (Fixture *fixture, gconstpointer user)
{
  g_autofree char *readme = read_file (fixture, "README.txt");

  g_assert_nonnull (strstr (readme, "imulated"));
  g_assert_cmpint (run (fixture, "--demo", fixture->folder, NULL), ==, 1);
  g_assert_nonnull (strstr (fixture->err, "not empty"));
}

static void
test_wrong_usage_is_exit_code_2 (Fixture *fixture, gconstpointer user)
{
  g_assert_cmpint (run (fixture, NULL, NULL, NULL), ==, 2);
  g_assert_cmpint (run (fixture, "--nonsense", NULL, NULL), ==, 2);
  g_assert_cmpint (run (fixture, "a", "b", NULL), ==, 2);
  g_assert_cmpint (run (fixture, "--check", NULL, NULL), ==, 2);
  g_assert_cmpint (run (fixture, "--json", "a", NULL), ==, 2);
  g_assert_cmpint (run (fixture, "--check", "--demo", "a"), ==, 2);
  g_assert_cmpint (run (fixture, "--help", NULL, NULL), ==, 0);
  g_assert_nonnull (strstr (fixture->out, "Usage:"));
  g_assert_cmpint (run (fixture, "--version", NULL, NULL), ==, 0);
  g_assert_true (g_str_has_prefix (fixture->out, "vestim-estimate "));
}

#define ADD(name, function) \
  g_test_add ("/estimate-program/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a job leaves its files", test_a_job_leaves_its_files);
  ADD ("the summary has status, attempt and metrics",
       test_the_summary_has_status_attempt_and_metrics);
  ADD ("progress is lines of JSON", test_progress_is_lines_of_json);
  ADD ("a failure is reported everywhere", test_a_failure_is_told_everywhere);
  ADD ("a folder without a job is left alone", test_a_folder_without_a_job_is_left_alone);
  ADD ("results of an earlier attempt are removed", test_what_an_earlier_run_left_is_removed);
  ADD ("a stop is prompt and leaves whole files", test_a_stop_is_prompt_and_leaves_whole_files);
  ADD ("check shows the content of a file", test_check_tells_what_is_in_a_file);
  ADD ("check answers in time", test_check_answers_in_time);
  ADD ("check looks into folders", test_check_looks_into_folders);
  ADD ("check takes an encoding", test_check_takes_an_encoding);
  ADD ("check-selections names the field", test_check_selections_names_the_field);
  ADD ("demo refuses a folder in use", test_demo_refuses_a_folder_in_use);
  ADD ("wrong usage is exit code 2", test_wrong_usage_is_exit_code_2);
  return g_test_run ();
}
