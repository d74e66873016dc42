/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-estimation.h"

#include "common/estimation/vestim-earlier-names.h"
#include "common/estimation/vestim-estimation-private.h"
#include "common/json/vestim-fields.h"
#include "common/estimation/vestim-sweep.h"

#include <string.h>

#define MAX_FILES 10000
#define MAX_INPUTS 64
#define MAX_LAYERS 8
#define MAX_LAYER_SIZE 512
#define MAX_PATH_BYTES 4095
#define MAX_COLUMN_BYTES 255

/* Training keeps what each unit did at each row of a block of windows: 768 bytes, so this many
 * are 1.5 GB. */
#define MAX_UNIT_ROWS 2000000

#define DEFAULT_SCHEDULE_FACTOR 0.5
#define DEFAULT_SCHEDULE_PATIENCE 5
#define DEFAULT_SCHEDULE_PERIOD 10

static const char *const known_fields[] = {
  "train_files",   "validation_files",
  "test_files",    "folder_path",
  "inputs",        "target",
  "model",         "layers",
  "lookback",      "batch_size",
  "max_epochs",    "max_minutes",
  "patience",      "learning_rate",
  "optimizer",     "schedule",
  "weight_decay",  "dropout",
  "test_mode",     "repetitions",
  "seed",          "threads",
  "sweep",         "preprocessing",
  "gradient_clip", NULL,
};

/* What each kind of schedule has. */
static const char *const schedule_fields[][4] = {
  [VESTIM_SCHEDULE_PLATEAU] = { "kind", "factor", "patience", NULL },
  [VESTIM_SCHEDULE_STEP] = { "kind", "factor", "period", NULL },
  [VESTIM_SCHEDULE_COSINE] = { "kind", NULL },
  [VESTIM_SCHEDULE_NONE] = { "kind", NULL },
};

/* In the order of their enums. */
static const char *const model_words[] = { "LSTM", "GRU", "FNN", NULL };
static const char *const optimizer_words[] = { "adam", "adamw", NULL };
static const char *const schedule_words[] = { "plateau", "step", "cosine", "none", NULL };
static const char *const test_mode_words[] = { "windowed", "carried", NULL };

VestimEstimation *
vestim_estimation_new (void)
{
  VestimEstimation *estimation = g_new0 (VestimEstimation, 1);

  estimation->inputs = g_strsplit ("SOC,Current,Temp", ",", -1);
  estimation->target = g_strdup ("Voltage");
  estimation->layers = g_new0 (int, 1);
  estimation->layers[0] = 10;
  estimation->n_layers = 1;
  estimation->lookback = 100;
  estimation->batch_size = 200;
  estimation->max_epochs = 100;
  estimation->patience = 20;
  estimation->learning_rate = 0.003;
  estimation->schedule_factor = DEFAULT_SCHEDULE_FACTOR;
  estimation->schedule_patience = DEFAULT_SCHEDULE_PATIENCE;
  estimation->schedule_period = DEFAULT_SCHEDULE_PERIOD;
  estimation->repetitions = 1;
  estimation->seed = 1;
  estimation->threads = 1;
  return estimation;
}

/* Whether the member is given and means something: null stands for "none" where there is such. */
static bool
is_given (const VestimFieldReader *reader, const char *name)
{
  return vestim_json_type (vestim_json_member (reader->object, name)) != VESTIM_JSON_NULL;
}

/* A number for which null stands for "none", kept as 0. */
static void
read_limit (const VestimFieldReader *reader, const char *name, double min, double max,
            double *value)
{
  if (is_given (reader, name))
    vestim_field_reader_double (reader, name, min, max, value);
  else if (vestim_json_member (reader->object, name))
    *value = 0;
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
  g_auto (GStrv) files = vestim_field_reader_strings (reader, name, MAX_FILES);

  if (given && has_folder)
    vestim_field_reader_fault (reader, name, "give either folder_path or the three lists of files");
  else if (!given && !has_folder)
    vestim_field_reader_fault (reader, name,
                               "is missing: give a list of CSV files or folders (or folder_path "
                               "instead of the three lists)");

  for (char **file = files; file && *file; file++)
    if (!is_absolute_path (reader, name, *file))
      break;

  return files ? g_steal_pointer (&files) : g_new0 (char *, 1);
}

