/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-legacy-settings.h"

#include "common/estimation/vestim-hyperparameters.h"
#include "common/estimation/vestim-legacy-values.h"
#include "common/json/vestim-fields.h"

#include <math.h>
#include <string.h>

/* Several names that make one setting together. The names that stand for one setting each are in
 * the table of settings. */
static const char *const schedule_names[] = { "SCHEDULER_TYPE",   "LR_DROP_FACTOR",
                                              "LR_PARAM",         "LR_DROP_PERIOD",
                                              "LR_PERIOD",        "PLATEAU_FACTOR",
                                              "PLATEAU_PATIENCE", NULL };
static const char *const layer_names[] = { "LAYERS", "HIDDEN_UNITS", NULL };
static const struct
{
  const char *name;
  double minutes;
} time_names[] = {
  { "MAX_TRAIN_HOURS", 60 },
  { "MAX_TRAIN_MINUTES", 1 },
  { "MAX_TRAIN_SECONDS", 1.0 / 60 },
};
#define WHOLE_TIME_NAME "MAX_TRAINING_TIME_SECONDS" /* of what those say together */

/* Names of what cannot be chosen here: only values that mean what this program does anyway. Those
 * of the last two groups belong to a choice that is refused, or are results in a task's file. */
static const struct
{
  const char *name;
  const char *values; /* between spaces; NULL: any, because the result does not depend on it */
} fixed_names[] = {
  { "TRAINING_METHOD", " Sequence-to-Sequence WholeSequenceFNN " },
  { "VALID_FREQUENCY", " 1 " },
  { "ValidFrequency", " 1 " },
  { "INFERENCE_FILTER_TYPE", " None none " },
  { "EXPLOIT_REPETITIONS", " 0 " },
  { "FNN_ACTIVATION", " ReLU relu " },
  { "activation", " ReLU relu " },
  { "OUTPUT_SIZE", " 1 " },
  { "DEVICE_SELECTION", NULL },
  { "USE_MIXED_PRECISION", NULL },
  { "NUM_WORKERS", NULL },
  { "PIN_MEMORY", NULL },
  { "PREFETCH_FACTOR", NULL },
  { "BATCH_TRAINING", NULL },

  { "INFERENCE_FILTER_WINDOW_SIZE", NULL },
  { "INFERENCE_FILTER_ALPHA", NULL },
  { "INFERENCE_FILTER_POLYORDER", NULL },
  { "EXPLOIT_LR", NULL },
  { "EXPLOIT_EPOCHS", NULL },
  { "FINAL_LR", NULL },
  { "COSINE_T0", NULL },
  { "COSINE_T_MULT", NULL },
  { "COSINE_ETA_MIN", NULL },
  { "OUTPUT_DELAY", NULL },

  { "INPUT_SIZE", NULL },
  { "NUM_LEARNABLE_PARAMS", NULL },
  { "CURRENT_REPETITION", NULL },
  { "CURRENT_DEVICE", NULL },
  { "normalization_applied", NULL },
  { "NORMALIZATION_APPLIED", NULL },
};

typedef struct
{
  const VestimFieldReader *selections;
  GHashTable *places;
  GString *text;         /* members of the selections, with a comma after each */
  GString *swept;        /* members of the sweep, likewise */
  GPtrArray *notes;      /* char */
  GPtrArray *ignored;    /* names (char, not owned) */
  const char *size_name; /* (nullable) of the sizes of all layers */
  bool has_faults;
} Translation;

static void
fault (Translation *translation, const char *name, const char *message)
{
  vestim_field_reader_fault (translation->selections, name, "%s", message);
  translation->has_faults = true;
}

/* Once for each name. */
static void
ignore (Translation *translation, const char *name)
{
  g_ptr_array_add (translation->ignored, (char *) g_intern_string (name));
}

static const VestimJsonNode *
member (const Translation *translation, const char *name)
{
  return vestim_json_member (translation->selections->object, name);
}

/* One value is that of the setting, several are swept. Takes the values (JSON texts). */
static void
assign (Translation *translation, const char *name, const char *field, GPtrArray *values)
{
  g_autoptr (GPtrArray) taken = values;
  const VestimJsonNode *sweep = member (translation, "sweep");
  g_autofree char *swept = g_strconcat ("sweep.", field, NULL);

  if (member (translation, field) || vestim_json_member (sweep, field)
      || g_hash_table_contains (translation->places, field)
      || g_hash_table_contains (translation->places, swept))
    {
      g_autofree char *message = g_strdup_printf (
          "is the legacy name of %s, which is also present: leave one of them out", field);
      fault (translation, name, message);
    }
  else if (taken->len == 0)
    fault (translation, name, "has no value: give one, or leave it out");
  else if (taken->len == 1)
    {
      g_string_append_printf (translation->text, "\"%s\": %s,", field, (char *) taken->pdata[0]);
      g_hash_table_insert (translation->places, g_strdup (field), g_strdup (name));
    }
  else
    {
      g_ptr_array_add (taken, NULL);
      g_autofree char *list = g_strjoinv (", ", (char **) taken->pdata);
      g_string_append_printf (translation->swept, "\"%s\": [%s],", field, list);
      g_hash_table_insert (translation->places, g_steal_pointer (&swept), g_strdup (name));
    }
}

