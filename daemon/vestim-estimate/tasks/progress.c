/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/progress.h"

#include "daemon/attempt/attempt.h"
#include "daemon/attempt/progress-file.h"
#include "daemon/posix/fd.h"
#include "common/json/vestim-json.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_MESSAGE_BYTES 2048
#define PART_READ \
  0.02 /* the part of the job's time for reading the files; the tasks share the rest */
#define MAX_TASKS_TOLD 100 /* with epochs and series of their own */

void
progress_init (Progress *progress)
{
  const char *text = getenv (ATTEMPT_ENV_PROGRESS);
  guint64 fd = 0;

  *progress = (Progress){ .fd = -1, .n_tasks = 1, .unit = error_unit_new ("V", NULL) };
  pthread_mutex_init (&progress->lock, NULL);
  if (!text)
    return;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &fd, NULL)
      && fcntl ((int) fd, F_GETFD) >= 0)
    progress->fd = (int) fd;
  else
    fprintf (stderr,
             ATTEMPT_ENV_PROGRESS "=%s is not an open descriptor: no progress is reported\n", text);
}

void
progress_deinit (Progress *progress)
{
  pthread_mutex_destroy (&progress->lock);
}

void
progress_set_tasks (Progress *progress, int n_tasks, double seconds)
{
  progress->n_tasks = n_tasks;
  progress->seconds = seconds;
  progress->started_at = trainer_monotonic_clock (NULL);
}

/* `message` and `metrics` (the members of that object) may be NULL; a `part` below 0 is left out.
 * The lock is held. */
static void
report (const Progress *progress, double part, const char *message, int step, const char *metrics)
{
  if (progress->fd < 0)
    return;

  GString *line = g_string_new ("{");

  if (part >= 0)
    g_string_append_printf (line, "\"progress\": %.4f", part);
  if (message)
    {
      g_autofree char *shown =
          g_utf8_make_valid (message, (gssize) MIN (strlen (message), MAX_MESSAGE_BYTES));

      g_string_append (line, part >= 0 ? ", \"message\": " : "\"message\": ");
      vestim_json_append_string (line, shown);
    }
  if (metrics)
    g_string_append_printf (line, "%s\"step\": %d, \"metrics\": {%s}", line->len > 1 ? ", " : "",
                            step, metrics);
  g_string_append (line, "}\n");

  if (line->len <= PROGRESS_MAX_LINE)
    fd_write_all (progress->fd, line->str, line->len); /* nobody may listen */
  g_string_free (line, TRUE);
}

/* The part of the job that is done when the task has reached this part. The lock is held. */
static double
advance (TaskProgress *task, double part)
{
  Progress *progress = task->progress;

  progress->tasks_done += MAX (part - task->part, 0);
  task->part = MAX (part, task->part);

  double done = progress->tasks_done / progress->n_tasks;
  if (progress->seconds > 0)
    done = MAX (done, (trainer_monotonic_clock (NULL) - progress->started_at) / progress->seconds);

  double whole = PART_READ + (1 - PART_READ) * MIN (done, 1);
  progress->reported = MAX (progress->reported, MIN (whole, 1));
  return progress->reported;
}

static void
say (Progress *progress, double part, const char *message)
{
  pthread_mutex_lock (&progress->lock);
  progress->reported = MAX (progress->reported, part);
  puts (message);
  fflush (stdout);
  report (progress, progress->reported, message, 0, NULL);
  pthread_mutex_unlock (&progress->lock);
}

void
progress_say (Progress *progress, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  say (progress, 0, message);
}

void
progress_complete (Progress *progress, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  say (progress, 1, message);
}

void
progress_fail (Progress *progress, const char *reason)
{
  g_autofree char *message = g_strconcat ("failed: ", reason, NULL);

  pthread_mutex_lock (&progress->lock);
  report (progress, -1, message, 0, NULL);
  pthread_mutex_unlock (&progress->lock);
}

/* (transfer full) the message about one of many tasks. The number of tasks that a limit of time
 * allows is not known. */
static char *
name_task (const TaskProgress *task, const char *message)
{
  if (task->progress->seconds > 0)
    return g_strdup_printf ("task %d: %s", task->number, message);
  return g_strdup_printf ("task %d of %d: %s", task->number, task->progress->n_tasks, message);
}

/* Tasks */

static char *dup_message (const TaskProgress *task, const char *format, va_list args)
    G_GNUC_PRINTF (2, 0);

static char *
dup_message (const TaskProgress *task, const char *format, va_list args)
{
  char *message = g_strdup_vprintf (format, args);

  if (task->progress->n_tasks == 1)
    return message;

  char *named = name_task (task, message);
  g_free (message);
  return named;
}

