/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/job-file.h"

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"

#include <stdio.h>
#include <unistd.h>

#define MAX_JOB_FILE (16 * 1024 * 1024)
#define MAX_SUMMARY_FILE (256 * 1024 * 1024)

JobFile *
job_file_read (const char *folder, GError **error)
{
  g_autoptr (JobFile) file = g_new0 (JobFile, 1);
  size_t length = 0;

  file->attempt = 1;
  file->path = g_build_filename (folder, "job.json", NULL);
  file->text = regular_file_read (file->path, MAX_JOB_FILE, &length, error);
  if (!file->text)
    return NULL;

  file->doc = vestim_json_parse (file->text, length, error);
  if (!file->doc)
    {
      g_prefix_error (error, "%s is not JSON: ", file->path);
      return NULL;
    }

  const VestimJsonNode *root = vestim_json_root (file->doc);

  file->kind = vestim_json_dup_string (vestim_json_member (root, "kind"));
  vestim_json_get_int64 (vestim_json_member (root, "attempt"), &file->attempt);
  vestim_json_get_bool (vestim_json_member (root, "fresh"), &file->wants_to_begin);
  return g_steal_pointer (&file);
}

void
job_file_free (JobFile *file)
{
  if (!file)
    return;

  g_clear_pointer (&file->doc, vestim_json_doc_free);
  g_free (file->path);
  g_free (file->text);
  g_free (file->kind);
  g_free (file);
}

const VestimJsonNode *
job_file_selections (const JobFile *file, GError **error)
{
  const VestimJsonNode *selections =
      vestim_json_member (vestim_json_root (file->doc), "selections");

  if (!selections)
    failure_set (error, "%s has no \"selections\": add an object with the settings of the job",
                 file->path);
  return selections;
}

void
job_file_set_faults (const JobFile *file, const GPtrArray *faults, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < faults->len; i++)
    {
      const VestimFieldError *fault = faults->pdata[i];

      g_string_append_printf (text, "%s%s: %s", i ? "; " : "", fault->field, fault->message);
    }
  failure_set (error, "%s: %s", file->path, text->str);
}

static bool
was_completed (const char *summary)
{
  size_t length = 0;
  g_autofree char *text = regular_file_read (summary, MAX_SUMMARY_FILE, &length, NULL);
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, length, NULL) : NULL;
  const VestimJsonNode *root = doc ? vestim_json_root (doc) : NULL;
  g_autofree char *status = vestim_json_dup_string (vestim_json_member (root, "status"));

  return g_strcmp0 (status, "completed") == 0;
}

bool
job_file_was_completed (const JobFile *file, const char *folder)
{
  g_autofree char *summary = g_build_filename (folder, "summary.json", NULL);
  bool is_completed = !file->wants_to_begin && was_completed (summary);

  if (file->wants_to_begin)
    puts ("starting from the beginning, as requested");
  unlink (summary);
  return is_completed;
}
