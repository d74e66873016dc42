/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-job-fields.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "common/job/vestim-dependencies.h"
#include "common/job/vestim-resources.h"
#include "common/job/vestim-retry-policy.h"
#include "common/job/vestim-tags.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"

/* The sequence, the registry's key, comes first. The other rows stand in the order of the job
 * object, in which `details` comes last. */

#define TEXT(member) .type = VESTIM_JOB_FIELD_TEXT, .offset = offsetof (VestimJob, member)
#define OBJECT(member) .type = VESTIM_JOB_FIELD_OBJECT, .offset = offsetof (VestimJob, member)
#define ARRAY(member) .type = VESTIM_JOB_FIELD_ARRAY, .offset = offsetof (VestimJob, member)
#define BOOL(member) .type = VESTIM_JOB_FIELD_BOOL, .offset = offsetof (VestimJob, member)
#define INT(member) .type = VESTIM_JOB_FIELD_INT, .offset = offsetof (VestimJob, member)
#define INT64(member) .type = VESTIM_JOB_FIELD_INT64, .offset = offsetof (VestimJob, member)
#define TIME(member) .type = VESTIM_JOB_FIELD_TIME, .offset = offsetof (VestimJob, member)
#define DOUBLE(member) .type = VESTIM_JOB_FIELD_DOUBLE, .offset = offsetof (VestimJob, member)
#define WORD(member, list) \
  .type = VESTIM_JOB_FIELD_WORD, .offset = offsetof (VestimJob, member), .words = list, \
  .n_words = G_N_ELEMENTS (list)

/* JSON: only in the job object. COLUMN: only in the registry. BOTH: in both, under the same name.
 */
#define JSON(word) .name = word, .key = ",\"" word "\":", .key_length = sizeof ",\"" word "\":" - 1
#define COLUMN(word) .column = word
#define BOTH(word) JSON (word), COLUMN (word)

#define NULLABLE VESTIM_JOB_FIELD_NULLABLE
#define ATTEMPT VESTIM_JOB_FIELD_OF_ATTEMPT
#define DETAILS (VESTIM_JOB_FIELD_DETAILS | NULLABLE | ATTEMPT)
#define OMITTED VESTIM_JOB_FIELD_OMITTED
#define SPARSE VESTIM_JOB_FIELD_SPARSE

/* What a client may change when. */
#define ALWAYS .change = VESTIM_JOB_CHANGE_ALWAYS
#define UNTIL_RUNNING \
  .change = VESTIM_JOB_CHANGE_UNTIL_RUNNING, \
  .change_error = \
      "Of the fields, only the name, the tags, the note and whether it is pinned can " \
      "be changed while a job runs and after its end. Create a new job for other changes."
#define WHILE_CREATED \
  .change = VESTIM_JOB_CHANGE_WHILE_CREATED, \
  .change_error = "The kind can be changed only while the status is \"created\". " \
                  "Create a new job instead."

bool
vestim_job_group_check (const char *text, const char *name, GPtrArray *errors)
{
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  size_t length = text != NULL ? strlen (text) : 0;

  if (length > 0 && length <= VESTIM_MAX_GROUP && strspn (text, allowed) == length)
    return true;
  vestim_field_errors_add (errors, name,
                           "The group must have 1 to %d characters of A-Z, a-z, 0-9, '_', '.' "
                           "and '-'.",
                           VESTIM_MAX_GROUP);
  return false;
}

static char *
read_group (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  g_autofree char *text = vestim_json_dup_string (node);

  return vestim_job_group_check (text, name, errors) ? g_steal_pointer (&text) : NULL;
}

static char *
read_unique (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  char *text = vestim_json_dup_string (node);

  if (text != NULL && text[0] != '\0' && strlen (text) <= VESTIM_MAX_UNIQUE)
    return text;
  vestim_field_errors_add (errors, name,
                           "This must be a string of 1 to %d bytes without a NUL character, or "
                           "null.",
                           VESTIM_MAX_UNIQUE);
  g_free (text);
  return NULL;
}

