/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/progress.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "daemon/vestimd/jobs/executor/progress-line.h"
#include "daemon/attempt/progress-file.h"
#include "daemon/vestimd/sys/log.h"

#define MODULE "progress"
#define LOGGED_FAULTS 10 /* of an attempt, then one in a thousand */

typedef struct
{
  char *name;
  double value;
} Metric;

struct Progress
{
  char *name;
  ProgressReader reader;
  uint64_t n_lines;
  uint64_t n_faults;
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
        log_fault (self, "a metric is not a number");
    }
}

static void
take_values (Progress *self, ProgressLine *line)
{
  self->has_news = true;
  if (!isnan (line->progress))
    self->progress = line->progress;
  if (line->message != NULL)
    {
      g_free (self->message);
      self->message = g_steal_pointer (&line->message);
    }
  take_metrics (self, line->metrics);
}

static void
take_line (void *user, const char *text, size_t length)
{
  g_autofree char *fault = NULL;
  Progress *self = user;
  ProgressLine line;

  self->n_lines++;
  if (text == NULL)
    log_fault (self, "it is too long");
  else if (!progress_line_is_blank (text, length))
    {
      if (progress_line_read (&line, text, length, &fault))
        {
          take_values (self, &line);
          progress_line_clear (&line);
        }
      else
        log_fault (self, fault);
    }
}

Progress *
progress_new (const char *name)
{
  Progress *self = g_new0 (Progress, 1);

  self->name = g_strdup (name);
  progress_reader_init (&self->reader, take_line, self);
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
  g_free (self->message);
  g_array_unref (self->metrics);
  g_free (self->metrics_json);
  g_free (self);
}

void
progress_feed (Progress *self, const char *data, size_t length)
{
  progress_reader_feed (&self->reader, data, length);
}

int
progress_read (Progress *self, const char *folder)
{
  return progress_reader_read (&self->reader, folder);
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