static void report_task (TaskProgress *task, double part, bool in_log, const char *format,
                         va_list args) G_GNUC_PRINTF (4, 0);

static void
report_task (TaskProgress *task, double part, bool in_log, const char *format, va_list args)
{
  Progress *progress = task->progress;
  g_autofree char *message = dup_message (task, format, args);

  pthread_mutex_lock (&progress->lock);
  if (in_log)
    {
      puts (message);
      fflush (stdout);
    }
  report (progress, advance (task, part), message, 0, NULL);
  pthread_mutex_unlock (&progress->lock);
}

void
progress_task_say (TaskProgress *task, double part, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  report_task (task, part, true, format, args);
  va_end (args);
}

void
progress_task_hint (TaskProgress *task, double part, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  report_task (task, part, false, format, args);
  va_end (args);
}

/* `(transfer full)` */
static char *
format_series (const char *suffix, const EpochRecord *record)
{
  GString *metrics = g_string_new (NULL);

  g_string_append_printf (metrics, "\"train_rmse_mv%s\": ", suffix);
  vestim_json_append_double (metrics, record->train_rmse * 1000);
  g_string_append_printf (metrics, ", \"val_rmse_mv%s\": ", suffix);
  vestim_json_append_double (metrics, record->val_rmse * 1000);
  return g_string_free (metrics, FALSE);
}

/* With several tasks, each has its own series. `(transfer full)` */
static char *
dup_suffix (const TaskProgress *task)
{
  return task->progress->n_tasks > 1 ? g_strdup_printf ("[%d]", task->number) : g_strdup ("");
}

/* The lock is held. */
static void
report_series (const Progress *progress, const char *suffix, const GArray *epochs)
{
  for (guint i = 0; i < epochs->len; i++)
    {
      const EpochRecord *record = &g_array_index (epochs, EpochRecord, i);
      g_autofree char *metrics = format_series (suffix, record);

      report (progress, -1, NULL, record->epoch, metrics);
    }
}

void
progress_best_series (Progress *progress, const GArray *epochs)
{
  pthread_mutex_lock (&progress->lock);
  report_series (progress, "", epochs);
  pthread_mutex_unlock (&progress->lock);
}

static char *
format_epoch (const TaskProgress *task, const Training *training, const EpochRecord *record,
              int max_epochs)
{
  const ErrorUnit *unit = &task->progress->unit;
  g_autofree char *message = g_strdup_printf (
      "epoch %d of %d, validation error %.2f %s, best %.2f %s (epoch %d)", record->epoch,
      max_epochs, record->val_rmse * 1000 * unit->factor, unit->error_name,
      training->best_val_rmse * 1000 * unit->factor, unit->error_name, training->best_epoch);

  if (task->progress->n_tasks == 1)
    return g_steal_pointer (&message);
  return name_task (task, message);
}

static void
print_epoch (const TaskProgress *task, const EpochRecord *record, int max_epochs, bool is_best)
{
  const ErrorUnit *unit = &task->progress->unit;

  if (task->progress->n_tasks > 1)
    printf ("task %d: ", task->number);
  printf (
      "epoch %4d of %d   training %8.2f %s   validation %8.2f %s%s   learning rate %g   %.1f s\n",
      record->epoch, max_epochs, record->train_rmse * 1000 * unit->factor, unit->error_name,
      record->val_rmse * 1000 * unit->factor, unit->error_name, is_best ? " *" : "  ",
      record->learning_rate, record->seconds);
  fflush (stdout);
}

bool
progress_task_has_series (const TaskProgress *task)
{
  return task->number <= MAX_TASKS_TOLD;
}

void
progress_task_epoch (TaskProgress *task, double part, const Training *training, int max_epochs)
{
  Progress *progress = task->progress;
  const EpochRecord *record =
      &g_array_index (training->epochs, EpochRecord, training->epochs->len - 1);
  g_autofree char *message = format_epoch (task, training, record, max_epochs);
  g_autofree char *suffix = dup_suffix (task);
  g_autofree char *metrics = format_series (suffix, record);

  pthread_mutex_lock (&progress->lock);
  print_epoch (task, record, max_epochs, training->best_epoch == record->epoch);
  report (progress, advance (task, part), message, record->epoch, metrics);
  pthread_mutex_unlock (&progress->lock);
}

void
progress_task_history (TaskProgress *task, const GArray *epochs)
{
  Progress *progress = task->progress;
  g_autofree char *suffix = dup_suffix (task);

  if (!progress_task_has_series (task))
    return;

  pthread_mutex_lock (&progress->lock);
  report_series (progress, suffix, epochs);
  pthread_mutex_unlock (&progress->lock);
}
