/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-legacy-values.h"

#include "common/estimation/vestim-sweep.h"

#include <math.h>
#include <string.h>

/* One more than the readers of a sweep and of layers accept, so that they refuse it. */
#define MAX_COMBINATIONS (VESTIM_MAX_TASKS + 1)
#define MAX_LAYERS (VESTIM_MAX_LAYERS + 1)

char *
vestim_legacy_value_text (const VestimJsonNode *node)
{
  VestimJsonType type = vestim_json_type (node);
  size_t length = 0;

  if (type == VESTIM_JSON_STRING)
    return vestim_json_dup_string (node);
  if (type != VESTIM_JSON_NUMBER && type != VESTIM_JSON_BOOL)
    return NULL;
  const char *raw = vestim_json_raw (node, &length);
  return g_strndup (raw, length);
}

/* Appends the parts of the text that are not empty, without the spaces around them. */
static void
split (const char *text, const char *separator, GPtrArray *parts)
{
  g_auto (GStrv) pieces = g_strsplit (text, separator, -1);

  for (char **piece = pieces; *piece; piece++)
    if (g_strstrip (*piece)[0])
      g_ptr_array_add (parts, g_strdup (*piece));
}

static GPtrArray *
parts_of (const VestimJsonNode *node, const char *separator)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  bool is_list = vestim_json_type (node) == VESTIM_JSON_ARRAY;
  g_autofree char *text = vestim_legacy_value_text (node);

  if (text)
    split (text, separator, parts);
  for (const VestimJsonNode *element = is_list ? vestim_json_first (node) : NULL; element;
       element = vestim_json_next (element))
    {
      char *value = vestim_legacy_value_text (element);

      if (value)
        g_ptr_array_add (parts, value);
    }
  return parts;
}

static bool
parse_number (const char *text, double *value)
{
  char *end = NULL;

  *value = g_ascii_strtod (text, &end);
  return end != text && !*end && isfinite (*value);
}

bool
vestim_legacy_value_number (const VestimJsonNode *node, double *value)
{
  g_autofree char *text = vestim_legacy_value_text (node);

  return text && parse_number (text, value);
}

bool
vestim_legacy_value_is_not_applicable (const VestimJsonNode *node)
{
  g_autofree char *text = vestim_legacy_value_text (node);

  return vestim_json_type (node) == VESTIM_JSON_NULL || g_strcmp0 (text, "N/A") == 0;
}

static void
append_number (GString *json, const char *text)
{
  double value = 0;

  if (parse_number (text, &value))
    vestim_json_append_double (json, value);
  else
    vestim_json_append_string (json, text);
}

static void
append_list (GString *json, const GPtrArray *parts, void (*append) (GString *, const char *))
{
  g_string_append_c (json, '[');
  for (guint i = 0; i < parts->len; i++)
    {
      g_string_append (json, i ? ", " : "");
      append (json, parts->pdata[i]);
    }
  g_string_append_c (json, ']');
}

static void
append_layers (GString *json, const char *text)
{
  g_autoptr (GPtrArray) sizes = g_ptr_array_new_with_free_func (g_free);

  split (text, ",", sizes);
  append_list (json, sizes, append_number);
}

/* The legacy system wrote "Adam" for "adam", but "LSTM" as it is. */
static void
append_word (GString *json, const VestimSetting *setting, const char *text)
{
  bool is_lower = g_ascii_islower (setting->words[0][0]);
  g_autofree char *word = is_lower ? g_ascii_strdown (text, -1) : g_strdup (text);

  vestim_json_append_string (json, word);
}

static void
append_value (GString *json, const VestimSetting *setting, const char *text)
{
  switch (setting->type)
    {
    case VESTIM_SETTING_WORD:
      append_word (json, setting, text);
      break;
    case VESTIM_SETTING_LAYERS:
      append_layers (json, text);
      break;
    case VESTIM_SETTING_STRING:
    case VESTIM_SETTING_STRINGS:
      vestim_json_append_string (json, text);
      break;
    case VESTIM_SETTING_FLAG:
    case VESTIM_SETTING_WHOLE:
    case VESTIM_SETTING_SEED:
    case VESTIM_SETTING_NUMBER:
    case VESTIM_SETTING_LIMIT:
    case VESTIM_SETTING_OBJECT:
      append_number (json, text);
      break;
    }
}