const VestimJobField vestim_job_fields[] = {
  { COLUMN ("sequence"), INT64 (sequence) },
  { BOTH ("job_id"), TEXT (id) },
  { BOTH ("name"), TEXT (name), .initial_text = "", .max = VESTIM_MAX_NAME, ALWAYS },
  { BOTH ("kind"), WORD (kind, vestim_job_kind_words),
    .expected = "\"command\", \"estimation\" or \"evaluation\", or null for a draft",
    WHILE_CREATED },
  { JSON ("status"), COLUMN ("state"), WORD (state, vestim_job_state_words) },
  { BOTH ("priority"), INT (priority), .min = VESTIM_MIN_PRIORITY, .max = VESTIM_MAX_PRIORITY,
    UNTIL_RUNNING },
  { BOTH ("rank"), INT64 (rank), .initial = INT64_MIN, .flags = NULLABLE | VESTIM_JOB_FIELD_APART },
  { BOTH ("selections"), OBJECT (selections), .initial_text = "{}", UNTIL_RUNNING },
  { BOTH ("resources"), OBJECT (resources), .null_text = VESTIM_RESOURCES_INITIAL, .flags = SPARSE,
    .read = vestim_resources_normalise, UNTIL_RUNNING },
  { JSON ("group"), COLUMN ("group_name"), TEXT (group), .null_text = VESTIM_DEFAULT_GROUP,
    .flags = SPARSE, .read = read_group, UNTIL_RUNNING },
  { BOTH ("depends_on"), ARRAY (depends_on), .null_text = "[]", .flags = SPARSE,
    .read = vestim_dependencies_normalise, UNTIL_RUNNING },
  { BOTH ("start_after"), TIME (start_after), .flags = NULLABLE, UNTIL_RUNNING },
  { BOTH ("retry"), OBJECT (retry), .flags = NULLABLE, .read = vestim_retry_policy_normalise,
    UNTIL_RUNNING },
  { BOTH ("tags"), ARRAY (tags), .null_text = "[]", .flags = SPARSE, .read = vestim_tags_normalise,
    ALWAYS },
  { BOTH ("note"), TEXT (note), .null_text = "", .max = VESTIM_MAX_NOTE, .flags = SPARSE, ALWAYS },
  { BOTH ("pinned"), BOOL (pinned), .flags = SPARSE, ALWAYS },
  { JSON ("unique"), COLUMN ("unique_name"), TEXT (unique), .flags = NULLABLE, .read = read_unique,
    UNTIL_RUNNING },
  { BOTH ("executor"), WORD (executor, vestim_executor_words), .flags = SPARSE,
    .expected = "\"local\" or \"slurm\"", UNTIL_RUNNING },
  { BOTH ("paused"), BOOL (paused), .flags = SPARSE },
  { JSON ("waiting"), OBJECT (waiting), .flags = NULLABLE },
  { JSON ("job_folder"), .type = VESTIM_JOB_FIELD_FOLDER },
  { BOTH ("attempt"), INT (attempt), .initial = 1 },
  { BOTH ("created_at"), TIME (created_at) },
  { BOTH ("updated_at"), TIME (updated_at) },
  { BOTH ("started_at"), TIME (started_at), .flags = NULLABLE | ATTEMPT },
  { BOTH ("finished_at"), TIME (finished_at), .flags = NULLABLE | ATTEMPT },
  { BOTH ("progress"), DOUBLE (progress), .flags = ATTEMPT },
  { BOTH ("message"), TEXT (message), .flags = NULLABLE | ATTEMPT },

  { BOTH ("exit_code"), INT (details.exit_code), .initial = -1, .flags = DETAILS },
  { BOTH ("signal"), TEXT (details.signal), .flags = DETAILS },
  { BOTH ("reason"), TEXT (details.reason), .flags = DETAILS },
  { BOTH ("cpu_s"), DOUBLE (details.cpu_s), .flags = DETAILS },
  { BOTH ("max_rss_kb"), INT64 (details.max_rss_kb), .initial = -1, .flags = DETAILS },
  { BOTH ("wall_s"), DOUBLE (details.wall_s), .flags = DETAILS },
  { BOTH ("metrics"), OBJECT (details.metrics), .null_text = "{}", .flags = DETAILS },
  { BOTH ("tasks"), ARRAY (details.tasks), .flags = DETAILS | OMITTED },
  { BOTH ("gpu_indices"), ARRAY (details.gpu_indices), .flags = DETAILS | OMITTED },
  { BOTH ("attempts"), ARRAY (details.attempts), .null_text = "[]",
    .flags = VESTIM_JOB_FIELD_DETAILS | SPARSE },

  { COLUMN ("intent"), WORD (intent, vestim_job_intent_words), .flags = ATTEMPT },
  { COLUMN ("fresh"), BOOL (fresh) },
  { COLUMN ("idle_resumes"), INT (idle_resumes) },
  { COLUMN ("resume_progress"), DOUBLE (resume_progress) },
  { COLUMN ("retries"), INT (retries), .flags = SPARSE },
  { COLUMN ("not_before"), INT64 (not_before), .flags = SPARSE | ATTEMPT },
  { COLUMN ("is_released"), BOOL (is_released), .flags = SPARSE },
  { COLUMN ("is_blocked"), BOOL (is_blocked), .flags = SPARSE },
};
const unsigned vestim_job_n_fields = G_N_ELEMENTS (vestim_job_fields);

