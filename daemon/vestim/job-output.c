/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-output.h"

#include <string.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/job-template.h"
#include "daemon/vestim/output/cell-text.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/output/time-text.h"
#include "daemon/vestim/views/job-page.h"
#include "daemon/vestim/views/job-table.h"

struct JobOutput
{
  JobOutputForm form;
  bool as_json;
  bool is_array; /* of --json */
  bool as_ids;
  Template *format; /* (nullable) */
  Table *table;     /* (nullable) for people */
  Terminal terminal;
  int64_t now_ms;
  GHashTable *ids;     /* of the jobs so far */
  const char *last_id; /* (nullable) among them */
  GString *out;
};

JobOutput *
job_output_new (const Arguments *arguments, JobOutputForm form, guint n_jobs, GError **error)
{
  g_autoptr (JobOutput) self = g_new0 (JobOutput, 1);
  const char *format = arguments_get (arguments, "format");

  self->form = form;
  self->as_json = arguments_has (arguments, "json");
  self->is_array = form == JOB_OUTPUT_TABLE || n_jobs != 1;
  self->as_ids = arguments_has (arguments, "quiet");
  self->terminal = terminal_find (STDOUT_FILENO);
  self->now_ms = time_text_now ();
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->out = g_string_new (NULL);
  if (format != NULL)
    {
      self->format = job_template_new (format, error);
      if (self->format == NULL)
        return NULL;
    }
  if (form == JOB_OUTPUT_TABLE)
    self->table = job_table_new ();
  return g_steal_pointer (&self);
}

void
job_output_free (JobOutput *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->format, template_free);
  g_clear_pointer (&self->table, table_free);
  g_hash_table_unref (self->ids);
  g_string_free (self->out, TRUE);
  g_free (self);
}

guint
job_output_n_jobs (const JobOutput *self)
{
  return g_hash_table_size (self->ids);
}

const char *
job_output_last_id (const JobOutput *self)
{
  return self->last_id;
}

static void
add_json (JobOutput *self, const char *raw, size_t length)
{
  if (self->is_array)
    g_string_append (self->out, job_output_n_jobs (self) == 1 ? "[" : ",\n ");
  g_string_append_len (self->out, raw, (gssize) length);
  if (!self->is_array)
    g_string_append_c (self->out, '\n');
}

static bool
add_for_people (JobOutput *self, const char *raw, size_t length)
{
  g_autoptr (JsonNode) job = vestim_node_parse (raw, length, NULL);

  if (job == NULL)
    return false;
  if (self->table != NULL)
    {
      job_table_add (self->table, job, &self->terminal, self->now_ms);
      return true;
    }
  if (job_output_n_jobs (self) > 1)
    g_string_append_c (self->out, '\n');
  job_page_append (self->out, job, &self->terminal, self->now_ms);
  return true;
}

static bool
add_job (JobOutput *self, const VestimJsonNode *job)
{
  g_autofree char *id = vestim_json_dup_string (vestim_json_member (job, "job_id"));
  size_t length;
  const char *raw = vestim_json_raw (job, &length);

  if (id == NULL)
    return false;
  if (g_hash_table_contains (self->ids, id))
    return true;
  self->last_id = id;
  g_hash_table_add (self->ids, g_steal_pointer (&id));
  if (self->format != NULL)
    template_append (self->out, self->format, job);
  else if (self->as_ids)
    {
      g_autofree char *line = cell_text_dup_line (self->last_id);

      g_string_append_printf (self->out, "%s\n", line);
    }
  else if (self->as_json)
    add_json (self, raw, length);
  else
    return add_for_people (self, raw, length);
  return true;
}

static bool
add_all (JobOutput *self, const VestimJsonNode *root)
{
  if (vestim_json_type (root) != VESTIM_JSON_ARRAY)
    return add_job (self, root);
  for (const VestimJsonNode *job = vestim_json_first (root); job != NULL;
       job = vestim_json_next (job))
    if (!add_job (self, job))
      return false;
  return true;
}

bool
job_output_add (JobOutput *self, GBytes *body, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text != NULL ? text : "", length, NULL);

  if (doc == NULL || !add_all (self, vestim_json_root (doc)))
    {
      g_set_error_literal (error, VESTIM_ERROR, VESTIM_ERROR_GARBLED,
                           "The server's answer has no jobs. It is probably not a VEstim server.");
      return false;
    }
  return output_flush (self->out, error);
}

bool
job_output_end (JobOutput *self, GError **error)
{
  if (self->format == NULL && !self->as_ids)
    {
      if (self->as_json && self->is_array)
        g_string_append (self->out, job_output_n_jobs (self) == 0 ? "[]\n" : "]\n");
      else if (!self->as_json && self->table != NULL && table_n_rows (self->table) > 0)
        table_append (self->out, self->table, &self->terminal);
    }
  return output_flush (self->out, error);
}