/* Layers have commas between their sizes, so that semicolons separate several values. */
GPtrArray *
vestim_legacy_values (const VestimJsonNode *node, const VestimSetting *setting)
{
  g_autoptr (GPtrArray) parts = parts_of (node, setting->type == VESTIM_SETTING_LAYERS ? ";" : ",");
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);

  if (setting->type == VESTIM_SETTING_STRINGS)
    {
      GString *json = g_string_new (NULL);

      append_list (json, parts, vestim_json_append_string);
      g_ptr_array_add (values, g_string_free (json, FALSE));
      return values;
    }

  for (guint i = 0; i < parts->len; i++)
    {
      GString *json = g_string_new (NULL);

      append_value (json, setting, parts->pdata[i]);
      g_ptr_array_add (values, g_string_free (json, FALSE));
    }
  return values;
}

const char *
vestim_legacy_first_of (const VestimJsonNode *object, const char *const *names)
{
  for (; *names; names++)
    if (vestim_json_member (object, *names))
      return *names;
  return NULL;
}

static GPtrArray *
numbers_of (const VestimJsonNode *node)
{
  g_autoptr (GPtrArray) parts = parts_of (node, ",");
  GPtrArray *numbers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < parts->len; i++)
    {
      GString *json = g_string_new (NULL);

      append_number (json, parts->pdata[i]);
      g_ptr_array_add (numbers, g_string_free (json, FALSE));
    }
  return numbers;
}

/* (nullable) the member, unless it has no value. */
static const VestimJsonNode *
given_member (const VestimJsonNode *object, const char *name)
{
  const VestimJsonNode *node = vestim_json_member (object, name);

  return vestim_legacy_value_is_not_applicable (node) ? NULL : node;
}

/* The values of `name`, or else of `other`, as members of an object with a comma before each; one
 * empty text if neither is given. */
static GPtrArray *
members_of (const VestimJsonNode *selections, const char *member, const char *name,
            const char *other)
{
  const VestimJsonNode *node = given_member (selections, name);
  GPtrArray *members = g_ptr_array_new_with_free_func (g_free);

  if (!node && other)
    node = given_member (selections, other);

  g_autoptr (GPtrArray) values = numbers_of (node);
  for (guint i = 0; i < values->len; i++)
    g_ptr_array_add (members, g_strdup_printf (", \"%s\": %s", member, (char *) values->pdata[i]));
  if (members->len == 0)
    g_ptr_array_add (members, g_strdup (""));
  return members;
}

/* Takes both lists of members. */
static GPtrArray *
combine (const char *kind, GPtrArray *factors, GPtrArray *steps)
{
  GPtrArray *schedules = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < factors->len; i++)
    for (guint j = 0; j < steps->len && schedules->len < MAX_COMBINATIONS; j++)
      g_ptr_array_add (schedules,
                       g_strdup_printf ("{\"kind\": \"%s\"%s%s}", kind, (char *) factors->pdata[i],
                                        (char *) steps->pdata[j]));
  g_ptr_array_unref (factors);
  g_ptr_array_unref (steps);
  return schedules;
}

static bool
is_same_list (const GPtrArray *a, const GPtrArray *b)
{
  for (guint i = 0; i < a->len && a->len == b->len; i++)
    if (strcmp (a->pdata[i], b->pdata[i]) != 0)
      return false;
  return a->len == b->len;
}

/* Whether two names of one setting are given with different values. */
static bool
do_names_differ (const VestimJsonNode *selections, const char *name, const char *other)
{
  const VestimJsonNode *first = given_member (selections, name);
  const VestimJsonNode *second = given_member (selections, other);
  g_autoptr (GPtrArray) values = numbers_of (first);
  g_autoptr (GPtrArray) others = numbers_of (second);

  return first && second && !is_same_list (values, others);
}

static const char *const step_names[] = { "LR_DROP_FACTOR", "LR_PARAM", "LR_DROP_PERIOD",
                                          "LR_PERIOD", NULL };
static const char *const plateau_names[] = { "PLATEAU_FACTOR", "PLATEAU_PATIENCE", NULL };

static void
ignore_names (const VestimJsonNode *selections, const char *const *names, GPtrArray *ignored)
{
  for (; *names; names++)
    if (vestim_json_member (selections, *names))
      g_ptr_array_add (ignored, (char *) *names);
}

