/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/task-result.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/regular-file.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define MAX_SUMMARY (64 * 1024 * 1024)

static char *
dup_raw (const VestimJsonNode *node)
{
  size_t length = 0;
  const char *raw =
      vestim_json_type (node) == VESTIM_JSON_OBJECT ? vestim_json_raw (node, &length) : NULL;

  return raw ? g_strndup (raw, length) : NULL;
}

static bool
has_fingerprint (const VestimJsonNode *root, uint64_t fingerprint)
{
  g_autofree char *wanted = g_strdup_printf ("%016" PRIx64, fingerprint);
  g_autofree char *found = vestim_json_dup_string (vestim_json_member (root, "fingerprint"));

  return g_strcmp0 (wanted, found) == 0;
}

static bool
read_figures (const VestimJsonNode *metrics, TaskResult *result)
{
  const VestimJsonNode *tests = vestim_json_member (metrics, "tests");
  int64_t rows = 0;

  result->test_r2 = NAN;
  vestim_json_get_double (vestim_json_member (metrics, "test_r2"), &result->test_r2);
  result->n_files = vestim_json_size (tests);
  for (const VestimJsonNode *test = vestim_json_first (tests); test; test = vestim_json_next (test))
    if (vestim_json_get_int64 (vestim_json_member (test, "rows"), &rows) && rows > 0)
      result->n_rows += (size_t) rows;
  return vestim_json_get_double (vestim_json_member (metrics, "val_rmse_mv"), &result->val_rmse_mv)
         && vestim_json_get_double (vestim_json_member (metrics, "test_rmse_mv"),
                                    &result->test_rmse_mv)
         && vestim_json_get_double (vestim_json_member (metrics, "test_mae_mv"),
                                    &result->test_mae_mv)
         && vestim_json_get_double (vestim_json_member (metrics, "test_max_mv"),
                                    &result->test_max_mv)
         && vestim_json_get_double (vestim_json_member (metrics, "windowed_rmse_mv"),
                                    &result->windowed_rmse_mv)
         && vestim_json_get_double (vestim_json_member (metrics, "stateful_rmse_mv"),
                                    &result->stateful_rmse_mv);
}

static bool
was_ended_early (const VestimJsonNode *root)
{
  g_autofree char *ended_by = vestim_json_dup_string (
      vestim_json_member (vestim_json_member (root, "training"), "ended_by"));

  return g_strcmp0 (ended_by, "finish") == 0;
}

TaskResult *
task_result_read (const char *folder, int number, uint64_t fingerprint)
{
  g_autofree char *path = g_build_filename (folder, "summary.json", NULL);
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_SUMMARY, &length, NULL);
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, length, NULL) : NULL;

  if (!doc || !has_fingerprint (vestim_json_root (doc), fingerprint))
    return NULL;

  const VestimJsonNode *root = vestim_json_root (doc);
  const VestimJsonNode *metrics = vestim_json_member (root, "metrics");
  g_autoptr (TaskResult) result = g_new0 (TaskResult, 1);

  result->number = number;
  result->is_early = was_ended_early (root);
  result->settings = dup_raw (vestim_json_member (root, "settings"));
  result->metrics = dup_raw (metrics);
  result->bands = dup_raw (vestim_json_member (vestim_json_member (root, "conditions"), "bands"));
  if (!result->settings || !result->metrics || !read_figures (metrics, result))
    return NULL;
  return g_steal_pointer (&result);
}

bool
task_result_modes_differ (double windowed_mv, double stateful_mv)
{
  return fabs (windowed_mv - stateful_mv) > REPORT_WARN_SHARE * fmin (windowed_mv, stateful_mv);
}

char *
task_result_dup_warning (const TaskResult *result, const ErrorUnit *unit)
{
  if (result->reason
      || !task_result_modes_differ (result->windowed_rmse_mv, result->stateful_rmse_mv))
    return NULL;
  return g_strdup_printf (
      "warning: the tests differ by more than %.0f %%: expect %.2f %s from a network that keeps "
      "its state, as vestim_step() of the exported header does, and %.2f %s in windows, as with "
      "vestim_window_step()%s",
      REPORT_WARN_SHARE * 100, result->stateful_rmse_mv * unit->factor, unit->error_name,
      result->windowed_rmse_mv * unit->factor, unit->error_name,
      result->windowed_rmse_mv < result->stateful_rmse_mv
          ? "; \"training\": \"stateful\" makes the first one smaller"
          : "");
}

TaskResult *
task_result_new_failed (int number, const char *settings, const char *reason)
{
  TaskResult *result = g_new0 (TaskResult, 1);

  result->number = number;
  result->settings = g_strdup (settings);
  result->reason = g_strdup (reason);
  return result;
}

void
task_result_free (TaskResult *result)
{
  if (!result)
    return;

  g_free (result->settings);
  g_free (result->choice);
  g_free (result->reason);
  g_free (result->metrics);
  g_free (result->bands);
  g_free (result);
}

int
task_result_compare (const TaskResult *a, const TaskResult *b)
{
  if (!a->reason != !b->reason)
    return a->reason ? 1 : -1;
  if (!a->reason && a->val_rmse_mv != b->val_rmse_mv)
    return a->val_rmse_mv < b->val_rmse_mv ? -1 : 1;
  return a->number - b->number;
}