static void
read_sets (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  const VestimJsonNode *folder = vestim_json_member (reader->object, "folder_path");

  if (folder)
    {
      estimation->folder_path = vestim_json_dup_string (folder);
      if (!estimation->folder_path || !estimation->folder_path[0])
        vestim_field_reader_fault (
            reader, "folder_path",
            "must be the absolute path of a folder with train, val and test in it");
      else
        is_absolute_path (reader, "folder_path", estimation->folder_path);
    }

  estimation->train_files = read_files (reader, "train_files", folder != NULL);
  estimation->validation_files = read_files (reader, "validation_files", folder != NULL);
  estimation->test_files = read_files (reader, "test_files", folder != NULL);
}

static void
check_columns (const VestimFieldReader *reader, const VestimEstimation *estimation)
{
  for (char **input = estimation->inputs; *input; input++)
    {
      if (strlen (*input) > MAX_COLUMN_BYTES)
        vestim_field_reader_fault (reader, "inputs", "a name is longer than %d bytes",
                                   MAX_COLUMN_BYTES);
      if (g_strv_contains ((const char *const *) input + 1, *input))
        vestim_field_reader_fault (reader, "inputs", "\"%s\" is listed twice", *input);
    }

  /* The field that the user has written. */
  const char *field = vestim_json_member (reader->object, "inputs") ? "inputs" : "target";
  if (g_strv_contains ((const char *const *) estimation->inputs, estimation->target))
    vestim_field_reader_fault (reader, field,
                               "\"%s\" is the target and also one of the inputs: the network would "
                               "only have to copy it; take it from one of them",
                               estimation->target);
}

static void
read_columns (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  char **inputs = vestim_field_reader_strings (reader, "inputs", MAX_INPUTS);
  const VestimJsonNode *target = vestim_json_member (reader->object, "target");

  if (inputs)
    {
      g_strfreev (estimation->inputs);
      estimation->inputs = inputs;
    }

  if (target)
    {
      g_autofree char *name = vestim_json_dup_string (target);

      if (!name || !name[0] || strlen (name) > MAX_COLUMN_BYTES)
        vestim_field_reader_fault (reader, "target", "must be the name of a column");
      else
        {
          g_free (estimation->target);
          estimation->target = g_steal_pointer (&name);
        }
    }

  check_columns (reader, estimation);
}

static void
read_preprocessing (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  g_autofree char *prefix = g_strconcat (reader->prefix, ".preprocessing", NULL);

  if (is_given (reader, "preprocessing"))
    estimation->preprocessing =
        vestim_preprocessing_read (vestim_json_member (reader->object, "preprocessing"), prefix,
                                   estimation->inputs, estimation->target, reader->errors);
}

static void
read_layers (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  const VestimJsonNode *list = vestim_json_member (reader->object, "layers");
  size_t n_layers = vestim_json_size (list);

  if (!list)
    return;

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || n_layers < 1 || n_layers > MAX_LAYERS)
    {
      vestim_field_reader_fault (reader, "layers", "must be a list of 1 to %d sizes", MAX_LAYERS);
      return;
    }

  int64_t sizes[MAX_LAYERS];
  int n = 0;

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    if (!vestim_json_get_int64 (node, &sizes[n++]) || sizes[n - 1] < 1
        || sizes[n - 1] > MAX_LAYER_SIZE)
      {
        vestim_field_reader_fault (reader, "layers",
                                   "each size must be a whole number from 1 to %d", MAX_LAYER_SIZE);
        return;
      }

  g_free (estimation->layers);
  estimation->layers = g_new0 (int, n_layers);
  estimation->n_layers = (int) n_layers;
  for (size_t i = 0; i < n_layers; i++)
    estimation->layers[i] = (int) sizes[i];
}

static void
read_int (const VestimFieldReader *reader, const char *name, int min, int max, int *value)
{
  int64_t read = *value;

  vestim_field_reader_int (reader, name, min, max, &read);
  *value = (int) read;
}

