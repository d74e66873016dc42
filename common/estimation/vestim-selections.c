/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-selections.h"

#include "common/estimation/vestim-legacy-settings.h"
#include "common/json/vestim-fields.h"

#include <inttypes.h>
#include <string.h>

#define MAX_PATH_BYTES 4095
#define MAX_COLUMN_BYTES 255

/* `(transfer full)` all defaults, and no files. */
static VestimSelections *
selections_new (void)
{
  VestimSelections *selections = g_new0 (VestimSelections, 1);

  selections->inputs = g_strdupv ((char **) vestim_setting_find ("inputs")->words);
  selections->target = g_strdup (vestim_setting_find ("target")->words[0]);
  selections->data = vestim_data_settings_new ();
  selections->notes = g_ptr_array_new_with_free_func (g_free);
  vestim_hyperparameters_init (&selections->hyperparameters);
  vestim_setting_set_default (vestim_setting_find ("repetitions"), &selections->repetitions);
  vestim_setting_set_default (vestim_setting_find ("threads"), &selections->threads);
  return selections;
}

static char **
read_strings (const VestimFieldReader *reader, const char *name)
{
  return vestim_field_reader_strings (reader, name, (unsigned) vestim_setting_find (name)->max);
}

static bool
is_absolute_path (const VestimFieldReader *reader, const char *name, const char *path)
{
  if (path[0] != '/')
    vestim_field_reader_fault (reader, name, "\"%.200s\" must be an absolute path", path);
  else if (strlen (path) > MAX_PATH_BYTES)
    vestim_field_reader_fault (reader, name, "\"%.200s…\" is longer than %d bytes", path,
                               MAX_PATH_BYTES);
  else
    return true;
  return false;
}

static char **
read_files (const VestimFieldReader *reader, const char *name, bool has_folder)
{
  bool given = vestim_json_member (reader->object, name) != NULL;
  g_auto (GStrv) files = read_strings (reader, name);

  if (given && has_folder)
    vestim_field_reader_fault (reader, name, "give either folder_path or the three lists of files");
  else if (!given && !has_folder)
    vestim_field_reader_fault (reader, name,
                               "is missing: give a list of data files or folders (or folder_path "
                               "instead of the three lists)%s",
                               strcmp (name, "validation_files") == 0
                                   ? ", or a validation_share of the training files"
                                   : "");

  for (char **file = files; file && *file; file++)
    if (!is_absolute_path (reader, name, *file))
      break;

  return files ? g_steal_pointer (&files) : g_new0 (char *, 1);
}

/* (transfer full) */
static char **
refuse_validation_files (const VestimFieldReader *reader)
{
  if (vestim_json_member (reader->object, "validation_files"))
    vestim_field_reader_fault (reader, "validation_share",
                               "takes rows of the training files, but validation_files are given "
                               "too: leave out one of them");
  return g_new0 (char *, 1);
}

static void
read_sets (const VestimFieldReader *reader, VestimSelections *selections)
{
  const VestimJsonNode *folder = vestim_json_member (reader->object, "folder_path");

  if (folder)
    {
      selections->folder_path = vestim_json_dup_string (folder);
      if (!selections->folder_path || !selections->folder_path[0])
        vestim_field_reader_fault (
            reader, "folder_path",
            "must be the absolute path of a folder with train, val and test in it");
      else
        is_absolute_path (reader, "folder_path", selections->folder_path);
    }

  selections->train_files = read_files (reader, "train_files", folder != NULL);
  vestim_setting_read (vestim_setting_find ("validation_share"), reader,
                       &selections->validation_share);
  selections->validation_files = selections->validation_share > 0
                                     ? refuse_validation_files (reader)
                                     : read_files (reader, "validation_files", folder != NULL);
  selections->test_files = read_files (reader, "test_files", folder != NULL);
}

static void
check_columns (const VestimFieldReader *reader, const VestimSelections *selections)
{
  for (char **input = selections->inputs; *input; input++)
    {
      if (strlen (*input) > MAX_COLUMN_BYTES)
        vestim_field_reader_fault (reader, "inputs", "a name is longer than %d bytes",
                                   MAX_COLUMN_BYTES);
      if (g_strv_contains ((const char *const *) input + 1, *input))
        vestim_field_reader_fault (reader, "inputs", "\"%s\" is listed twice", *input);
    }

  /* The fault belongs to a field that the user has given. */
  const char *field = vestim_json_member (reader->object, "inputs") ? "inputs" : "target";
  if (g_strv_contains ((const char *const *) selections->inputs, selections->target))
    vestim_field_reader_fault (reader, field,
                               "\"%s\" is both the target and an input, so the network could copy "
                               "it: remove it from one of them",
                               selections->target);
}

