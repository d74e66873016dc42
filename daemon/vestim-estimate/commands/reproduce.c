/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/reproduce.h"

#include "common/json/vestim-json.h"
#include "daemon/attempt/attempt.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/commands/job.h"
#include "daemon/vestim-estimate/results/model-file.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/results/provenance.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_JSON (256 * 1024 * 1024)
#define MAX_TRAINING (256 * 1024 * 1024)
#define COMPARED_COLUMNS 4 /* of training.csv: all but the seconds */

typedef struct
{
  const char *folder;
  char *again;       /* temporary folder; NULL until it is made */
  int n_differences; /* between tasks */
  GPtrArray *texts;  /* which the documents point into */
  GPtrArray *docs;   /* VestimJsonDoc */
} Reproduction;

/* A JSON file of a folder, kept until the end; NULL with `error`. */
static const VestimJsonNode *
read_json (Reproduction *reproduction, const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  size_t length = 0;
  char *text = regular_file_read (path, MAX_JSON, &length, error);

  if (!text)
    return NULL;
  g_ptr_array_add (reproduction->texts, text);

  VestimJsonDoc *doc = vestim_json_parse (text, length, error);
  if (!doc)
    {
      g_prefix_error (error, "%s is not JSON: ", path);
      return NULL;
    }
  g_ptr_array_add (reproduction->docs, doc);
  return vestim_json_root (doc);
}

/* Data */

static bool
is_unchanged (const VestimJsonNode *file)
{
  g_autofree char *path = vestim_json_dup_string (vestim_json_member (file, "file"));
  g_autofree char *wanted = vestim_json_dup_string (vestim_json_member (file, "sha256"));
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = path ? provenance_digest_file (path, &error) : NULL;

  if (error)
    printf ("%s\n", error->message);
  else if (g_strcmp0 (digest, wanted) != 0)
    printf ("%s has changed: its SHA-256 is %s, it was %s\n", path, digest, wanted);
  else
    return true;
  return false;
}

/* The list of data files. When it is too long for the job's summary, the best task's summary has
 * it. */
static const VestimJsonNode *
find_files (Reproduction *reproduction, const VestimJsonNode *summary)
{
  const VestimJsonNode *files = vestim_json_member (vestim_json_member (summary, "sealed"), "data");
  const VestimJsonNode *best = vestim_json_first (vestim_json_member (summary, "tasks"));
  int64_t number = 0;

  if (vestim_json_size (files) > 0
      || !vestim_json_get_int64 (vestim_json_member (best, "task"), &number))
    return files;

  g_autofree char *name = g_strdup_printf ("tasks/%" G_GINT64_FORMAT "/summary.json", number);
  summary = read_json (reproduction, reproduction->folder, name, NULL);
  return vestim_json_member (vestim_json_member (summary, "sealed"), "data");
}

static bool
check_data (Reproduction *reproduction, const VestimJsonNode *summary, GError **error)
{
  const VestimJsonNode *files = find_files (reproduction, summary);
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (summary, "status"));
  int n_changed = 0;

  if (g_strcmp0 (status, "completed") != 0 || vestim_json_size (files) == 0)
    {
      failure_set (error, "the job is not completed, or its summary.json is from an earlier "
                          "version that did not record the data files");
      return false;
    }
  for (const VestimJsonNode *file = vestim_json_first (files); file; file = vestim_json_next (file))
    n_changed += !is_unchanged (file);
  if (n_changed > 0)
    failure_set (error, "%d of %zu data files have changed; restore them", n_changed,
                 vestim_json_size (files));
  return n_changed == 0;
}

/* The second run */

/* `(transfer full)` the member "training" says how and when it ended. */
static char *
dup_end (Reproduction *reproduction, const char *folder, int64_t task, int64_t *n_epochs)
{
  g_autofree char *name = g_strdup_printf ("tasks/%" G_GINT64_FORMAT "/summary.json", task);
  const VestimJsonNode *training =
      vestim_json_member (read_json (reproduction, folder, name, NULL), "training");

  *n_epochs = 0;
  vestim_json_get_int64 (vestim_json_member (training, "epochs"), n_epochs);
  return vestim_json_dup_string (vestim_json_member (training, "ended_by"));
}

/* `(transfer full)` the list JOB_REPEAT, so that the second run ends where someone ended the first
 * one, and leaves out the tasks that have nothing to compare. */