static void
read_model (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  int model = (int) estimation->model;

  vestim_field_reader_choice (reader, "model", model_words, &model);
  estimation->model = (VestimModelKind) model;

  read_layers (reader, estimation);
  read_int (reader, "lookback", 1, 10000, &estimation->lookback);
  read_int (reader, "batch_size", 1, 65536, &estimation->batch_size);
}

static void
read_schedule (const VestimFieldReader *outer, VestimEstimation *estimation)
{
  g_autofree char *prefix = g_strconcat (outer->prefix, ".schedule", NULL);
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, "schedule"),
    .prefix = prefix,
    .errors = outer->errors,
  };
  int kind = VESTIM_SCHEDULE_PLATEAU;

  if (!reader.object)
    return;

  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (outer, "schedule",
                                 "must be an object, {\"kind\": \"plateau\"} say");
      return;
    }

  estimation->schedule_factor = DEFAULT_SCHEDULE_FACTOR;
  estimation->schedule_patience = DEFAULT_SCHEDULE_PATIENCE;
  estimation->schedule_period = DEFAULT_SCHEDULE_PERIOD;
  vestim_field_reader_choice (&reader, "kind", schedule_words, &kind);
  vestim_field_reader_refuse_unknown (&reader, schedule_fields[kind]);
  estimation->schedule = (VestimScheduleKind) kind;

  vestim_field_reader_double (&reader, "factor", 0.001, 0.999, &estimation->schedule_factor);
  read_int (&reader, "patience", 0, 100000, &estimation->schedule_patience);
  read_int (&reader, "period", 1, 100000, &estimation->schedule_period);
}

static void
read_training (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  int64_t seed = (int64_t) estimation->seed;
  int optimizer = (int) estimation->optimizer, test_mode = (int) estimation->test_mode;

  read_int (reader, "max_epochs", 1, 100000, &estimation->max_epochs);
  read_limit (reader, "max_minutes", 0.001, 100000, &estimation->max_minutes);
  read_int (reader, "patience", 1, 100000, &estimation->patience);
  vestim_field_reader_double (reader, "learning_rate", 1e-8, 1, &estimation->learning_rate);
  vestim_field_reader_int (reader, "seed", 0, INT64_MAX, &seed);
  estimation->seed = (uint64_t) seed;

  vestim_field_reader_choice (reader, "optimizer", optimizer_words, &optimizer);
  estimation->optimizer = (VestimOptimizer) optimizer;
  vestim_field_reader_double (reader, "weight_decay", 0, 1, &estimation->weight_decay);
  read_limit (reader, "gradient_clip", 1e-6, 1e6, &estimation->gradient_clip);
  vestim_field_reader_double (reader, "dropout", 0, 0.99, &estimation->dropout);
  vestim_field_reader_choice (reader, "test_mode", test_mode_words, &test_mode);
  estimation->test_mode = (VestimTestMode) test_mode;

  read_schedule (reader, estimation);
}

void
vestim_estimation_read_hyper_parameters (const VestimFieldReader *reader,
                                         VestimEstimation *estimation)
{
  read_model (reader, estimation);
  read_training (reader, estimation);
}

static void
read_tasks (const VestimFieldReader *reader, VestimEstimation *estimation)
{
  read_int (reader, "repetitions", 1, 1000, &estimation->repetitions);
  read_int (reader, "threads", 1, 1024, &estimation->threads);
  estimation->sweep = vestim_sweep_read (reader);

  int64_t n_tasks = vestim_estimation_n_tasks (estimation);
  const char *field = estimation->sweep ? "sweep" : "lookback";
  if (n_tasks > VESTIM_MAX_TASKS)
    vestim_field_reader_fault (reader, "sweep",
                               "its combinations times repetitions are more than %d tasks; take "
                               "fewer values",
                               VESTIM_MAX_TASKS);
  else if (vestim_sweep_largest_unit_rows (estimation->sweep, estimation) > MAX_UNIT_ROWS)
    vestim_field_reader_fault (
        reader, field,
        "lookback times the sum of the layers' sizes must be at most %d, for it "
        "decides the memory needed; make one of them smaller",
        MAX_UNIT_ROWS);
}