static GPtrArray *
step_schedules (const VestimJsonNode *selections, const char **message)
{
  if (do_names_differ (selections, "LR_DROP_FACTOR", "LR_PARAM"))
    *message =
        "LR_DROP_FACTOR and LR_PARAM are the same setting, but differ: leave one of them out";
  else if (do_names_differ (selections, "LR_DROP_PERIOD", "LR_PERIOD"))
    *message =
        "LR_DROP_PERIOD and LR_PERIOD are the same setting, but differ: leave one of them out";
  else
    return combine ("step", members_of (selections, "factor", "LR_DROP_FACTOR", "LR_PARAM"),
                    members_of (selections, "period", "LR_DROP_PERIOD", "LR_PERIOD"));
  return NULL;
}

/* The files of the legacy system have the parameters of all kinds, so the kind decides which of
 * them count. */
GPtrArray *
vestim_legacy_schedules (const VestimJsonNode *selections, GPtrArray *ignored, const char **message)
{
  g_autofree char *type = vestim_legacy_value_text (given_member (selections, "SCHEDULER_TYPE"));
  bool has_step = vestim_legacy_first_of (selections, step_names) != NULL;
  bool has_plateau = vestim_legacy_first_of (selections, plateau_names) != NULL;

  if (!type && has_step && has_plateau)
    {
      *message = "there are parameters of two kinds of schedule: add SCHEDULER_TYPE, \"StepLR\" or "
                 "\"ReduceLROnPlateau\"";
      return NULL;
    }
  if (type ? strcmp (type, "ReduceLROnPlateau") == 0 : has_plateau)
    {
      ignore_names (selections, step_names, ignored);
      return combine ("plateau", members_of (selections, "factor", "PLATEAU_FACTOR", NULL),
                      members_of (selections, "patience", "PLATEAU_PATIENCE", NULL));
    }

  ignore_names (selections, plateau_names, ignored);
  if (!type || strcmp (type, "StepLR") == 0)
    return step_schedules (selections, message);
  if (strcmp (type, "CosineAnnealingLR") != 0 && strcmp (type, "None") != 0)
    {
      *message = "must be \"StepLR\", \"ReduceLROnPlateau\", \"CosineAnnealingLR\" or \"None\"";
      return NULL;
    }

  ignore_names (selections, step_names, ignored);
  GPtrArray *one = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (one, g_strdup_printf ("{\"kind\": \"%s\"}", type[0] == 'C' ? "cosine" : "none"));
  return one;
}

static char *
repeat_size (const char *size, int n)
{
  GString *json = g_string_new ("[");

  for (int i = 0; i < n; i++)
    g_string_append_printf (json, "%s%s", i ? ", " : "", size);
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

GPtrArray *
vestim_legacy_uniform_layers (const VestimJsonNode *selections, const char **message)
{
  g_autoptr (GPtrArray) counts = parts_of (vestim_json_member (selections, "LAYERS"), ",");
  g_autoptr (GPtrArray) sizes = numbers_of (vestim_json_member (selections, "HIDDEN_UNITS"));
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < counts->len; i++)
    for (guint j = 0; j < sizes->len && layers->len < MAX_COMBINATIONS; j++)
      {
        double n = 0;

        if (!parse_number (counts->pdata[i], &n) || n < 1 || n != floor (n))
          {
            *message = "must be a whole number of layers";
            return NULL;
          }
        g_ptr_array_add (layers, repeat_size (sizes->pdata[j], (int) MIN (n, MAX_LAYERS)));
      }
  if (layers->len > 0)
    return g_steal_pointer (&layers);

  *message = "LAYERS and HIDDEN_UNITS need each other: give both, or RNN_LAYER_SIZES";
  return NULL;
}

static bool
is_number (const VestimJsonNode *node, double expected)
{
  double value = 0;

  return !node || (vestim_legacy_value_number (node, &value) && value == expected);
}

bool
vestim_legacy_layers_agree (const VestimJsonNode *selections, const char *sizes)
{
  const VestimJsonNode *node = vestim_json_member (selections, sizes);
  g_autofree char *text = vestim_legacy_value_text (node);
  g_autoptr (GPtrArray) parts = parts_of (node, ",");
  double first = 0;

  return !(text && strchr (text, ';')) && parts->len > 0 && parse_number (parts->pdata[0], &first)
         && is_number (given_member (selections, "LAYERS"), parts->len)
         && is_number (given_member (selections, "HIDDEN_UNITS"), first);
}