static void
read_columns (const VestimFieldReader *reader, VestimSelections *selections)
{
  char **inputs = read_strings (reader, "inputs");
  const VestimJsonNode *target = vestim_json_member (reader->object, "target");

  if (inputs)
    {
      g_strfreev (selections->inputs);
      selections->inputs = inputs;
    }

  if (target)
    {
      g_autofree char *name = vestim_json_dup_string (target);

      if (!name || !name[0] || strlen (name) > MAX_COLUMN_BYTES)
        vestim_field_reader_fault (reader, "target", "must be the name of a column");
      else
        {
          g_free (selections->target);
          selections->target = g_steal_pointer (&name);
        }
    }

  check_columns (reader, selections);
}

/* A name that nothing uses is a mistake. */
static void
read_data (const VestimFieldReader *reader, VestimSelections *selections)
{
  /* Columns that settings name by what they are. */
  static const char *const always[] = { "Time", "Current", "Voltage", "Capacity", NULL };
  const char *const *inputs = (const char *const *) selections->inputs;

  vestim_data_settings_read (reader, selections->data);
  for (guint i = 0; i < selections->data->columns->len; i++)
    {
      const VestimColumn *column = selections->data->columns->pdata[i];

      if (!g_strv_contains (inputs, column->name) && !g_strv_contains (always, column->name)
          && strcmp (column->name, selections->target) != 0)
        vestim_field_reader_fault (reader, "columns",
                                   "\"%.255s\" is neither an input nor the target nor \"Time\", "
                                   "\"Current\", \"Voltage\" or \"Capacity\"",
                                   column->name);
    }
}

static void
read_initial_model (const VestimFieldReader *reader, VestimSelections *selections)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, "initial_model");

  if (!node || vestim_json_type (node) == VESTIM_JSON_NULL)
    return;

  selections->initial_model = vestim_json_dup_string (node);
  if (!selections->initial_model || !selections->initial_model[0])
    vestim_field_reader_fault (reader, "initial_model",
                               "must be the absolute path of a model.bin or of a job folder");
  else if (is_absolute_path (reader, "initial_model", selections->initial_model)
           && (vestim_sweep_has (selections->sweep, "model")
               || vestim_sweep_has (selections->sweep, "layers")))
    vestim_field_reader_fault (reader, "initial_model",
                               "has one type and one list of layers, so these cannot be swept: "
                               "leave them out of the sweep");
}

static void
read_tasks (const VestimFieldReader *reader, VestimSelections *selections)
{
  vestim_setting_read (vestim_setting_find ("repetitions"), reader, &selections->repetitions);
  vestim_setting_read (vestim_setting_find ("threads"), reader, &selections->threads);
  selections->sweep =
      vestim_sweep_read (reader, selections->hyperparameters.seed, selections->repetitions);

  int64_t n_tasks = vestim_sweep_n_tasks (selections->sweep, selections->repetitions);
  const char *field = selections->sweep ? "sweep" : "lookback";
  if (n_tasks > VESTIM_MAX_TASKS)
    vestim_field_reader_fault (
        reader, "sweep",
        "combinations times repetitions make more than %d tasks: give fewer values",
        VESTIM_MAX_TASKS);
  else if (vestim_sweep_largest_unit_rows (selections->sweep, &selections->hyperparameters)
           > VESTIM_MAX_UNIT_ROWS)
    vestim_field_reader_fault (reader, field,
                               "lookback times the sum of the layers' sizes must be at most %d, "
                               "because it determines the memory use: make one of them smaller",
                               VESTIM_MAX_UNIT_ROWS);
}

static VestimSelections *
read_selections (const VestimJsonNode *object, const char *prefix, GPtrArray *errors)
{
  const VestimFieldReader reader = { .object = object, .prefix = prefix, .errors = errors };
  guint n_before = errors->len;

  if (vestim_json_type (object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (&reader, "", "must be an object");
      return NULL;
    }

  g_autoptr (VestimSelections) selections = selections_new ();

  vestim_settings_refuse_unknown (&reader, NULL, 0);
  read_sets (&reader, selections);
  read_columns (&reader, selections);
  read_data (&reader, selections);
  selections->preprocessing =
      vestim_preprocessing_read (&reader, selections->inputs, selections->target);
  vestim_hyperparameters_read (&reader, &selections->hyperparameters);
  read_tasks (&reader, selections);
  read_initial_model (&reader, selections);

  return errors->len == n_before ? g_steal_pointer (&selections) : NULL;
}

/* Reads the translation. The faults have the names that the user gave. */
static VestimSelections *
read_legacy (const VestimFieldReader *reader)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = vestim_legacy_settings_translate (reader, places, notes);
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, strlen (text), &error) : NULL;
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  if (error)
    vestim_field_reader_fault (reader, "", "%s", error->message);
  if (!doc)
    return NULL;

  VestimSelections *selections = read_selections (vestim_json_root (doc), reader->prefix, faults);
  for (guint i = 0; i < faults->len; i++)
    {
      const VestimFieldError *fault = faults->pdata[i];
      g_autofree char *place = vestim_legacy_settings_place (places, reader->prefix, fault->field);

      vestim_field_errors_add (reader->errors, place, "%s", fault->message);
    }
  if (selections)
    g_ptr_array_extend_and_steal (selections->notes, g_steal_pointer (&notes));
  return selections;
}

