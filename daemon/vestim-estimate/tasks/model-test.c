/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/model-test.h"

#include "common/estimation/vestim-evaluation.h"
#include "common/estimation/vestim-hyperparameters.h"
#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/data/fingerprint.h"
#include "daemon/vestim-estimate/data/outside.h"
#include "daemon/vestim-estimate/results/error-unit.h"
#include "daemon/vestim-estimate/results/found-model.h"
#include "daemon/vestim-estimate/results/model-series.h"
#include "daemon/vestim-estimate/results/provenance.h"
#include "daemon/vestim-estimate/results/test-results.h"
#include "daemon/vestim-estimate/results/trained-files.h"
#include "daemon/vestim-estimate/tasks/task-tests.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SUMMARY_VERSION 1
#define MAX_SUMMARY (256 * 1024 * 1024)

/* The work on one model. */
typedef struct
{
  const ModelTestConfig *config;
  FoundModel *found;
  char *digest; /* of the model file */
  uint64_t fingerprint;
  GHashTable *trained; /* (nullable) digests of the training files of the model */
  GArray *tests;       /* TestResult */
  GString *failures;   /* elements of a JSON array */
  guint n_failed;
  char *first_failure; /* (nullable) */
} Work;

/* The entry */

static double
number_of (const VestimJsonNode *object, const char *name)
{
  double value = NAN;

  vestim_json_get_double (vestim_json_member (object, name), &value);
  return value;
}

static double
mean_of_tests (const VestimJsonNode *tests)
{
  double sum = 0;

  for (const VestimJsonNode *test = vestim_json_first (tests); test; test = vestim_json_next (test))
    sum += number_of (test, "rmse_mv");
  return sum / (double) vestim_json_size (tests);
}

/* `(transfer full)` the result that an entry describes. Both a new one and that of an earlier
 * attempt are read this way. */
static ModelTest *
read_entry (int number, const VestimJsonNode *entry)
{
  const VestimJsonNode *metrics = vestim_json_member (entry, "metrics");
  const VestimJsonNode *tests = vestim_json_member (metrics, "tests");
  const VestimJsonNode *network = vestim_json_member (entry, "network");
  ModelTest *test = g_new0 (ModelTest, 1);
  size_t length = 0;
  const char *raw = vestim_json_raw (entry, &length);

  test->number = number;
  test->entry = g_strndup (raw, length);
  test->reason = vestim_json_dup_string (vestim_json_member (entry, "reason"));
  test->target = vestim_json_dup_string (vestim_json_member (network, "target"));
  test->target_unit = vestim_json_dup_string (vestim_json_member (network, "target_unit"));
  test->n_tested = (guint) vestim_json_size (tests);
  test->n_failed = (guint) vestim_json_size (vestim_json_member (entry, "failures"));
  test->test_rmse_mv = number_of (metrics, "test_rmse_mv");
  test->test_max_mv = number_of (metrics, "test_max_mv");
  test->mean_rmse_mv = mean_of_tests (tests);
  if (test->n_tested > 0)
    {
      raw = vestim_json_raw (metrics, &length);
      test->metrics = g_strndup (raw, length);
    }
  return test;
}

static ModelTest *
read_entry_text (int number, const char *text)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), NULL);

  return read_entry (number, vestim_json_root (doc));
}

void
model_test_free (ModelTest *test)
{
  if (!test)
    return;

  g_free (test->entry);
  g_free (test->reason);
  g_free (test->target);
  g_free (test->target_unit);
  g_free (test->metrics);
  g_free (test);
}

int
model_test_compare (const ModelTest *a, const ModelTest *b)
{
  if (a->n_tested != b->n_tested)
    return a->n_tested > b->n_tested ? -1 : 1;
  if (a->test_rmse_mv != b->test_rmse_mv && a->n_tested > 0)
    return a->test_rmse_mv < b->test_rmse_mv ? -1 : 1;
  return a->number - b->number;
}

/* Writing */

/* What kind of network it is. */
static void
append_network (GString *json, const Model *model)
{
  g_string_append_printf (json, "\"network\": {\"model\": \"%s\", \"layers\": [",
                          vestim_setting_word ("model", (int) model->kind));
  for (int i = 0; i < model->shape.n_layers; i++)
    g_string_append_printf (json, "%s%d", i ? ", " : "", model->shape.sizes[i]);
  g_string_append_printf (json,
                          "], \"parameters\": %zu, \"lookback\": %d, \"training\": \"%s\", "
                          "\"test_mode\": \"%s\", \"inputs\": [",
                          model->n_parameters, model->shape.lookback,
                          vestim_setting_word ("training", (int) model->training),
                          vestim_setting_word ("test_mode", (int) model->test_mode));
  for (char **input = model->inputs; *input; input++)
    {
      g_string_append (json, input == model->inputs ? "" : ", ");
      vestim_json_append_string (json, *input);
    }
  g_string_append (json, "], ");
  vestim_json_append_string_member (json, "target", model->target);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "target_unit", model_shown_unit (model));
  g_string_append (json, ", \"val_rmse_mv\": ");
  vestim_json_append_double (json, model->val_rmse * 1000);
  g_string_append (json, "}");
}