/* (nullable) the setting that the name stands for. */
static const VestimSetting *
find_setting (const char *name)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (g_strv_contains (setting->legacy, name))
      return setting;
  return NULL;
}

/* Whether the name begins with another type of model, as GRU_UNITS of an LSTM does. */
static bool
is_of_other_model (const Translation *translation, const char *name)
{
  g_autofree char *type = vestim_legacy_value_text (member (translation, "MODEL_TYPE"));
  bool is_gru = g_str_has_prefix (name, "GRU_"), is_fnn = g_str_has_prefix (name, "FNN_");

  return type && ((is_gru && !strstr (type, "GRU")) || (is_fnn && !strstr (type, "FNN")));
}

static bool
translate_simple (Translation *translation, const char *name, const VestimJsonNode *node)
{
  const VestimSetting *setting = find_setting (name);

  if (!setting)
    return false;

  if (vestim_legacy_value_is_not_applicable (node))
    {
      g_ptr_array_add (
          translation->notes,
          g_strdup_printf ("%s has no value: the default of %s counts", name, setting->name));
      return true;
    }
  if (is_of_other_model (translation, name))
    {
      fault (translation, name, "is of another type of model than MODEL_TYPE: leave it out");
      return true;
    }
  assign (translation, name, setting->name, vestim_legacy_values (node, setting));
  if (setting->type == VESTIM_SETTING_LAYERS)
    translation->size_name = g_intern_string (name);
  return true;
}

static bool
translate_fixed (Translation *translation, const char *name, const VestimJsonNode *node)
{
  for (size_t i = 0; i < G_N_ELEMENTS (fixed_names); i++)
    {
      if (strcmp (fixed_names[i].name, name) != 0)
        continue;

      g_autofree char *value = vestim_legacy_value_text (node);
      g_autofree char *word = g_strdup_printf (" %s ", value ? value : "");
      if (fixed_names[i].values && !strstr (fixed_names[i].values, word))
        {
          g_autofree char *message = g_strdup_printf (
              "must be%sor left out: this program supports no other value", fixed_names[i].values);
          fault (translation, name, message);
        }
      else if (!fixed_names[i].values)
        ignore (translation, name);
      return true;
    }
  return false;
}

static bool
is_time_name (const char *name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (time_names); i++)
    if (strcmp (time_names[i].name, name) == 0)
      return true;
  return strcmp (WHOLE_TIME_NAME, name) == 0;
}

static bool
is_joint_name (const char *name)
{
  return g_strv_contains (schedule_names, name) || g_strv_contains (layer_names, name)
         || is_time_name (name);
}

/* Whether the member is a time; adds it up in minutes. */
static bool
add_time (Translation *translation, const char *name, double factor, double *minutes)
{
  const VestimJsonNode *node = member (translation, name);
  double value = 0;

  if (!node)
    return false;
  if (!vestim_legacy_value_number (node, &value) || value < 0)
    fault (translation, name, "must be a number of at least 0");
  *minutes += value * factor;
  return true;
}

/* Hours, minutes and seconds together, or all in seconds; 0 is no limit. */
static void
translate_time (Translation *translation)
{
  const char *first = NULL;
  double minutes = 0, whole = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (time_names); i++)
    if (add_time (translation, time_names[i].name, time_names[i].minutes, &minutes) && !first)
      first = time_names[i].name;
  if (add_time (translation, WHOLE_TIME_NAME, 1.0 / 60, &whole))
    {
      if (first && fabs (whole - minutes) > 1e-6 * whole)
        fault (translation, WHOLE_TIME_NAME,
               "is another time than that of MAX_TRAIN_HOURS, MAX_TRAIN_MINUTES and "
               "MAX_TRAIN_SECONDS: leave one of them out");
      first = first ? first : WHOLE_TIME_NAME;
      minutes = whole;
    }
  if (minutes <= 0)
    return;

  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  vestim_json_append_double (text, minutes);
  g_ptr_array_add (values, g_string_free (text, FALSE));
  assign (translation, first, "max_minutes", g_steal_pointer (&values));
}

static void
translate_schedule (Translation *translation)
{
  const VestimJsonNode *selections = translation->selections->object;
  const char *first = vestim_legacy_first_of (selections, schedule_names);
  const char *message = NULL;

  if (!first)
    return;

  GPtrArray *schedules = vestim_legacy_schedules (selections, translation->ignored, &message);
  if (schedules)
    assign (translation, first, "schedule", schedules);
  else
    fault (translation, first, message);
}

