/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-hyperparameters.h"

#include <inttypes.h>

#define DEFAULT_SCHEDULE_FACTOR 0.5
#define DEFAULT_SCHEDULE_PATIENCE 5
#define DEFAULT_SCHEDULE_PERIOD 10

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

void
vestim_hyperparameters_init (VestimHyperparameters *hyperparameters)
{
  *hyperparameters = (VestimHyperparameters){
    .layers = { 10 },
    .n_layers = 1,
    .lookback = 100,
    .batch_size = 200,
    .max_epochs = 100,
    .patience = 20,
    .learning_rate = 0.003,
    .schedule_factor = DEFAULT_SCHEDULE_FACTOR,
    .schedule_patience = DEFAULT_SCHEDULE_PATIENCE,
    .schedule_period = DEFAULT_SCHEDULE_PERIOD,
    .seed = 1,
  };
}

/* A number for which null stands for "none", kept as 0. */
static void
read_limit (const VestimFieldReader *reader, const char *name, double min, double max,
            double *value)
{
  if (vestim_field_reader_is_given (reader, name))
    vestim_field_reader_double (reader, name, min, max, value);
  else if (vestim_json_member (reader->object, name))
    *value = 0;
}

static void
read_layers (const VestimFieldReader *reader, VestimHyperparameters *hyperparameters)
{
  const VestimJsonNode *list = vestim_json_member (reader->object, "layers");
  size_t n_layers = vestim_json_size (list);

  if (!list)
    return;

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || n_layers < 1 || n_layers > VESTIM_MAX_LAYERS)
    {
      vestim_field_reader_fault (reader, "layers", "must be a list of 1 to %d sizes",
                                 VESTIM_MAX_LAYERS);
      return;
    }

  int64_t sizes[VESTIM_MAX_LAYERS];
  int n = 0;

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    if (!vestim_json_get_int64 (node, &sizes[n++]) || sizes[n - 1] < 1
        || sizes[n - 1] > VESTIM_MAX_LAYER_SIZE)
      {
        vestim_field_reader_fault (reader, "layers",
                                   "each size must be a whole number from 1 to %d",
                                   VESTIM_MAX_LAYER_SIZE);
        return;
      }

  hyperparameters->n_layers = (int) n_layers;
  for (size_t i = 0; i < n_layers; i++)
    hyperparameters->layers[i] = (int) sizes[i];
}

static void
read_model (const VestimFieldReader *reader, VestimHyperparameters *hyperparameters)
{
  int model = (int) hyperparameters->model;

  vestim_field_reader_choice (reader, "model", model_words, &model);
  hyperparameters->model = (VestimModelKind) model;

  read_layers (reader, hyperparameters);
  vestim_field_reader_int (reader, "lookback", 1, 10000, &hyperparameters->lookback);
  vestim_field_reader_int (reader, "batch_size", 1, 65536, &hyperparameters->batch_size);
}

static void
read_schedule (const VestimFieldReader *outer, VestimHyperparameters *hyperparameters)
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

  hyperparameters->schedule_factor = DEFAULT_SCHEDULE_FACTOR;
  hyperparameters->schedule_patience = DEFAULT_SCHEDULE_PATIENCE;
  hyperparameters->schedule_period = DEFAULT_SCHEDULE_PERIOD;
  vestim_field_reader_choice (&reader, "kind", schedule_words, &kind);
  vestim_field_reader_refuse_unknown (&reader, schedule_fields[kind]);
  hyperparameters->schedule = (VestimScheduleKind) kind;

  vestim_field_reader_double (&reader, "factor", 0.001, 0.999, &hyperparameters->schedule_factor);
  vestim_field_reader_int (&reader, "patience", 0, 100000, &hyperparameters->schedule_patience);
  vestim_field_reader_int (&reader, "period", 1, 100000, &hyperparameters->schedule_period);
}

