/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job-json.h"

#include <assert.h>
#include <string.h>

/* Writing and reading follow the table of job fields: what a field is called and what it may hold
 * is said there, how each type looks in JSON is said here. */

static void
append_text (GString *out, const VestimJobField *field, const VestimJob *job)
{
  const char *text = VESTIM_JOB_MEMBER (char *, field, job);

  if (text == NULL)
    text = field->null_text;
  if (field->type == VESTIM_JOB_FIELD_TEXT)
    vestim_json_append_string (out, text);
  else
    g_string_append (out, text != NULL ? text : "null");
}

/* printf() would make a list of jobs a tenth slower. */
static void
append_int (GString *out, int64_t value)
{
  char text[24], *start = text + sizeof text;
  uint64_t rest = value < 0 ? -(uint64_t) value : (uint64_t) value;

  do
    *--start = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    *--start = '-';
  g_string_append_len (out, start, text + sizeof text - start);
}

static void
append_folder (GString *out, const VestimJob *job, const char *jobs_dir)
{
  g_autofree char *folder = g_strconcat (jobs_dir, "/", job->id, NULL);

  vestim_json_append_string (out, folder);
}

static void
append_value (GString *out, const VestimJobField *field, const VestimJob *job, const char *jobs_dir)
{
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_TEXT:
    case VESTIM_JOB_FIELD_OBJECT:
    case VESTIM_JOB_FIELD_ARRAY:
      append_text (out, field, job);
      return;
    case VESTIM_JOB_FIELD_WORD:
      vestim_json_append_string (out, field->words[VESTIM_JOB_MEMBER (unsigned, field, job)]);
      return;
    case VESTIM_JOB_FIELD_BOOL:
      g_string_append (out, VESTIM_JOB_MEMBER (bool, field, job) ? "true" : "false");
      return;
    case VESTIM_JOB_FIELD_INT:
    case VESTIM_JOB_FIELD_INT64:
      if (vestim_job_field_is_null (field, job))
        g_string_append (out, "null");
      else
        append_int (out, vestim_job_field_int (field, job));
      return;
    case VESTIM_JOB_FIELD_TIME:
      vestim_json_append_time (out, VESTIM_JOB_MEMBER (int64_t, field, job));
      return;
    case VESTIM_JOB_FIELD_DOUBLE:
      vestim_json_append_double (out, VESTIM_JOB_MEMBER (double, field, job));
      return;
    case VESTIM_JOB_FIELD_FOLDER:
      append_folder (out, job, jobs_dir);
      return;
    }
}

/* `opens`: the object begins with it. */
static void
append_member (GString *out, const VestimJobField *field, const VestimJob *job,
               const char *jobs_dir, bool opens)
{
  if (opens)
    g_string_append_c (out, '{');
  g_string_append_len (out, field->key + opens, field->key_length - opens);
  append_value (out, field, job, jobs_dir);
}

void
vestim_job_json_append (GString *out, const VestimJob *job, const char *jobs_dir)
{
  static const char details[] = ",\"details\":";
  bool opens = true, in_details = false;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if (field->name == NULL
          || ((field->flags & VESTIM_JOB_FIELD_OMITTED) != 0
              && vestim_job_field_is_null (field, job)))
        continue;
      if ((field->flags & VESTIM_JOB_FIELD_DETAILS) != 0 && !in_details)
        {
          g_string_append_len (out, details, sizeof details - 1);
          in_details = opens = true;
        }
      append_member (out, field, job, jobs_dir, opens);
      opens = false;
    }
  g_string_append (out, "}}");
}

void
vestim_job_json_append_members (GString *out, const VestimJob *job, const char *const *names)
{
  for (unsigned n = 0; names[n] != NULL; n++)
    for (unsigned i = 0; i < vestim_job_n_fields; i++)
      if (g_strcmp0 (vestim_job_fields[i].name, names[n]) == 0)
        append_member (out, &vestim_job_fields[i], job, NULL, n == 0);
  g_string_append_c (out, '}');
}

/* ---- Reading ---- */

static bool
read_text (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job)
{
  char *value = vestim_json_dup_string (node);

  if (value == NULL || strlen (value) > (size_t) field->max)
    {
      g_free (value);
      return false;
    }
  vestim_job_field_take_text (field, job, value);
  return true;
}

static bool
read_raw (const VestimJobField *field, const VestimJsonNode *node, VestimJsonType type,
          VestimJob *job)
{
  size_t length = 0;
  const char *raw = vestim_json_raw (node, &length);

  if (vestim_json_type (node) != type)
    return false;
  vestim_job_field_take_text (field, job, g_strndup (raw, length));
  return true;
}

static bool
read_checked (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job,
              GPtrArray *errors)
{
  char *text = field->read (node, field->name, errors);

  if (text == NULL)
    return false;
  vestim_job_field_take_text (field, job, text);
  return true;
}

/* 0 stands for null, so the first moment of 1970 becomes its first millisecond. */
static bool
read_time (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job)
{
  g_autofree char *text = vestim_json_dup_string (node);
  int64_t value;

  if (text == NULL || !vestim_json_parse_any_time (text, &value))
    return false;
  vestim_job_field_set_int (field, job, value != 0 ? value : 1);
  return true;
}

static bool
read_word (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job)
{
  g_autofree char *word = vestim_json_dup_string (node);

  return (word != NULL || vestim_json_type (node) == VESTIM_JSON_NULL)
         && vestim_job_field_set_word (field, job, word);
}

static bool
read_int (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job)
{
  int64_t value;

  if (!vestim_json_get_int64 (node, &value) || value < field->min || value > field->max)
    return false;
  vestim_job_field_set_int (field, job, value);
  return true;
}

static bool
read_bool (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job)
{
  bool value;

  if (!vestim_json_get_bool (node, &value))
    return false;
  vestim_job_field_set_int (field, job, value);
  return true;
}

bool
vestim_job_json_read_field (const VestimJobField *field, const VestimJsonNode *node, VestimJob *job,
                            GPtrArray *errors)
{
  assert (field->change != VESTIM_JOB_CHANGE_NEVER);
  if ((field->flags & VESTIM_JOB_FIELD_NULLABLE) != 0
      && vestim_json_type (node) == VESTIM_JSON_NULL)
    {
      vestim_job_field_reset (field, job);
      return true;
    }
  if (field->read != NULL)
    return read_checked (field, node, job, errors);
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_TEXT:
      return read_text (field, node, job);
    case VESTIM_JOB_FIELD_OBJECT:
      return read_raw (field, node, VESTIM_JSON_OBJECT, job);
    case VESTIM_JOB_FIELD_ARRAY:
      return read_raw (field, node, VESTIM_JSON_ARRAY, job);
    case VESTIM_JOB_FIELD_WORD:
      return read_word (field, node, job);
    case VESTIM_JOB_FIELD_BOOL:
      return read_bool (field, node, job);
    case VESTIM_JOB_FIELD_INT:
    case VESTIM_JOB_FIELD_INT64:
      return read_int (field, node, job);
    case VESTIM_JOB_FIELD_TIME:
      return read_time (field, node, job);
    case VESTIM_JOB_FIELD_DOUBLE:
    case VESTIM_JOB_FIELD_FOLDER:
      break; /* no client sets one */
    }
  g_assert_not_reached ();
}
