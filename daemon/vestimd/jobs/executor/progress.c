/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/executor/progress-line.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

#define MODULE "progress"
#define CHUNK (1 << 16)
#define LOGGED_FAULTS 10 /* of an attempt, then one in a thousand */

typedef struct
{
  char *name;
  double value;
} Metric;

struct Progress
{
  char *name;
  uint64_t offset; /* of the first byte that was not read */
  uint64_t n_lines;
  uint64_t n_faults;
  GString *line; /* the unfinished one, up to the limit */
  bool is_too_long;
  bool has_news;
  double progress;
  char *message;
  GArray *metrics; /* Metric, in order of appearance */
  char *metrics_json;
};

static void
clear_metric (void *data)
{
  g_free (((Metric *) data)->name);
}

Progress *
progress_new (const char *name)
{
  Progress *self = g_new0 (Progress, 1);

  self->name = g_strdup (name);
  self->line = g_string_new (NULL);
  self->progress = NAN;
  self->metrics = g_array_new (false, false, sizeof (Metric));
  g_array_set_clear_func (self->metrics, clear_metric);
  return self;
}

void
progress_free (Progress *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_string_free (self->line, true);
  g_free (self->message);
  g_array_unref (self->metrics);
  g_free (self->metrics_json);
  g_free (self);
}

static void
log_fault (Progress *self, const char *fault)
{
  self->n_faults++;
  if (self->n_faults <= LOGGED_FAULTS || self->n_faults % 1000 == 0)
    log_warning (MODULE, "malformed line id=%s line=%" PRIu64 " faults=%" PRIu64 " error=%s",
                 self->name, self->n_lines, self->n_faults, fault);
}

static void
set_metric (Progress *self, const char *name, double value)
{
  Metric metric = { NULL, value };

  for (unsigned i = 0; i < self->metrics->len; i++)
    {
      Metric *known = &g_array_index (self->metrics, Metric, i);

      if (strcmp (known->name, name) == 0)
        {
          known->value = value;
          return;
        }
    }
  if (self->metrics->len == PROGRESS_MAX_METRICS)
    return;
  metric.name = g_strdup (name);
  g_array_append_val (self->metrics, metric);
}

static void
take_metrics (Progress *self, const VestimJsonNode *metrics)
{
  for (const VestimJsonNode *node = vestim_json_first (metrics); node != NULL;
       node = vestim_json_next (node))
    {
      g_autofree char *name = NULL;
      double value;

      if (progress_line_read_metric (node, &name, &value))
        set_metric (self, name, value);
      else if (vestim_json_type (node) != VESTIM_JSON_NULL)
        log_fault (self, "a metric is no number");
    }
}

static void
take_line (Progress *self)
{
  g_autofree char *fault = NULL;
  ProgressLine line;

  self->n_lines++;
  if (self->is_too_long)
    log_fault (self, "it is too long");
  else if (!progress_line_is_blank (self->line->str, self->line->len))
    {
      if (progress_line_read (&line, self->line->str, self->line->len, &fault))
        {
          self->has_news = true;
          if (!isnan (line.progress))
            self->progress = line.progress;
          if (line.message != NULL)
            {
              g_free (self->message);
              self->message = g_steal_pointer (&line.message);
            }
          take_metrics (self, line.metrics);
          progress_line_clear (&line);
        }
      else
        log_fault (self, fault);
    }
  g_string_truncate (self->line, 0);
  self->is_too_long = false;
}

void
progress_feed (Progress *self, const char *data, size_t length)
{
  while (length > 0)
    {
      const char *newline = memchr (data, '\n', length);
      size_t part = newline == NULL ? length : (size_t) (newline - data);

      self->is_too_long = self->is_too_long || self->line->len + part >= VESTIM_MAX_PROGRESS_LINE;
      if (!self->is_too_long)
        g_string_append_len (self->line, data, (gssize) part);
      if (newline != NULL)
        {
          take_line (self);
          part++;
        }
      data += part;
      length -= part;
    }
}

static int
read_from_offset (Progress *self, int fd)
{
  g_autofree char *buffer = g_malloc (CHUNK);

  if (self->offset > PROGRESS_FILE_CAP)
    {
      self->offset = PROGRESS_FILE_CAP;
      g_string_truncate (self->line, 0);
    }
  while (self->offset < PROGRESS_FILE_END)
    {
      size_t room = MIN (CHUNK, (size_t) (PROGRESS_FILE_END - self->offset));
      ssize_t n = pread (fd, buffer, room, (off_t) self->offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n == 0 ? 0 : -errno;
      self->offset += (uint64_t) n;
      progress_feed (self, buffer, (size_t) n);
    }
  return 0;
}

int
progress_read (Progress *self, const char *folder)
{
  int folder_fd = fd_open_folder (folder);
  int fd = folder_fd < 0 ? folder_fd : fd_open_file (folder_fd, "progress.jsonl", O_RDONLY);
  int r = fd < 0 ? fd : read_from_offset (self, fd);

  fd_clear (&fd);
  fd_clear (&folder_fd);
  return r == -ENOENT ? 0 : r;
}

static void
write_metrics (Progress *self)
{
  GString *json = g_string_new ("{");

  for (unsigned i = 0; i < self->metrics->len; i++)
    {
      const Metric *metric = &g_array_index (self->metrics, Metric, i);

      if (i > 0)
        g_string_append_c (json, ',');
      vestim_json_append_string (json, metric->name);
      g_string_append_c (json, ':');
      vestim_json_append_double (json, metric->value);
    }
  g_string_append_c (json, '}');
  g_free (self->metrics_json);
  self->metrics_json = g_string_free (json, false);
}

bool
progress_take_report (Progress *self, AttemptProgress *report)
{
  if (!self->has_news)
    return false;
  self->has_news = false;
  write_metrics (self);
  *report = (AttemptProgress){
    .progress = self->progress,
    .message = self->message,
    .metrics = self->metrics->len > 0 ? self->metrics_json : NULL,
  };
  return true;
}