static char *
dup_repeat (Reproduction *reproduction, const VestimJsonNode *summary)
{
  int64_t n_tasks = 0, number = 0, n_epochs = 0;
  GString *list = g_string_new ("[");

  vestim_json_get_int64 (vestim_json_member (summary, "n_tasks"), &n_tasks);
  g_autofree int64_t *ends = g_new (int64_t, CLAMP (n_tasks, 1, VESTIM_MAX_TASKS));
  for (int64_t i = 0; i < CLAMP (n_tasks, 1, VESTIM_MAX_TASKS); i++)
    ends[i] = -1;
  for (const VestimJsonNode *task = vestim_json_first (vestim_json_member (summary, "tasks")); task;
       task = vestim_json_next (task))
    if (vestim_json_get_int64 (vestim_json_member (task, "task"), &number) && number >= 1
        && number <= n_tasks && number <= VESTIM_MAX_TASKS)
      {
        g_autofree char *ended_by = dup_end (reproduction, reproduction->folder, number, &n_epochs);

        ends[number - 1] = g_strcmp0 (ended_by, "finish") == 0 ? n_epochs : 0;
      }
  for (int64_t i = 0; i < n_tasks && i < VESTIM_MAX_TASKS; i++)
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT, i ? ", " : "", ends[i]);
  g_string_append_c (list, ']');
  return g_string_free (list, FALSE);
}

static bool
make_folder (Reproduction *reproduction, const VestimJsonNode *job, const VestimJsonNode *summary,
             GError **error)
{
  const VestimJsonNode *selections = vestim_json_member (job, "selections");
  size_t length = 0;
  const char *raw = selections ? vestim_json_raw (selections, &length) : NULL;

  if (!raw)
    {
      failure_set (error, "%s/job.json has no selections", reproduction->folder);
      return false;
    }
  reproduction->again = g_dir_make_tmp ("vestim-reproduce-XXXXXX", error);
  if (!reproduction->again)
    return false;

  g_autofree char *path = g_build_filename (reproduction->again, "job.json", NULL);
  g_autofree char *repeat = dup_repeat (reproduction, summary);
  g_autofree char *text = g_strdup_printf (
      "{\"kind\": \"estimation\", \"" JOB_OF_VERSION_0_1 "\": %s, \"" JOB_REPEAT
      "\": %s, \"selections\": %.*s}\n",
      job_is_of_version_0_1 (reproduction->folder) ? "true" : "false", repeat, (int) length, raw);
  return output_file_write (path, text, strlen (text), error);
}

static int
remove_one (const char *path, const struct stat *info, int flag, struct FTW *walk)
{
  (void) info, (void) flag, (void) walk;
  return remove (path);
}

/* Comparison */

static char **
read_training (const char *folder, int64_t task, GError **error)
{
  g_autofree char *path =
      g_strdup_printf ("%s/tasks/%" G_GINT64_FORMAT "/training.csv", folder, task);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_TRAINING, &length, error);

  return text ? g_strsplit (g_strchomp (text), "\n", -1) : NULL;
}

/* The length of the compared part of a line of training.csv. */
static size_t
compared_length (const char *line)
{
  const char *at = line;

  for (int i = 0; i < COMPARED_COLUMNS && at; i++)
    {
      at = strchr (at, ',');
      at = at ? at + 1 : NULL;
    }
  return at ? (size_t) (at - line) : strlen (line);
}

static bool
is_same_epoch (const char *then, const char *now)
{
  size_t length = compared_length (then);

  return compared_length (now) == length && strncmp (then, now, length) == 0;
}

/* The number of epochs that are the same, of at most `n`. */
static guint
count_same_epochs (char **then, char **now, guint n)
{
  guint same = 0;

  while (same < n && is_same_epoch (then[same + 1], now[same + 1]))
    same++;
  return same;
}

static bool
is_same_model (const Reproduction *reproduction, int64_t task, GError **error)
{
  g_autofree char *path =
      g_strdup_printf ("%s/tasks/%" G_GINT64_FORMAT "/model.bin", reproduction->folder, task);
  g_autofree char *again_path =
      g_strdup_printf ("%s/tasks/%" G_GINT64_FORMAT "/model.bin", reproduction->again, task);
  g_autoptr (Model) then = model_file_read (path, error);
  g_autoptr (Model) now = then ? model_file_read (again_path, error) : NULL;

  return now && then->epoch == now->epoch && then->n_parameters == now->n_parameters
         && memcmp (then->parameters, now->parameters, now->n_parameters * sizeof (float)) == 0;
}

/* Whether the last epoch may have been cut short: by the clock, or the first one by a request. */
static bool
may_be_cut (Reproduction *reproduction, const char *folder, int64_t task)
{
  int64_t n_epochs = 0;
  g_autofree char *ended_by = dup_end (reproduction, folder, task, &n_epochs);

  return g_strcmp0 (ended_by, "max_minutes") == 0
         || (g_strcmp0 (ended_by, "finish") == 0 && n_epochs == 1);
}

static void
say_difference (int64_t task, guint epoch, const char *then, const char *now)
{
  printf ("task %" G_GINT64_FORMAT " differs at epoch %u (epoch, train_rmse_mv, val_rmse_mv, "
          "learning_rate)\n  then %.*s\n  now  %.*s\n",
          task, epoch, (int) compared_length (then), then, (int) compared_length (now), now);
}

/* With a limit of minutes the clock decides the number of epochs and cuts the last one short; so
 * does a request to finish in the first one. Only the epochs that both runs completed are compared
 * then. */