VestimSelections *
vestim_selections_read (const VestimJsonNode *object, const char *prefix, GPtrArray *errors)
{
  const VestimFieldReader reader = { .object = object, .prefix = prefix, .errors = errors };

  if (vestim_legacy_settings_are_in (object))
    return read_legacy (&reader);
  return read_selections (object, prefix, errors);
}

int
vestim_selections_n_tasks (const VestimSelections *selections)
{
  return (int) vestim_sweep_n_tasks (selections->sweep, selections->repetitions);
}

/* A model file can hold seeds up to 2^63 - 1. */
static uint64_t
repeated_seed (uint64_t seed, int repetition)
{
  return (seed + (uint64_t) repetition) & INT64_MAX;
}

VestimSelections *
vestim_selections_new_task (const VestimSelections *selections, int index)
{
  VestimSelections *task = g_memdup2 (selections, sizeof *selections);

  task->train_files = g_new0 (char *, 1);
  task->validation_files = g_new0 (char *, 1);
  task->test_files = g_new0 (char *, 1);
  task->folder_path = NULL;
  task->inputs = g_strdupv (selections->inputs);
  task->target = g_strdup (selections->target);
  task->data = vestim_data_settings_copy (selections->data);
  task->preprocessing = vestim_preprocessing_copy (selections->preprocessing);
  task->initial_model = g_strdup (selections->initial_model);
  task->sweep = NULL;
  task->notes = g_ptr_array_new_with_free_func (g_free);
  task->repetitions = 1;
  if (selections->sweep)
    vestim_sweep_apply (selections->sweep, index / selections->repetitions, &task->hyperparameters);
  task->hyperparameters.seed =
      repeated_seed (task->hyperparameters.seed, index % selections->repetitions);
  vestim_hyperparameters_resolve (&task->hyperparameters);
  return task;
}

static void
append_columns (GString *json, const VestimSelections *selections)
{
  g_string_append (json, ", \"inputs\": [");
  for (char **input = selections->inputs; *input; input++)
    {
      g_string_append (json, input == selections->inputs ? "" : ", ");
      vestim_json_append_string (json, *input);
    }
  g_string_append (json, "], \"target\": ");
  vestim_json_append_string (json, selections->target);
}

void
vestim_selections_append_choice (GString *json, const VestimSelections *selections, int index)
{
  gsize n_before = json->len;

  g_string_append_c (json, '{');
  if (selections->sweep)
    vestim_sweep_append_choice (json, selections->sweep, index / selections->repetitions);
  if (selections->repetitions > 1 || vestim_sweep_has (selections->sweep, "seed"))
    {
      g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, index);

      g_string_append_printf (json, "%s\"seed\": %" PRIu64, json->len > n_before + 1 ? ", " : "",
                              task->hyperparameters.seed);
    }
  g_string_append_c (json, '}');
}

void
vestim_selections_append_json (GString *json, const VestimSelections *selections)
{
  g_string_append_c (json, '{');
  vestim_hyperparameters_append_members (json, &selections->hyperparameters);
  append_columns (json, selections);
  vestim_data_settings_append_members (json, selections->data, ", ");
  if (selections->preprocessing)
    vestim_preprocessing_append_members (json, selections->preprocessing);
  if (selections->initial_model)
    {
      g_string_append (json, ", \"initial_model\": ");
      vestim_json_append_string (json, selections->initial_model);
    }
  g_string_append_c (json, '}');
}

void
vestim_selections_free (VestimSelections *selections)
{
  if (!selections)
    return;

  g_strfreev (selections->train_files);
  g_strfreev (selections->validation_files);
  g_strfreev (selections->test_files);
  g_free (selections->folder_path);
  g_strfreev (selections->inputs);
  g_free (selections->target);
  vestim_data_settings_free (selections->data);
  vestim_preprocessing_free (selections->preprocessing);
  g_free (selections->initial_model);
  vestim_sweep_free (selections->sweep);
  g_ptr_array_unref (selections->notes);
  g_free (selections);
}
