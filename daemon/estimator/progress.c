/* SPDX-License-Identifier: MIT */
#include "estimator/progress.h"

#include "common/vestim-api.h"
#include "common/vestim-json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_MESSAGE_BYTES 2048

void
progress_init (Progress *progress)
{
  const char *text = getenv ("VESTIM_PROGRESS_FD");
  guint64 fd = 0;

  progress->fd = -1;
  if (!text)
    return;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &fd, NULL)
      && fcntl ((int) fd, F_GETFD) >= 0)
    progress->fd = (int) fd;
  else
    fprintf (stderr, "VESTIM_PROGRESS_FD=%s names no open descriptor: no progress is reported\n",
             text);
}

static void
write_line (int fd, const char *text, size_t length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, text, length);

      if (n < 0 && errno != EINTR)
        return;
      if (n > 0)
        text += n, length -= (size_t) n;
    }
}

/* `metrics` (nullable) are the members of the object; a `part` below 0 is left out. */
static void
report (const Progress *progress, double part, const char *message, int step, const char *metrics)
{
  if (progress->fd < 0)
    return;

  GString *line = g_string_new ("{");
  g_autofree char *shown =
      g_utf8_make_valid (message, (gssize) MIN (strlen (message), MAX_MESSAGE_BYTES));

  if (part >= 0)
    g_string_append_printf (line, "\"progress\": %.4f, ", part);
  g_string_append (line, "\"message\": ");
  vestim_json_append_string (line, shown);
  if (metrics)
    g_string_append_printf (line, ", \"step\": %d, \"metrics\": {%s}", step, metrics);
  g_string_append (line, "}\n");

  if (line->len <= VESTIM_MAX_PROGRESS_LINE)
    write_line (progress->fd, line->str, line->len);
  g_string_free (line, TRUE);
}

void
progress_hint (const Progress *progress, double part, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);
  report (progress, part, message, 0, NULL);
}

void
progress_say (const Progress *progress, double part, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);

  puts (message);
  fflush (stdout);
  report (progress, part, message, 0, NULL);
}

void
progress_fail (const Progress *progress, const char *reason)
{
  g_autofree char *message = g_strconcat ("failed: ", reason, NULL);

  report (progress, -1, message, 0, NULL);
}

void
progress_epoch (const Progress *progress, double part, const Training *training, int max_epochs)
{
  const EpochRecord *record =
      &g_array_index (training->epochs, EpochRecord, training->epochs->len - 1);
  double train_mv = record->train_rmse * 1000, val_mv = record->val_rmse * 1000;
  bool is_best = training->best_epoch == record->epoch;

  printf (
      "epoch %4d of %d   training %8.2f mV   validation %8.2f mV%s   learning rate %g   %.1f s\n",
      record->epoch, max_epochs, train_mv, val_mv, is_best ? " *" : "  ", record->learning_rate,
      record->seconds);
  fflush (stdout);

  g_autofree char *message = g_strdup_printf (
      "epoch %d of %d, validation error %.2f mV, best %.2f mV (epoch %d)", record->epoch,
      max_epochs, val_mv, training->best_val_rmse * 1000, training->best_epoch);
  GString *metrics = g_string_new ("\"train_rmse_mv\": ");
  vestim_json_append_double (metrics, train_mv);
  g_string_append (metrics, ", \"val_rmse_mv\": ");
  vestim_json_append_double (metrics, val_mv);
  report (progress, part, message, record->epoch, metrics->str);
  g_string_free (metrics, TRUE);
}
