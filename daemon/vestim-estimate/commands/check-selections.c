/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-evaluation.h"
#include "common/estimation/vestim-selections.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/commands/check.h"
#include "daemon/vestim-estimate/data/table/table.h"
#include "daemon/vestim-estimate/data/columns/column-search.h"
#include "daemon/vestim-estimate/data/data-files.h"
#include "daemon/vestim-estimate/data/preprocess.h"
#include "daemon/vestim-estimate/results/initial-model.h"
#include "daemon/vestim-estimate/results/model-series.h"
#include "daemon/vestim-estimate/training/trainer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The daemon waits 2 s. The job itself checks the rest. */
#define BUDGET_S 1.0
#define ROWS_BETWEEN_LOOKS 256 /* of the monotonic clock */
#define ENOUGH_ROWS 2
#define MAX_SELECTIONS (16 * 1024 * 1024)

typedef struct
{
  const VestimSelections *settings;
  char **columns;     /* which the inputs are computed from */
  const char *target; /* (nullable) */
  GPtrArray *errors;  /* VestimFieldError */
  double deadline;
  bool *is_named; /* of each column and the target: a file has the one that `columns` names */
} Check;

static bool
is_late (const Check *check)
{
  return trainer_monotonic_clock (NULL) >= check->deadline;
}

static bool
check_cell (const Check *check, TableFile *file, int column, GError **error)
{
  double ignored = 0;

  if (!table_cell_is_missing (file, column))
    return table_number (file, column, &ignored, error);
  if (check->settings->data->missing != VESTIM_MISSING_REFUSE)
    return true;
  column_refuse_missing (file, column, error);
  return false;
}

/* Reads the needed cells of the first `max_rows` rows; 0: of all rows, as far as time allows. */
static bool
check_rows (const Check *check, TableFile *file, const int *columns, size_t max_rows,
            GError **error)
{
  int n_columns = (int) g_strv_length (check->columns) + (check->target != NULL);
  TableResult result = TABLE_END;

  while ((result = table_next_row (file, error)) == TABLE_ROW)
    {
      for (int i = 0; i < n_columns; i++)
        if (!check_cell (check, file, columns[i], error))
          return false;
      if (table_n_rows (file) == max_rows
          || (table_n_rows (file) % ROWS_BETWEEN_LOOKS == 0 && is_late (check)))
        return true;
    }
  return result == TABLE_END && table_has_enough_rows (file, error);
}

/* Whether the file has the times that the preprocessing needs. */
static bool
check_times (const Check *check, const TableFile *file, const char *path, GError **error)
{
  g_auto (FoundColumn) found = { 0 };

  return column_search_time (file, check->settings->data, &found, error)
         && preprocess_check_times (check->settings->preprocessing, path, found.index >= 0, error);
}

static bool
check_file (const Check *check, const char *path, size_t max_rows, GError **error)
{
  int n_inputs = (int) g_strv_length (check->columns);
  g_autofree int *columns = g_new0 (int, n_inputs + 1);
  g_autoptr (TableFile) file =
      table_open (path, vestim_data_settings_encoding (check->settings->data), error);

  if (!file)
    return false;

  for (int i = 0; i < n_inputs + (check->target != NULL); i++)
    {
      const char *name = i < n_inputs ? check->columns[i] : check->target;

      g_auto (FoundColumn) found = { 0 };

      if (!column_search (file, name, check->settings->data, &found, error))
        return false;
      columns[i] = found.index;
      check->is_named[i] |= found.is_named;
    }
  return check_times (check, file, path, error)
         && check_rows (check, file, columns, max_rows, error);
}

/* One error for each set is enough. */
static void
check_set (const Check *check, DataSet set, size_t max_rows)
{
  g_autofree char *field =
      g_strconcat ("selections.", data_files_field (check->settings, set), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) files = data_files_of_set (check->settings, set, &error);

  for (guint i = 0; files && i < files->len && !error && !is_late (check); i++)
    check_file (check, files->pdata[i], max_rows, &error);
  if (error)
    vestim_field_errors_add (check->errors, field, "%s", error->message);
}

/* False when the time is up or no more errors can be added: one `folder_path` gets one error. */
static bool
goes_on (const Check *check)
{
  return !is_late (check) && !(check->settings->folder_path && check->errors->len > 0);
}

/* When the heads of all files are read. */
static void
check_named_columns (const Check *check)
{
  int n_inputs = (int) g_strv_length (check->columns);

  for (int i = 0; i < n_inputs + (check->target != NULL); i++)
    {
      const char *name = i < n_inputs ? check->columns[i] : check->target;
      const VestimColumn *setting = vestim_data_settings_find (check->settings->data, name);
      g_autofree char *field = g_strdup_printf ("selections.columns.%s.column", name);

      if (setting && setting->column && !check->is_named[i])
        vestim_field_errors_add (check->errors, field,
                                 "no file has a column \"%s\": give a name that "
                                 "\"vestim-estimate --check FILE\" shows",
                                 setting->column);
    }
}

