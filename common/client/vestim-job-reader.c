/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-job-reader.h"

#include "common/client/vestim-node.h"
#include "common/job/vestim-job-fields.h"
#include "common/json/vestim-json.h"

/* Takes `value`. NULL leaves the field's initial value. */
static void
replace_text (const VestimJobField *field, VestimJob *job, char *value)
{
  if (value != NULL)
    vestim_job_field_take_text (field, job, value);
}

static void
read_raw (const VestimJobField *field, JsonNode *node, JsonNodeType type, VestimJob *job)
{
  if (node != NULL && JSON_NODE_HOLDS (node, type))
    replace_text (field, job, vestim_node_dup_text (node));
}

static void
read_int (const VestimJobField *field, JsonNode *node, VestimJob *job)
{
  int64_t value = field->initial;

  if (field->type == VESTIM_JOB_FIELD_TIME)
    vestim_node_get_time (node, &value);
  else
    vestim_node_get_int64 (node, &value);
  vestim_job_field_set_int (field, job, value);
}

/* A value of another type leaves the field's initial one. */
static void
read_field (const VestimJobField *field, JsonNode *node, VestimJob *job)
{
  bool is_true = false;

  switch (field->type)
    {
    case VESTIM_JOB_FIELD_TEXT:
      replace_text (field, job, g_strdup (vestim_node_string (node)));
      break;
    case VESTIM_JOB_FIELD_OBJECT:
      read_raw (field, node, JSON_NODE_OBJECT, job);
      break;
    case VESTIM_JOB_FIELD_ARRAY:
      read_raw (field, node, JSON_NODE_ARRAY, job);
      break;
    case VESTIM_JOB_FIELD_WORD:
      (void) vestim_job_field_set_word (field, job, vestim_node_string (node));
      break;
    case VESTIM_JOB_FIELD_BOOL:
      if (vestim_node_get_bool (node, &is_true))
        vestim_job_field_set_int (field, job, is_true);
      break;
    case VESTIM_JOB_FIELD_INT:
    case VESTIM_JOB_FIELD_INT64:
    case VESTIM_JOB_FIELD_TIME:
      read_int (field, node, job);
      break;
    case VESTIM_JOB_FIELD_DOUBLE:
      (void) vestim_node_get_double (node, &VESTIM_JOB_MEMBER (double, field, job));
      break;
    case VESTIM_JOB_FIELD_FOLDER:
      break; /* given apart from the job */
    }
}

VestimJob *
vestim_job_read (JsonNode *node, char **folder, GError **error)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  const char *status = vestim_node_member_string (node, "status");
  JsonNode *details = vestim_node_member (node, "details");

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];
      bool in_details = (field->flags & VESTIM_JOB_FIELD_DETAILS) != 0;

      if (field->name != NULL)
        read_field (field, vestim_node_member (in_details ? details : node, field->name), job);
    }
  if (job->id == NULL || status == NULL || !vestim_job_state_parse (status, &job->state))
    {
      g_set_error (error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_CONTENT,
                   "not a job: job_id or status is missing or unknown");
      return NULL;
    }
  job->sequence = vestim_job_id_sequence (job->id);
  if (folder != NULL)
    *folder = g_strdup (vestim_node_member_string (node, "job_folder"));
  return g_steal_pointer (&job);
}