G_STATIC_ASSERT (G_N_ELEMENTS (vestim_job_fields) <= VESTIM_JOB_MAX_FIELDS);

VestimJobFieldSet
vestim_job_field_set (size_t offset)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if (vestim_job_fields[i].offset == offset
        && vestim_job_fields[i].type != VESTIM_JOB_FIELD_FOLDER)
      return VESTIM_JOB_FIELD_BIT (i);
  g_assert_not_reached ();
}

bool
vestim_job_field_is_text (const VestimJobField *field)
{
  return field->type <= VESTIM_JOB_FIELD_ARRAY;
}

int64_t
vestim_job_field_int (const VestimJobField *field, const VestimJob *job)
{
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_WORD:
      return VESTIM_JOB_MEMBER (unsigned, field, job);
    case VESTIM_JOB_FIELD_BOOL:
      return VESTIM_JOB_MEMBER (bool, field, job);
    case VESTIM_JOB_FIELD_INT:
      return VESTIM_JOB_MEMBER (int, field, job);
    case VESTIM_JOB_FIELD_INT64:
    case VESTIM_JOB_FIELD_TIME:
      return VESTIM_JOB_MEMBER (int64_t, field, job);
    case VESTIM_JOB_FIELD_TEXT:
    case VESTIM_JOB_FIELD_OBJECT:
    case VESTIM_JOB_FIELD_ARRAY:
    case VESTIM_JOB_FIELD_DOUBLE:
    case VESTIM_JOB_FIELD_FOLDER:
      break;
    }
  g_assert_not_reached ();
}

void
vestim_job_field_take_text (const VestimJobField *field, VestimJob *job, char *text)
{
  char **member = &VESTIM_JOB_MEMBER (char *, field, job);

  if ((field->flags & VESTIM_JOB_FIELD_SPARSE) != 0 && g_strcmp0 (text, field->null_text) == 0)
    g_clear_pointer (&text, g_free);
  g_free (*member);
  *member = text;
}

void
vestim_job_field_set_int (const VestimJobField *field, VestimJob *job, int64_t value)
{
  switch (field->type)
    {
    case VESTIM_JOB_FIELD_WORD:
      assert (value >= 0 && value < field->n_words);
      VESTIM_JOB_MEMBER (unsigned, field, job) = (unsigned) value;
      return;
    case VESTIM_JOB_FIELD_BOOL:
      VESTIM_JOB_MEMBER (bool, field, job) = value != 0;
      return;
    case VESTIM_JOB_FIELD_INT:
      VESTIM_JOB_MEMBER (int, field, job) = (int) CLAMP (value, INT_MIN, INT_MAX);
      return;
    case VESTIM_JOB_FIELD_INT64:
    case VESTIM_JOB_FIELD_TIME:
      VESTIM_JOB_MEMBER (int64_t, field, job) = value;
      return;
    case VESTIM_JOB_FIELD_TEXT:
    case VESTIM_JOB_FIELD_OBJECT:
    case VESTIM_JOB_FIELD_ARRAY:
    case VESTIM_JOB_FIELD_DOUBLE:
    case VESTIM_JOB_FIELD_FOLDER:
      break;
    }
  g_assert_not_reached ();
}

bool
vestim_job_field_set_word (const VestimJobField *field, VestimJob *job, const char *word)
{
  assert (field->type == VESTIM_JOB_FIELD_WORD);
  for (unsigned i = 0; i < field->n_words; i++)
    if (field->words[i] == word
        || (field->words[i] != NULL && word != NULL && strcmp (word, field->words[i]) == 0))
      {
        VESTIM_JOB_MEMBER (unsigned, field, job) = i;
        return true;
      }
  return false;
}

