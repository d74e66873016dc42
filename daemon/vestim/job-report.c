/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-report.h"

#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/json/vestim-json.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/job-template.h"
#include "daemon/vestim/output/output.h"

#define MAX_NAME 200

struct JobReport
{
  Template *format; /* (nullable) */
  bool as_json;
  bool is_quiet;
  bool is_single;
  guint n_jobs;
};

JobReport *
job_report_new (const Arguments *arguments, GError **error)
{
  g_autoptr (JobReport) self = g_new0 (JobReport, 1);
  const char *format = arguments_get (arguments, "format");

  self->as_json = arguments_has (arguments, "json");
  self->is_quiet = arguments_has (arguments, "quiet");
  if (format != NULL)
    {
      self->format = job_template_new (format, error);
      if (self->format == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

JobReport *
job_report_new_single (const Arguments *arguments, GError **error)
{
  JobReport *self = job_report_new (arguments, error);

  if (self != NULL)
    self->is_single = true;
  return self;
}

void
job_report_free (JobReport *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->format, template_free);
  g_free (self);
}

bool
job_report_is_for_people (const JobReport *self)
{
  return self->format == NULL && !self->as_json && !self->is_quiet;
}

static void
append_for_people (GString *out, const VestimJsonNode *job, const char *done)
{
  g_autofree char *id = vestim_json_dup_string (vestim_json_member (job, "job_id"));
  g_autofree char *name = vestim_json_dup_string (vestim_json_member (job, "name"));
  g_autofree char *shown_id = vestim_text_line (id, MAX_NAME);
  g_autofree char *shown = vestim_text_line (name, MAX_NAME);

  g_string_append_printf (out, "%s %s%s%s\n", shown_id, done, shown[0] != '\0' ? ": " : "", shown);
}

bool
job_report_add (JobReport *self, const char *text, gsize length, const char *done, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  const VestimJsonNode *job = doc != NULL ? vestim_json_root (doc) : NULL;

  if (vestim_json_type (vestim_json_member (job, "job_id")) != VESTIM_JSON_STRING)
    {
      answer_set_not_a_job (error);
      return false;
    }
  if (self->format != NULL)
    template_append (out, self->format, job);
  else if (self->as_json)
    {
      while (length > 0 && g_ascii_isspace (text[length - 1]))
        length--;
      if (!self->is_single)
        g_string_append (out, self->n_jobs == 0 ? "[" : ",\n ");
      g_string_append_len (out, text, (gssize) length);
    }
  else if (!self->is_quiet)
    append_for_people (out, job, done);
  self->n_jobs++;
  return output_flush (out, error);
}

bool
job_report_add_id (JobReport *self, const char *id, const char *done, GError **error)
{
  g_autoptr (GString) text = g_string_new ("{\"job_id\":");

  vestim_json_append_string (text, id);
  g_string_append_c (text, '}');
  return job_report_add (self, text->str, text->len, done, error);
}

bool
job_report_end (JobReport *self, GError **error)
{
  const char *text = self->is_single ? "\n" : self->n_jobs == 0 ? "[]\n" : "]\n";

  if (!self->as_json || self->format != NULL)
    return true;
  return output_write (text, strlen (text), error);
}