static VestimEstimation *
read_selections (const VestimJsonNode *selections, const char *prefix, GPtrArray *errors)
{
  const VestimFieldReader reader = { .object = selections, .prefix = prefix, .errors = errors };
  guint n_before = errors->len;

  if (vestim_json_type (selections) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (&reader, "", "must be an object");
      return NULL;
    }

  g_autoptr (VestimEstimation) estimation = vestim_estimation_new ();

  vestim_field_reader_refuse_unknown (&reader, known_fields);
  read_sets (&reader, estimation);
  read_columns (&reader, estimation);
  read_preprocessing (&reader, estimation);
  vestim_estimation_read_hyper_parameters (&reader, estimation);
  read_tasks (&reader, estimation);

  return errors->len == n_before ? g_steal_pointer (&estimation) : NULL;
}

/* The same text in today's names is read, and its faults are told in the user's. */
static VestimEstimation *
read_earlier_names (const VestimFieldReader *selections)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *text = vestim_earlier_names_translate (selections, places);
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc = text ? vestim_json_parse (text, strlen (text), &error) : NULL;
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  if (error)
    vestim_field_reader_fault (selections, "", "%s", error->message);
  if (!doc)
    return NULL;

  VestimEstimation *estimation =
      read_selections (vestim_json_root (doc), selections->prefix, faults);
  for (guint i = 0; i < faults->len; i++)
    {
      const VestimFieldError *fault = faults->pdata[i];
      g_autofree char *place =
          vestim_earlier_names_place (places, selections->prefix, fault->field);

      vestim_field_errors_add (selections->errors, place, "%s", fault->message);
    }
  return estimation;
}

VestimEstimation *
vestim_estimation_read (const VestimJsonNode *selections, const char *prefix, GPtrArray *errors)
{
  const VestimFieldReader reader = { .object = selections, .prefix = prefix, .errors = errors };

  if (vestim_earlier_names_are_in (selections))
    return read_earlier_names (&reader);
  return read_selections (selections, prefix, errors);
}

int
vestim_estimation_n_tasks (const VestimEstimation *estimation)
{
  return vestim_sweep_n_combinations (estimation->sweep) * estimation->repetitions;
}

/* The largest seed that a model's file can hold is 2^63 - 1. */
static uint64_t
repeated_seed (uint64_t seed, int repetition)
{
  return (seed + (uint64_t) repetition) & INT64_MAX;
}

VestimEstimation *
vestim_estimation_new_task (const VestimEstimation *estimation, int index)
{
  VestimEstimation *task = g_memdup2 (estimation, sizeof *estimation);

  task->train_files = g_new0 (char *, 1);
  task->validation_files = g_new0 (char *, 1);
  task->test_files = g_new0 (char *, 1);
  task->folder_path = NULL;
  task->inputs = g_strdupv (estimation->inputs);
  task->target = g_strdup (estimation->target);
  task->layers = g_memdup2 (estimation->layers, (size_t) estimation->n_layers * sizeof (int));
  task->preprocessing = vestim_preprocessing_copy (estimation->preprocessing);
  task->sweep = NULL;
  task->repetitions = 1;
  if (estimation->sweep)
    vestim_sweep_apply (estimation->sweep, index / estimation->repetitions, task);
  task->seed = repeated_seed (task->seed, index % estimation->repetitions);
  return task;
}

const char *
vestim_model_name (VestimModelKind model)
{
  return model_words[model];
}

const char *
vestim_optimizer_name (VestimOptimizer optimizer)
{
  return optimizer_words[optimizer];
}

const char *
vestim_schedule_name (VestimScheduleKind schedule)
{
  return schedule_words[schedule];
}

const char *
vestim_test_mode_name (VestimTestMode test_mode)
{
  return test_mode_words[test_mode];
}

void
vestim_estimation_free (VestimEstimation *estimation)
{
  if (!estimation)
    return;

  g_strfreev (estimation->train_files);
  g_strfreev (estimation->validation_files);
  g_strfreev (estimation->test_files);
  g_free (estimation->folder_path);
  g_strfreev (estimation->inputs);
  g_free (estimation->target);
  vestim_preprocessing_free (estimation->preprocessing);
  g_free (estimation->layers);
  vestim_sweep_free (estimation->sweep);
  g_free (estimation);
}
