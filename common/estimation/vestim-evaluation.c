/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-evaluation.h"

#include "common/job/vestim-job.h"
#include "common/json/vestim-field-reader.h"

#include <string.h>

#define MAX_PATH_BYTES 4095

bool
vestim_evaluation_is_job_id (const char *model)
{
  return vestim_job_id_sequence (model) > 0;
}

/* (transfer full, nullable) */
static char **
read_list (const VestimFieldReader *reader, const char *name, unsigned max, const char *meaning)
{
  if (!vestim_json_member (reader->object, name))
    vestim_field_reader_fault (reader, name, "is missing: give a list of %s", meaning);
  return vestim_field_reader_strings (reader, name, max);
}

static void
check_path (const VestimFieldReader *reader, const char *name, const char *path,
            const char *expected)
{
  if (strlen (path) > MAX_PATH_BYTES)
    vestim_field_reader_fault (reader, name, "\"%.200s…\" is longer than %d bytes", path,
                               MAX_PATH_BYTES);
  else if (path[0] != '/')
    vestim_field_reader_fault (reader, name, "\"%.200s\" must be %s", path, expected);
}

static void
check_models (const VestimFieldReader *reader, char **models)
{
  for (char **model = models; model && *model; model++)
    {
      if (!vestim_evaluation_is_job_id (*model))
        check_path (reader, "models", *model, "an absolute path or the ID of a job");
      if (g_strv_contains ((const char *const *) model + 1, *model))
        vestim_field_reader_fault (reader, "models", "\"%.200s\" is listed twice", *model);
    }
}

static void
check_files (const VestimFieldReader *reader, char **files)
{
  for (char **file = files; file && *file; file++)
    check_path (reader, "files", *file, "an absolute path");
}

VestimEvaluation *
vestim_evaluation_read (const VestimJsonNode *object, const char *prefix, GPtrArray *errors)
{
  static const char *const known[] = { "models", "files", NULL };
  const VestimFieldReader reader = { .object = object, .prefix = prefix, .errors = errors };
  guint n_before = errors->len;

  if (vestim_json_type (object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (&reader, "", "must be an object");
      return NULL;
    }

  g_autoptr (VestimEvaluation) evaluation = g_new0 (VestimEvaluation, 1);

  vestim_field_reader_refuse_unknown (&reader, known);
  evaluation->models = read_list (&reader, "models", VESTIM_EVALUATION_MAX_MODELS,
                                  "models: job IDs, or paths of model.bin files or job folders");
  evaluation->files = read_list (&reader, "files", VESTIM_EVALUATION_MAX_FILES,
                                 "data files or folders to test the models with");
  check_models (&reader, evaluation->models);
  check_files (&reader, evaluation->files);
  return errors->len == n_before ? g_steal_pointer (&evaluation) : NULL;
}

void
vestim_evaluation_free (VestimEvaluation *evaluation)
{
  if (!evaluation)
    return;

  g_strfreev (evaluation->models);
  g_strfreev (evaluation->files);
  g_free (evaluation);
}

static void
append_model (GString *json, const char *model, const char *jobs_dir)
{
  g_autofree char *folder =
      vestim_evaluation_is_job_id (model) ? g_build_filename (jobs_dir, model, NULL) : NULL;

  vestim_json_append_string (json, folder ? folder : model);
}

char *
vestim_evaluation_dup_json (const VestimEvaluation *evaluation, const char *jobs_dir)
{
  GString *json = g_string_new ("{\"models\":[");

  for (char **model = evaluation->models; *model; model++)
    {
      g_string_append (json, model == evaluation->models ? "" : ",");
      append_model (json, *model, jobs_dir);
    }
  g_string_append (json, "],\"files\":[");
  for (char **file = evaluation->files; *file; file++)
    {
      g_string_append (json, file == evaluation->files ? "" : ",");
      vestim_json_append_string (json, *file);
    }
  g_string_append (json, "]}");
  return g_string_free (json, FALSE);
}