static void
read_training (const VestimFieldReader *reader, VestimHyperparameters *hyperparameters)
{
  int64_t seed = (int64_t) hyperparameters->seed;
  int optimizer = (int) hyperparameters->optimizer, test_mode = (int) hyperparameters->test_mode;

  vestim_field_reader_int (reader, "max_epochs", 1, 100000, &hyperparameters->max_epochs);
  read_limit (reader, "max_minutes", 0.001, 100000, &hyperparameters->max_minutes);
  vestim_field_reader_int (reader, "patience", 1, 100000, &hyperparameters->patience);
  vestim_field_reader_double (reader, "learning_rate", 1e-8, 1, &hyperparameters->learning_rate);
  vestim_field_reader_int64 (reader, "seed", 0, INT64_MAX, &seed);
  hyperparameters->seed = (uint64_t) seed;

  vestim_field_reader_choice (reader, "optimizer", optimizer_words, &optimizer);
  hyperparameters->optimizer = (VestimOptimizer) optimizer;
  vestim_field_reader_double (reader, "weight_decay", 0, 1, &hyperparameters->weight_decay);
  read_limit (reader, "gradient_clip", 1e-6, 1e6, &hyperparameters->gradient_clip);
  vestim_field_reader_double (reader, "dropout", 0, 0.99, &hyperparameters->dropout);
  vestim_field_reader_choice (reader, "test_mode", test_mode_words, &test_mode);
  hyperparameters->test_mode = (VestimTestMode) test_mode;

  read_schedule (reader, hyperparameters);
}

void
vestim_hyperparameters_read (const VestimFieldReader *reader,
                             VestimHyperparameters *hyperparameters)
{
  read_model (reader, hyperparameters);
  read_training (reader, hyperparameters);
}

static void
append_double (GString *json, const char *name, double value)
{
  g_string_append_printf (json, ", \"%s\": ", name);
  vestim_json_append_double (json, value);
}

/* 0 stands for "none". */
static void
append_limit (GString *json, const char *name, double value)
{
  if (value > 0)
    append_double (json, name, value);
  else
    g_string_append_printf (json, ", \"%s\": null", name);
}

static void
append_model (GString *json, const VestimHyperparameters *hyperparameters)
{
  g_string_append_printf (json, "\"model\": \"%s\", \"layers\": [",
                          vestim_model_name (hyperparameters->model));
  for (int i = 0; i < hyperparameters->n_layers; i++)
    g_string_append_printf (json, "%s%d", i ? ", " : "", hyperparameters->layers[i]);
  g_string_append_printf (json, "], \"lookback\": %d, \"batch_size\": %d",
                          hyperparameters->lookback, hyperparameters->batch_size);
}

static void
append_schedule (GString *json, const VestimHyperparameters *hyperparameters)
{
  VestimScheduleKind kind = hyperparameters->schedule;

  g_string_append_printf (json, ", \"schedule\": {\"kind\": \"%s\"", vestim_schedule_name (kind));
  if (kind == VESTIM_SCHEDULE_PLATEAU || kind == VESTIM_SCHEDULE_STEP)
    append_double (json, "factor", hyperparameters->schedule_factor);
  if (kind == VESTIM_SCHEDULE_PLATEAU)
    g_string_append_printf (json, ", \"patience\": %d", hyperparameters->schedule_patience);
  if (kind == VESTIM_SCHEDULE_STEP)
    g_string_append_printf (json, ", \"period\": %d", hyperparameters->schedule_period);
  g_string_append_c (json, '}');
}

void
vestim_hyperparameters_append_members (GString *json, const VestimHyperparameters *hyperparameters)
{
  append_model (json, hyperparameters);
  g_string_append_printf (json, ", \"max_epochs\": %d", hyperparameters->max_epochs);
  append_limit (json, "max_minutes", hyperparameters->max_minutes);
  g_string_append_printf (json, ", \"patience\": %d", hyperparameters->patience);
  append_double (json, "learning_rate", hyperparameters->learning_rate);
  g_string_append_printf (json, ", \"optimizer\": \"%s\"",
                          vestim_optimizer_name (hyperparameters->optimizer));
  append_double (json, "weight_decay", hyperparameters->weight_decay);
  append_limit (json, "gradient_clip", hyperparameters->gradient_clip);
  append_double (json, "dropout", hyperparameters->dropout);
  append_schedule (json, hyperparameters);
  g_string_append_printf (json, ", \"test_mode\": \"%s\", \"seed\": %" PRIu64,
                          vestim_test_mode_name (hyperparameters->test_mode),
                          hyperparameters->seed);
}

int64_t
vestim_hyperparameters_n_units (const VestimHyperparameters *hyperparameters)
{
  int64_t n = 0;

  for (int i = 0; i < hyperparameters->n_layers; i++)
    n += hyperparameters->layers[i];
  return n;
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
