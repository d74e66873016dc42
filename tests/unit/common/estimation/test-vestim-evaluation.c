/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "common/estimation/vestim-evaluation.h"
#include "common/json/vestim-fields.h"

#define JOB_ID "job_20261122-195012-00002a"

/* `faults`: (out) "field: message" of each fault. */
static VestimEvaluation *
read_text (const char *text, char **faults)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), NULL);
  GString *list = g_string_new (NULL);
  VestimEvaluation *evaluation =
      vestim_evaluation_read (vestim_json_root (doc), "selections", errors);

  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *fault = errors->pdata[i];

      g_string_append_printf (list, "%s: %s\n", fault->field, fault->message);
    }
  *faults = g_string_free (list, FALSE);
  return evaluation;
}

/* Users name a job by its ID; the program that runs the job knows folders only. */
static void
test_ids_of_jobs_become_folders (void)
{
  g_autofree char *faults = NULL;
  g_autoptr (VestimEvaluation) evaluation = read_text (
      "{\"models\":[\"" JOB_ID "\",\"/m/\\\"model.bin\"],\"files\":[\"/a.csv\",\"/b\"]}", &faults);

  g_assert_cmpstr (faults, ==, "");
  g_autofree char *json = vestim_evaluation_dup_json (evaluation, "/jobs");
  g_assert_cmpstr (json, ==,
                   "{\"models\":[\"/jobs/" JOB_ID
                   "\",\"/m/\\\"model.bin\"],\"files\":[\"/a.csv\",\"/b\"]}");
}

/* What looks like an ID must not lead out of the folder of the jobs. */
static void
test_only_whole_ids_are_ids (void)
{
  g_assert_true (vestim_evaluation_is_job_id (JOB_ID));
  g_assert_false (vestim_evaluation_is_job_id (JOB_ID "/../x"));
  g_assert_false (vestim_evaluation_is_job_id ("job_../../../x"));
  g_assert_false (vestim_evaluation_is_job_id ("/m/model.bin"));
}

static void
test_faults_name_their_field (void)
{
  static const struct
  {
    const char *text, *fault;
  } cases[] = {
    { "[]", "selections: must be an object" },
    { "{\"files\":[\"/a\"]}", "selections.models: is missing" },
    { "{\"models\":[\"/a\"]}", "selections.files: is missing" },
    { "{\"models\":[],\"files\":[\"/a\"]}", "selections.models: must be a list of 1 to 100" },
    { "{\"models\":[\"a\"],\"files\":[\"/a\"]}", "selections.models: \"a\" must be an absolute" },
    { "{\"models\":[\"/a\",\"/a\"],\"files\":[\"/a\"]}", "selections.models: \"/a\" is listed" },
    { "{\"models\":[\"/a\"],\"files\":[\"a\"]}", "selections.files: \"a\" must be an absolute" },
    { "{\"models\":[\"/a\"],\"files\":[\"/a\"],\"x\":1}", "selections.x: " },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *faults = NULL;

      g_assert_null (read_text (cases[i].text, &faults));
      g_assert_true (g_str_has_prefix (faults, cases[i].fault));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluation/IDs of jobs become folders", test_ids_of_jobs_become_folders);
  g_test_add_func ("/evaluation/only whole IDs are IDs", test_only_whole_ids_are_ids);
  g_test_add_func ("/evaluation/faults name their field", test_faults_name_their_field);
  return g_test_run ();
}