bool
vestim_job_field_is_initial (const VestimJobField *field, const VestimJob *job)
{
  if (vestim_job_field_is_text (field))
    return VESTIM_JOB_MEMBER (char *, field, job) == NULL;
  if (field->type == VESTIM_JOB_FIELD_DOUBLE)
    return isnan (VESTIM_JOB_MEMBER (double, field, job));
  return vestim_job_field_int (field, job) == field->initial;
}

bool
vestim_job_field_is_null (const VestimJobField *field, const VestimJob *job)
{
  if (field->type == VESTIM_JOB_FIELD_WORD)
    return field->words[VESTIM_JOB_MEMBER (unsigned, field, job)] == NULL;
  return (vestim_job_field_is_text (field) || field->type == VESTIM_JOB_FIELD_DOUBLE
          || (field->flags & VESTIM_JOB_FIELD_NULLABLE) != 0)
         && vestim_job_field_is_initial (field, job);
}

void
vestim_job_field_reset (const VestimJobField *field, VestimJob *job)
{
  if (vestim_job_field_is_text (field))
    vestim_job_field_take_text (field, job, g_strdup (field->initial_text));
  else if (field->type == VESTIM_JOB_FIELD_DOUBLE)
    VESTIM_JOB_MEMBER (double, field, job) = NAN;
  else if (field->type != VESTIM_JOB_FIELD_FOLDER)
    vestim_job_field_set_int (field, job, field->initial);
}

static bool
may_change (const VestimJobField *field, VestimJobState state)
{
  switch (field->change)
    {
    case VESTIM_JOB_CHANGE_NEVER:
      break; /* no client can give one */
    case VESTIM_JOB_CHANGE_ALWAYS:
      return true;
    case VESTIM_JOB_CHANGE_UNTIL_RUNNING:
      return state == VESTIM_JOB_CREATED || state == VESTIM_JOB_QUEUED;
    case VESTIM_JOB_CHANGE_WHILE_CREATED:
      return state == VESTIM_JOB_CREATED;
    }
  g_assert_not_reached ();
}

/* Of several reasons, that of the strictest rule: it helps most. */
const char *
vestim_job_fields_refuse_change (VestimJobFieldSet set, VestimJobState state)
{
  const VestimJobField *found = NULL;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if ((set & VESTIM_JOB_FIELD_BIT (i)) != 0 && !may_change (field, state)
          && (found == NULL || field->change > found->change))
        found = field;
    }
  return found != NULL ? found->change_error : NULL;
}

static void
copy_field (const VestimJobField *field, VestimJob *to, const VestimJob *from)
{
  if (vestim_job_field_is_text (field))
    vestim_job_field_take_text (field, to, g_strdup (VESTIM_JOB_MEMBER (char *, field, from)));
  else if (field->type == VESTIM_JOB_FIELD_DOUBLE)
    VESTIM_JOB_MEMBER (double, field, to) = VESTIM_JOB_MEMBER (double, field, from);
  else
    vestim_job_field_set_int (field, to, vestim_job_field_int (field, from));
}

void
vestim_job_fields_copy (VestimJob *to, const VestimJob *from, VestimJobFieldSet set)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if ((set & VESTIM_JOB_FIELD_BIT (i)) != 0)
      copy_field (&vestim_job_fields[i], to, from);
}

static bool
field_is_equal (const VestimJobField *field, const VestimJob *a, const VestimJob *b)
{
  if (field->type == VESTIM_JOB_FIELD_FOLDER)
    return true; /* it follows from the ID */
  if (vestim_job_field_is_text (field))
    return g_strcmp0 (VESTIM_JOB_MEMBER (char *, field, a), VESTIM_JOB_MEMBER (char *, field, b))
           == 0;
  if (field->type == VESTIM_JOB_FIELD_DOUBLE)
    return memcmp (&VESTIM_JOB_MEMBER (double, field, a), &VESTIM_JOB_MEMBER (double, field, b),
                   sizeof (double))
           == 0;
  return vestim_job_field_int (field, a) == vestim_job_field_int (field, b);
}

bool
vestim_job_fields_equal (const VestimJob *a, const VestimJob *b, VestimJobFieldSet set)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if ((set & VESTIM_JOB_FIELD_BIT (i)) != 0 && !field_is_equal (&vestim_job_fields[i], a, b))
      return false;
  return true;
}