/* The earlier system wrote the number of layers and the size of the first one beside the sizes. */
static void
translate_layers (Translation *translation)
{
  const VestimJsonNode *selections = translation->selections->object;
  const char *first = vestim_legacy_first_of (selections, layer_names);
  const char *message = NULL;

  if (!first)
    return;

  if (translation->size_name)
    {
      if (!vestim_legacy_layers_agree (selections, translation->size_name))
        {
          g_autofree char *text = g_strdup_printf (
              "LAYERS and HIDDEN_UNITS must be the number of layers and the size of the first one "
              "in %s, which is also present: leave one of them out",
              translation->size_name);
          fault (translation, first, text);
        }
      return;
    }

  GPtrArray *layers = vestim_legacy_uniform_layers (selections, &message);
  if (layers)
    assign (translation, first, "layers", layers);
  else
    fault (translation, first, message);
}

/* The legacy system trained windows, and its settings were chosen for that. */
static void
translate_training (Translation *translation)
{
  if (member (translation, "training")
      || vestim_json_member (member (translation, "sweep"), "training"))
    return;

  g_string_append_printf (translation->text, "\"training\": \"%s\",",
                          vestim_setting_word ("training", VESTIM_TRAINING_WINDOWED));
  g_ptr_array_add (translation->notes,
                   g_strdup ("legacy settings mean windowed training of an LSTM or GRU: give "
                             "\"training\": \"stateful\" to train what an exported network does"));
}

/* The member as it is; what is in the sweep joins what the legacy names add to it. */
static void
keep_member (Translation *translation, const char *name, const VestimJsonNode *node)
{
  VestimJsonType type = vestim_json_type (node);
  size_t length = 0;
  const char *raw = vestim_json_raw (node, &length);

  if (strcmp (name, "sweep") != 0)
    {
      vestim_json_append_string (translation->text, name);
      g_string_append_printf (translation->text, ": %.*s,", (int) length, raw);
    }
  else if (type != VESTIM_JSON_OBJECT && type != VESTIM_JSON_NULL)
    fault (translation, name, "must be an object of lists");
  else if (vestim_json_size (node) > 0)
    g_string_append_printf (translation->swept, "%.*s,", (int) length - 2, raw + 1);
}

static void
translate_members (Translation *translation)
{
  const VestimJsonNode *selections = translation->selections->object;

  for (const VestimJsonNode *node = vestim_json_first (selections); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (!translate_simple (translation, name, node) && !translate_fixed (translation, name, node)
          && !is_joint_name (name))
        keep_member (translation, name, node);
    }
}

bool
vestim_legacy_settings_are_in (const VestimJsonNode *selections)
{
  bool is_object = vestim_json_type (selections) == VESTIM_JSON_OBJECT;

  for (const VestimJsonNode *node = is_object ? vestim_json_first (selections) : NULL; node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      bool is_legacy = is_joint_name (name) || find_setting (name);

      for (size_t i = 0; i < G_N_ELEMENTS (fixed_names); i++)
        is_legacy |= strcmp (fixed_names[i].name, name) == 0;
      if (is_legacy)
        return true;
    }
  return false;
}

static void
note_ignored (const Translation *translation)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < translation->ignored->len; i++)
    g_string_append_printf (names, "%s%s", i ? ", " : "", (char *) translation->ignored->pdata[i]);
  if (names->len > 0)
    g_ptr_array_add (translation->notes,
                     g_strdup_printf ("these legacy settings are ignored, because the result "
                                      "does not depend on them: %s",
                                      names->str));
}

char *
vestim_legacy_settings_translate (const VestimFieldReader *selections, GHashTable *places,
                                  GPtrArray *notes)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (GString) swept = g_string_new (NULL);
  g_autoptr (GPtrArray) ignored = g_ptr_array_new ();
  Translation translation = {
    .selections = selections,
    .places = places,
    .text = text,
    .swept = swept,
    .notes = notes,
    .ignored = ignored,
  };

  translate_members (&translation);
  translate_schedule (&translation);
  translate_layers (&translation);
  translate_time (&translation);
  translate_training (&translation);
  if (translation.has_faults)
    return NULL;
  note_ignored (&translation);

  if (swept->len > 0)
    {
      g_string_truncate (swept, swept->len - 1);
      g_string_append_printf (text, "\"sweep\": {%s},", swept->str);
    }
  if (text->len > 1)
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
vestim_legacy_settings_place (GHashTable *places, const char *prefix, const char *field)
{
  size_t length = strlen (prefix);
  const char *path =
      g_str_has_prefix (field, prefix) && field[length] == '.' ? field + length + 1 : "";
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;

  g_hash_table_iter_init (&iter, places);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      size_t n = strlen (key);

      if (strncmp (path, key, n) == 0 && (path[n] == '\0' || path[n] == '.' || path[n] == '['))
        return g_strdup_printf ("%s.%s%s", prefix, (char *) value, path + n);
    }
  return g_strdup (field);
}
