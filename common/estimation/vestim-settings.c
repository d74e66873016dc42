/* SPDX-License-Identifier: MIT */

/* Reads and writes single values by the row of the table that describes them. The variable of a
 * value is a `void *`, whose type follows from that of the setting. */

#include "common/estimation/vestim-settings.h"

#include "common/json/vestim-json.h"

#include <inttypes.h>
#include <string.h>

const VestimSetting *
vestim_setting_find (const char *name)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (strcmp (setting->name, name) == 0)
      return setting;
  return NULL;
}

const char *
vestim_setting_member (const VestimSetting *setting)
{
  const char *dot = strrchr (setting->name, '.');

  return dot ? dot + 1 : setting->name;
}

bool
vestim_setting_is_in (const VestimSetting *setting, const VestimSetting *object)
{
  size_t length = object ? strlen (object->name) + 1 : 0;

  return setting->name && (!object || strncmp (setting->name, object->name, length - 1) == 0)
         && vestim_setting_member (setting) == setting->name + length;
}

bool
vestim_setting_can_be_swept (const VestimSetting *setting)
{
  return setting->is_hyperparameter && vestim_setting_is_in (setting, NULL);
}

bool
vestim_setting_is_of_schedule (const VestimSetting *member, int kind)
{
  return !member->schedules || (member->schedules & (1u << kind));
}

void
vestim_settings_refuse_unknown (const VestimFieldReader *reader, const VestimSetting *object,
                                int schedule)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (vestim_setting_is_in (setting, object) && vestim_setting_is_of_schedule (setting, schedule))
      g_ptr_array_add (known, (char *) vestim_setting_member (setting));
  g_ptr_array_add (known, NULL);
  vestim_field_reader_refuse_unknown (reader, (const char *const *) known->pdata);
}

void
vestim_setting_set_default (const VestimSetting *setting, void *value)
{
  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      *(bool *) value = setting->initial != 0;
      break;
    case VESTIM_SETTING_WHOLE:
      *(int *) value = (int) setting->initial;
      break;
    case VESTIM_SETTING_SEED:
      *(uint64_t *) value = (uint64_t) setting->initial;
      break;
    case VESTIM_SETTING_NUMBER:
    case VESTIM_SETTING_LIMIT:
      *(double *) value = setting->initial;
      break;
    case VESTIM_SETTING_WORD:
      *(int *) value = 0;
      break;
    case VESTIM_SETTING_LAYERS:
      *(VestimLayers *) value = (VestimLayers){ .n = 1, .sizes = { (int) setting->initial } };
      break;
    case VESTIM_SETTING_STRING:
    case VESTIM_SETTING_STRINGS:
    case VESTIM_SETTING_OBJECT:
      g_assert_not_reached ();
    }
}

static void
read_flag (const VestimFieldReader *reader, const char *name, bool *value)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, name);

  if (node && !vestim_json_get_bool (node, value))
    vestim_field_reader_fault (reader, name, "must be true or false");
}

static void
read_seed (const VestimSetting *setting, const VestimFieldReader *reader, uint64_t *value)
{
  int64_t seed = (int64_t) *value;

  vestim_field_reader_int64 (reader, vestim_setting_member (setting), (int64_t) setting->min,
                             INT64_MAX, &seed);
  *value = (uint64_t) seed;
}

static void
read_limit (const VestimSetting *setting, const VestimFieldReader *reader, double *value)
{
  const char *name = vestim_setting_member (setting);

  if (vestim_field_reader_is_given (reader, name))
    vestim_field_reader_double (reader, name, setting->min, setting->max, value);
  else if (vestim_json_member (reader->object, name))
    *value = 0;
}

static void
read_word (const VestimSetting *setting, const VestimFieldReader *reader, int *value)
{
  const char *name = vestim_setting_member (setting);
  g_autofree char *word = vestim_json_dup_string (vestim_json_member (reader->object, name));

  if (word && g_strcmp0 (word, setting->old_word) == 0)
    *value = setting->old_word_means;
  else
    vestim_field_reader_choice (reader, name, setting->words, value);
}