static void
append_metrics (GString *json, const Model *model, const GArray *tests)
{
  double sum = 0;

  for (guint i = 0; i < tests->len; i++)
    sum += error_stats_rmse (&g_array_index (tests, TestResult, i).stats) * 1000;
  g_string_append (json, ",\n  \"metrics\": {\"mean_rmse_mv\": ");
  vestim_json_append_double (json, sum / tests->len);
  g_string_append (json, ", ");
  test_results_append_metrics (json, tests, model->target, model_shown_unit (model));
  g_string_append_c (json, '}');
}

/* The files that the model has learned from. */
static void
append_trained_on (GString *json, const Work *work)
{
  const char *comma = "";

  g_string_append (json, ",\n  \"trained_on\": [");
  for (guint i = 0; work->trained && i < work->config->files->len; i++)
    {
      const EvaluatedFile *file = &g_array_index (work->config->files, EvaluatedFile, i);

      if (!file->digest || !g_hash_table_contains (work->trained, file->digest))
        continue;
      g_string_append (json, comma);
      vestim_json_append_string (json, file->path);
      comma = ", ";
    }
  g_string_append_c (json, ']');
}

/* `reason`: why the model could not be used. `(transfer full)` */
static char *
format_entry (const Work *work, const char *reason)
{
  const ModelTestConfig *config = work->config;
  GString *json = g_string_new (NULL);

  g_string_append_printf (json, "{\"number\": %d, ", config->number);
  vestim_json_append_string_member (json, "model", work->found ? work->found->path : config->model);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "sha256", work->digest);
  if (work->found && work->found->task > 0)
    g_string_append_printf (json, ", \"task\": %" PRId64, work->found->task);
  g_string_append (json, ", ");
  vestim_json_append_string_member (json, "reason", reason);
  if (work->found)
    {
      g_string_append (json, ",\n  ");
      append_network (json, work->found->model);
    }
  if (work->tests->len > 0)
    append_metrics (json, work->found->model, work->tests);
  append_trained_on (json, work);
  g_string_append_printf (json, ",\n  \"failures\": [%s]}", work->failures->str);
  return g_string_free (json, FALSE);
}

/* The path of a file in the folder of the model's results. */
static char *
dup_path (const ModelTestConfig *config, const char *name)
{
  return g_strdup_printf ("%s/evaluations/%d/%s", config->folder, config->number, name);
}

static bool
write_summary (const Work *work, const char *entry, GError **error)
{
  g_autofree char *path = dup_path (work->config, "summary.json");
  g_autoptr (GString) json = g_string_new (NULL);

  g_string_append_printf (json,
                          "{\"version\": %d, \"program\": \"%s\", \"fingerprint\": \"%016" PRIx64
                          "\",\n \"result\": %s,\n ",
                          SUMMARY_VERSION, VESTIM_VERSION, work->fingerprint, entry);
  test_results_append_conditions (json, work->tests);
  g_string_append (json, "}\n");
  return output_file_write (path, json->str, json->len, error);
}

/* An earlier attempt */

/* The program, the model and the files decide the result. */
static uint64_t
compute_fingerprint (const Work *work)
{
  const ModelTestConfig *config = work->config;
  uint64_t fingerprint =
      fingerprint_bytes (FINGERPRINT_START, VESTIM_VERSION, strlen (VESTIM_VERSION));

  fingerprint = fingerprint_bytes (fingerprint, work->digest, strlen (work->digest));
  for (guint i = 0; i < config->files->len; i++)
    {
      const EvaluatedFile *file = &g_array_index (config->files, EvaluatedFile, i);
      const char *digest = file->digest ? file->digest : "";

      fingerprint = fingerprint_bytes (fingerprint, file->path, strlen (file->path));
      fingerprint = fingerprint_bytes (fingerprint, digest, strlen (digest));
    }
  return fingerprint;
}

/* `(transfer full, nullable)` the result of an earlier attempt, if it is the same test. */
static ModelTest *
read_earlier (const Work *work)
{
  g_autofree char *path = dup_path (work->config, "summary.json");
  g_autofree char *wanted = g_strdup_printf ("%016" PRIx64, work->fingerprint);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_SUMMARY, &length, NULL);
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, length, NULL) : NULL;
  const VestimJsonNode *root = doc ? vestim_json_root (doc) : NULL;
  const VestimJsonNode *result = vestim_json_member (root, "result");
  g_autofree char *found = vestim_json_dup_string (vestim_json_member (root, "fingerprint"));

  if (g_strcmp0 (found, wanted) != 0 || vestim_json_type (result) != VESTIM_JSON_OBJECT)
    return NULL;
  return read_entry (work->config->number, result);
}