/* First some rows of each file, then all rows. */
static void
check_all_files (const VestimSelections *settings, GPtrArray *errors)
{
  const Preprocess config = {
    .preprocessing = settings->preprocessing,
    .inputs = settings->inputs,
    .target = settings->target,
  };
  g_auto (GStrv) columns = preprocess_columns (&config);
  g_autofree bool *is_named = g_new0 (bool, g_strv_length (columns) + 1);
  const Check check = {
    .settings = settings,
    .columns = columns,
    .target = preprocess_target (&config),
    .is_named = is_named,
    .errors = errors,
    .deadline = trainer_monotonic_clock (NULL) + BUDGET_S,
  };

  for (int set = 0; set < DATA_N_SETS && goes_on (&check); set++)
    check_set (&check, (DataSet) set, ENOUGH_ROWS);
  if (errors->len == 0 && !is_late (&check))
    check_named_columns (&check);
  if (errors->len == 0)
    for (int set = 0; set < DATA_N_SETS && goes_on (&check); set++)
      check_set (&check, (DataSet) set, 0);
}

/* Each model with the columns of each file, as far as time allows. */
static void
check_models (const VestimEvaluation *evaluation, GPtrArray *errors)
{
  double deadline = trainer_monotonic_clock (NULL) + BUDGET_S;
  g_autoptr (GError) fault = NULL;
  g_autoptr (GPtrArray) files = data_files_expand ((const char *const *) evaluation->files, &fault);
  g_autofree char *target = NULL; /* of the first model */

  for (char **path = evaluation->models; *path && !fault; path++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (FoundModel) found = found_model_read (*path, &error);

      if (error)
        vestim_field_errors_add (errors, "selections.models", "%s", error->message);
      if (found && !target)
        target = g_strdup (found->model->target);
      if (found && g_strcmp0 (found->model->target, target) != 0)
        vestim_field_errors_add (errors, "selections.models",
                                 "%s estimates \"%s\", and another model \"%s\": evaluate them in "
                                 "jobs of their own",
                                 found->path, found->model->target, target);
      for (guint i = 0; found && i < files->len && !fault; i++)
        if (trainer_monotonic_clock (NULL) < deadline)
          model_series_check (found->model, files->pdata[i], &fault);
    }
  if (fault)
    vestim_field_errors_add (errors, "selections.files", "%s", fault->message);
}

static GByteArray *
read_standard_input (void)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 buffer[16384];
  ssize_t n = 0;

  while (bytes->len <= MAX_SELECTIONS && (n = read (STDIN_FILENO, buffer, sizeof buffer)) != 0)
    if (n > 0)
      g_byte_array_append (bytes, buffer, (guint) n);
    else if (errno != EINTR)
      break;
  return bytes;
}

static void
print_errors (const GPtrArray *errors)
{
  GString *json = g_string_new ("{\"errors\": [");

  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *fault = errors->pdata[i];

      g_string_append (json, i ? ", {\"field\": " : "{\"field\": ");
      vestim_json_append_string (json, fault->field);
      g_string_append (json, ", \"message\": ");
      vestim_json_append_string (json, fault->message);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}");
  puts (json->str);
  g_string_free (json, TRUE);
}

static void
check_evaluation (const VestimJsonNode *selections, GPtrArray *errors)
{
  g_autoptr (VestimEvaluation) evaluation =
      vestim_evaluation_read (selections, "selections", errors);

  if (evaluation)
    check_models (evaluation, errors);
}

static void
check_initial_model (const VestimSelections *settings, GPtrArray *errors)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FoundModel) found = initial_model_read (settings, &error);

  if (!found)
    vestim_field_errors_add (errors, "selections.initial_model", "%s", error->message);
}

static void
check_estimation (const VestimJsonNode *selections, GPtrArray *errors)
{
  g_autoptr (VestimSelections) settings = vestim_selections_read (selections, "selections", errors);

  if (settings)
    check_all_files (settings, errors);
  if (settings && settings->initial_model)
    check_initial_model (settings, errors);
}

int
check_selections (const char *kind)
{
  g_autoptr (GByteArray) input = read_standard_input ();
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc =
      vestim_json_parse (input->len ? (const char *) input->data : "", input->len, &error);

  if (!doc)
    vestim_field_errors_add (errors, "selections", "%s", error->message);
  else if (strcmp (kind, "evaluation") == 0)
    check_evaluation (vestim_json_root (doc), errors);
  else
    check_estimation (vestim_json_root (doc), errors);
  print_errors (errors);
  return EXIT_SUCCESS;
}