static void
read_layers (const VestimSetting *setting, const VestimFieldReader *reader, VestimLayers *value)
{
  const char *name = vestim_setting_member (setting);
  const VestimJsonNode *list = vestim_json_member (reader->object, name);
  VestimLayers layers = { 0 };

  if (!list)
    return;

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || vestim_json_size (list) < 1
      || vestim_json_size (list) > VESTIM_MAX_LAYERS)
    {
      vestim_field_reader_fault (reader, name, "must be a list of 1 to %d sizes",
                                 VESTIM_MAX_LAYERS);
      return;
    }

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      int64_t size = 0;

      if (!vestim_json_get_int64 (node, &size) || (double) size < setting->min
          || (double) size > setting->max)
        {
          vestim_field_reader_fault (reader, name, "each size must be a whole number from %g to %g",
                                     setting->min, setting->max);
          return;
        }
      layers.sizes[layers.n++] = (int) size;
    }
  *value = layers;
}

void
vestim_setting_read (const VestimSetting *setting, const VestimFieldReader *reader, void *value)
{
  const char *name = vestim_setting_member (setting);

  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      read_flag (reader, name, value);
      break;
    case VESTIM_SETTING_WHOLE:
      vestim_field_reader_int (reader, name, (int) setting->min, (int) setting->max, value);
      break;
    case VESTIM_SETTING_SEED:
      read_seed (setting, reader, value);
      break;
    case VESTIM_SETTING_NUMBER:
      vestim_field_reader_double (reader, name, setting->min, setting->max, value);
      break;
    case VESTIM_SETTING_LIMIT:
      read_limit (setting, reader, value);
      break;
    case VESTIM_SETTING_WORD:
      read_word (setting, reader, value);
      break;
    case VESTIM_SETTING_LAYERS:
      read_layers (setting, reader, value);
      break;
    case VESTIM_SETTING_STRING:
    case VESTIM_SETTING_STRINGS:
    case VESTIM_SETTING_OBJECT:
      g_assert_not_reached ();
    }
}

static void
append_layers (GString *json, const VestimLayers *layers)
{
  g_string_append_c (json, '[');
  for (int i = 0; i < layers->n; i++)
    g_string_append_printf (json, "%s%d", i ? ", " : "", layers->sizes[i]);
  g_string_append_c (json, ']');
}

void
vestim_setting_append_value (GString *json, const VestimSetting *setting, const void *value)
{
  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      g_string_append (json, *(const bool *) value ? "true" : "false");
      break;
    case VESTIM_SETTING_WHOLE:
      g_string_append_printf (json, "%d", *(const int *) value);
      break;
    case VESTIM_SETTING_SEED:
      g_string_append_printf (json, "%" PRIu64, *(const uint64_t *) value);
      break;
    case VESTIM_SETTING_LIMIT:
      if (*(const double *) value > 0)
        vestim_json_append_double (json, *(const double *) value);
      else
        g_string_append (json, "null");
      break;
    case VESTIM_SETTING_NUMBER:
      vestim_json_append_double (json, *(const double *) value);
      break;
    case VESTIM_SETTING_WORD:
      vestim_json_append_string (json, setting->words[*(const int *) value]);
      break;
    case VESTIM_SETTING_LAYERS:
      append_layers (json, value);
      break;
    case VESTIM_SETTING_STRING:
    case VESTIM_SETTING_STRINGS:
    case VESTIM_SETTING_OBJECT:
      g_assert_not_reached ();
    }
}

const char *
vestim_setting_word (const char *name, int index)
{
  return vestim_setting_find (name)->words[index];
}

int
vestim_setting_find_word (const char *name, const char *word)
{
  const VestimSetting *setting = vestim_setting_find (name);
  const char *const *words = setting->words;

  for (int i = 0; words[i]; i++)
    if (strcmp (words[i], word) == 0)
      return i;
  return g_strcmp0 (word, setting->old_word) == 0 ? setting->old_word_means : -1;
}