/* The test */

static void
add_failure (Work *work, const char *path, const GError *error)
{
  printf ("model %d: %s\n", work->config->number, error->message);
  if (!work->first_failure)
    work->first_failure = g_strdup_printf ("no file could be used: %s", error->message);
  g_string_append (work->failures, work->n_failed++ ? ",\n   {" : "{");
  vestim_json_append_string_member (work->failures, "file", path);
  g_string_append (work->failures, ", ");
  vestim_json_append_string_member (work->failures, "reason", error->message);
  g_string_append_c (work->failures, '}');
}

static void
say_outside (const Work *work, Series *series)
{
  const Model *model = work->found->model;
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GPtrArray) sentences = NULL;

  g_ptr_array_add (one, series);
  sentences = outside_explain (one, model->inputs, model->target, model->scaling);
  for (guint i = 0; i < sentences->len; i++)
    printf ("model %d: warning: %s: %s\n", work->config->number, series->path,
            (char *) sentences->pdata[i]);
}

/* False with `error` when the predictions cannot be written. */
static bool
test_file (Work *work, Network *network, const EvaluatedFile *file, const char *predictions,
           GError **error)
{
  const char *path = file->path;
  const Model *model = work->found->model;
  g_autoptr (GError) fault = NULL;
  g_autoptr (Series) series = model_series_read (model, path, true, &fault);

  if (series && g_hash_table_contains (work->trained, series->digest))
    printf ("model %d: it was trained on %s: this error says little about new data\n",
            work->config->number, path);
  if (series)
    say_outside (work, series);
  if (series)
    return task_tests_add (work->tests, network, model, series, predictions, error);
  add_failure (work, path, fault);
  return true;
}

static bool
test_files (Work *work, GError **error)
{
  const ModelTestConfig *config = work->config;
  const Model *model = work->found->model;
  g_autoptr (Network) network = network_new (model->kind, &model->shape);
  g_autofree char *predictions = dup_path (config, "predictions");

  if (g_mkdir_with_parents (predictions, 0777) != 0)
    {
      failure_set (error, "the folder %s cannot be created: free some space or check the folder",
                   predictions);
      return false;
    }
  for (guint i = 0; i < config->files->len; i++)
    {
      const EvaluatedFile *file = &g_array_index (config->files, EvaluatedFile, i);

      if (!test_file (work, network, file, predictions, error))
        return false;
      config->on_file (i + 1, config->user);
    }
  return true;
}

/* The model; NULL with `error`. */
static FoundModel *
find_model (const char *path, GError **error)
{
  if (vestim_evaluation_is_job_id (path))
    failure_set (error, "%s is the ID of a job: name its folder instead", path);
  else if (!g_file_test (path, G_FILE_TEST_EXISTS))
    failure_set (error,
                 "there is no %s: its job was deleted, or the path is wrong; name another model",
                 path);
  else
    return found_model_read (path, error);
  return NULL;
}

static ModelTest *
test_model (Work *work, GError **error)
{
  const ModelTestConfig *config = work->config;
  g_autoptr (GError) fault = NULL;

  work->found = find_model (config->model, &fault);
  work->digest = work->found ? provenance_digest_file (work->found->path, &fault) : NULL;
  if (!work->digest)
    {
      g_autofree char *entry = format_entry (work, fault->message);

      printf ("model %d: %s\n", config->number, fault->message);
      return read_entry_text (config->number, entry);
    }

  work->trained = trained_files_read (work->found->path);
  work->fingerprint = compute_fingerprint (work);
  ModelTest *earlier = config->is_fresh ? NULL : read_earlier (work);
  if (earlier)
    return earlier;

  if (!test_files (work, error))
    return NULL;
  g_autofree char *entry = format_entry (work, work->tests->len == 0 ? work->first_failure : NULL);
  return write_summary (work, entry, error) ? read_entry_text (config->number, entry) : NULL;
}

ModelTest *
model_test_run (const ModelTestConfig *config, GError **error)
{
  Work work = { .config = config };

  work.tests = task_tests_new ();
  work.failures = g_string_new (NULL);
  ModelTest *test = test_model (&work, error);

  found_model_free (work.found);
  g_free (work.digest);
  g_clear_pointer (&work.trained, g_hash_table_unref);
  g_free (work.first_failure);
  g_array_unref (work.tests);
  g_string_free (work.failures, TRUE);
  return test;
}