static bool
compare_epochs (Reproduction *reproduction, int64_t task, char **then, char **now, GError **error)
{
  guint n_then = g_strv_length (then) - 1, n_now = g_strv_length (now) - 1;
  bool is_cut = may_be_cut (reproduction, reproduction->folder, task)
                || may_be_cut (reproduction, reproduction->again, task);
  guint n = MIN (n_then, n_now) - (is_cut && MIN (n_then, n_now) > 0 ? 1 : 0);
  guint same = count_same_epochs (then, now, n);

  if (same < n)
    say_difference (task, same + 1, then[same + 1], now[same + 1]);
  else if (is_cut)
    printf ("task %" G_GINT64_FORMAT ": %u epochs are identical; the training ended within an "
            "epoch, so the models are not compared\n",
            task, n);
  else if (n_then != n_now)
    printf ("task %" G_GINT64_FORMAT " differs at epoch %u: it had %u epochs then and has %u now\n",
            task, n + 1, n_then, n_now);
  else if (is_same_model (reproduction, task, error))
    printf ("task %" G_GINT64_FORMAT ": %u epochs and the model are identical\n", task, n);
  else if (!*error)
    printf ("task %" G_GINT64_FORMAT " differs in its model, though all %u epochs are the same\n",
            task, n);

  if (same < n || (!is_cut && (n_then != n_now || !is_same_model (reproduction, task, NULL))))
    reproduction->n_differences++;
  return !*error;
}

static bool
compare_task (Reproduction *reproduction, const VestimJsonNode *task, GError **error)
{
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (task, "status"));
  int64_t number = 0;

  if (g_strcmp0 (status, "completed") != 0
      || !vestim_json_get_int64 (vestim_json_member (task, "task"), &number))
    return true;

  g_auto (GStrv) then = read_training (reproduction->folder, number, error);
  g_auto (GStrv) now = then ? read_training (reproduction->again, number, error) : NULL;
  return now && compare_epochs (reproduction, number, then, now, error);
}

/* A member of the first task's summary: of its object `group`, or of its top level when `group` is
 * NULL. `(transfer full)` */
static char *
dup_said (Reproduction *reproduction, const char *folder, const char *group, const char *name)
{
  const VestimJsonNode *node = read_json (reproduction, folder, "tasks/1/summary.json", NULL);

  if (group)
    node = vestim_json_member (node, group);
  return vestim_json_dup_string (vestim_json_member (node, name));
}

/* Another kernel or version rounds differently. This is the first thing to know about a difference.
 */
static void
say_what_changed (Reproduction *reproduction, const char *what, const char *group, const char *name)
{
  g_autofree char *then = dup_said (reproduction, reproduction->folder, group, name);
  g_autofree char *now = dup_said (reproduction, reproduction->again, group, name);

  if (g_strcmp0 (then, now) != 0)
    printf ("the %s was %s then and is %s now\n", what, then ? then : "unknown",
            now ? now : "unknown");
}

static bool
reproduce (Reproduction *reproduction, GError **error)
{
  const VestimJsonNode *job = read_json (reproduction, reproduction->folder, "job.json", error);
  const VestimJsonNode *summary =
      job ? read_json (reproduction, reproduction->folder, "summary.json", error) : NULL;

  if (!summary || !check_data (reproduction, summary, error)
      || !make_folder (reproduction, job, summary, error))
    return false;

  unsetenv (ATTEMPT_ENV_PROGRESS);
  if (job_run (reproduction->again) != EXIT_SUCCESS)
    {
      failure_set (error, "the second run failed");
      return false;
    }

  const VestimJsonNode *tasks = vestim_json_member (summary, "tasks");
  putchar ('\n');
  for (const VestimJsonNode *task = vestim_json_first (tasks); task; task = vestim_json_next (task))
    if (!compare_task (reproduction, task, error))
      return false;
  if (reproduction->n_differences > 0)
    {
      say_what_changed (reproduction, "kernel", "training", "kernel");
      say_what_changed (reproduction, "program", NULL, "program");
    }
  puts (reproduction->n_differences > 0 ? "differs" : "identical");
  return true;
}

int
reproduce_run (const char *folder)
{
  Reproduction reproduction = {
    .folder = folder,
    .texts = g_ptr_array_new_with_free_func (g_free),
    .docs = g_ptr_array_new_with_free_func ((GDestroyNotify) vestim_json_doc_free),
  };
  g_autoptr (GError) error = NULL;
  bool is_done = reproduce (&reproduction, &error);

  if (!is_done)
    fprintf (stderr, "vestim-estimate: %s cannot be reproduced: %s\n", folder, error->message);
  if (reproduction.again)
    nftw (reproduction.again, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_ptr_array_unref (reproduction.docs);
  g_ptr_array_unref (reproduction.texts);
  g_free (reproduction.again);
  if (!is_done)
    return REPRODUCE_IMPOSSIBLE;
  return reproduction.n_differences > 0 ? REPRODUCE_DIFFERS : REPRODUCE_IDENTICAL;
}
