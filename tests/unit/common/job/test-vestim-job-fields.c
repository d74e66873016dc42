/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "common/job/vestim-job-fields.h"

#define NAME VESTIM_JOB_FIELD_SET (name)
#define KIND VESTIM_JOB_FIELD_SET (kind)
#define PRIORITY VESTIM_JOB_FIELD_SET (priority)
#define SELECTIONS VESTIM_JOB_FIELD_SET (selections)

/* Two rows for one member, or two members for one name, would lose a value without a sound. */
static void
test_names_columns_and_members_are_unique (void)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    for (unsigned j = 0; j < i; j++)
      {
        const VestimJobField *a = &vestim_job_fields[i], *b = &vestim_job_fields[j];

        g_assert_true (a->name == NULL || g_strcmp0 (a->name, b->name) != 0);
        g_assert_true (a->column == NULL || g_strcmp0 (a->column, b->column) != 0);
        g_assert_true (a->type == VESTIM_JOB_FIELD_FOLDER || b->type == VESTIM_JOB_FIELD_FOLDER
                       || a->offset != b->offset);
      }
}

/* The registry updates by the first column; the job object opens `details` once. */
static void
test_the_sequence_is_first_and_details_are_last (void)
{
  bool in_details = false;

  g_assert_cmpstr (vestim_job_fields[0].column, ==, "sequence");
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if (field->name == NULL)
        continue;
      g_assert_true (!in_details || (field->flags & VESTIM_JOB_FIELD_DETAILS) != 0);
      in_details = (field->flags & VESTIM_JOB_FIELD_DETAILS) != 0;
    }
  g_assert_true (in_details);
}

/* A 409 needs its sentence, and a 422 its expectation. */
static void
test_each_field_that_clients_set_has_its_messages (void)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      g_assert_true (field->change <= VESTIM_JOB_CHANGE_ALWAYS || field->change_error != NULL);
      if (field->change == VESTIM_JOB_CHANGE_NEVER)
        continue;
      g_assert_nonnull (field->name);
      g_assert_true (field->type != VESTIM_JOB_FIELD_WORD || field->expected != NULL);
      g_assert_true (field->type != VESTIM_JOB_FIELD_TEXT || field->max > 0 || field->read != NULL);
    }
}

static void
test_the_state_decides_what_may_change (void)
{
  const VestimJobFieldSet all = NAME | KIND | PRIORITY | SELECTIONS;

  g_assert_null (vestim_job_fields_refuse_change (all, VESTIM_JOB_CREATED));
  g_assert_null (vestim_job_fields_refuse_change (NAME | PRIORITY, VESTIM_JOB_QUEUED));
  g_assert_null (vestim_job_fields_refuse_change (NAME, VESTIM_JOB_COMPLETED));
  g_assert_null (vestim_job_fields_refuse_change (SELECTIONS, VESTIM_JOB_QUEUED));
  g_assert_nonnull (vestim_job_fields_refuse_change (SELECTIONS, VESTIM_JOB_RUNNING));
  g_assert_nonnull (vestim_job_fields_refuse_change (KIND, VESTIM_JOB_QUEUED));
  g_assert_nonnull (vestim_job_fields_refuse_change (PRIORITY, VESTIM_JOB_RUNNING));
}

/* Who sends priority and kind to a running job should hear of the kind. */
static void
test_the_strictest_rule_gives_the_reason (void)
{
  const char *reason = vestim_job_fields_refuse_change (PRIORITY | KIND, VESTIM_JOB_RUNNING);

  g_assert_nonnull (strstr (reason, "The kind"));
}

/* Most jobs have most fields at their initial value: 100,000 of them shall not hold a copy each. */
static void
test_an_initial_value_takes_no_memory (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if ((field->flags & VESTIM_JOB_FIELD_SPARSE) == 0 || !vestim_job_field_is_text (field))
        continue;
      g_assert_null (VESTIM_JOB_MEMBER (char *, field, job));
      vestim_job_field_take_text (field, job, g_strdup (field->null_text));
      g_assert_null (VESTIM_JOB_MEMBER (char *, field, job));
    }
}

static void
test_only_the_fields_of_the_set_are_copied_and_compared (void)
{
  g_autoptr (VestimJob) from = vestim_job_new ();
  g_autoptr (VestimJob) to = vestim_job_new ();

  from->name = (g_free (from->name), g_strdup ("new"));
  from->priority = 7;
  from->message = g_strdup ("m");
  vestim_job_fields_copy (to, from, NAME | VESTIM_JOB_FIELD_SET (message));
  g_assert_cmpstr (to->name, ==, "new");
  g_assert_true (to->name != from->name);
  g_assert_cmpstr (to->message, ==, "m");
  g_assert_cmpint (to->priority, ==, 0);
  g_assert_true (vestim_job_fields_equal (to, from, NAME | VESTIM_JOB_FIELD_SET (progress)));
  g_assert_false (vestim_job_fields_equal (to, from, NAME | PRIORITY));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-fields/names-columns-and-members-are-unique",
                   test_names_columns_and_members_are_unique);
  g_test_add_func ("/job-fields/the-sequence-is-first-and-details-are-last",
                   test_the_sequence_is_first_and_details_are_last);
  g_test_add_func ("/job-fields/each-field-that-clients-set-has-its-messages",
                   test_each_field_that_clients_set_has_its_messages);
  g_test_add_func ("/job-fields/the-state-decides-what-may-change",
                   test_the_state_decides_what_may_change);
  g_test_add_func ("/job-fields/the-strictest-rule-gives-the-reason",
                   test_the_strictest_rule_gives_the_reason);
  g_test_add_func ("/job-fields/an-initial-value-takes-no-memory",
                   test_an_initial_value_takes_no_memory);
  g_test_add_func ("/job-fields/only-the-fields-of-the-set-are-copied-and-compared",
                   test_only_the_fields_of_the_set_are_copied_and_compared);
  return g_test_run ();
}
