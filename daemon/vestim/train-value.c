/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/train-value.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "daemon/vestim/command.h"

#define MAX_SIZE 1000000 /* of a layer. The server has the limit that counts */
#define RANGE ".."
#define LOG " log"

static JsonNode *
new_string (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

/* (transfer full) A number of JSON is read as such, because a seed may have more digits than a
 * double. */
static JsonNode *
parse_number (const char *text)
{
  g_autoptr (JsonNode) node = vestim_node_parse_text (text);
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (vestim_node_is_number (node))
    return g_steal_pointer (&node);
  if (*text == '\0' || *end != '\0' || !isfinite (value))
    return new_string (text);
  return json_node_init_double (json_node_alloc (), value);
}

static JsonNode *
parse_flag (const char *text)
{
  bool is_true = strcmp (text, "true") == 0;

  if (!is_true && strcmp (text, "false") != 0)
    return new_string (text);
  return json_node_init_boolean (json_node_alloc (), is_true);
}

/* "18,18" */
static JsonNode *
parse_layers (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (JsonArray) sizes = json_array_new ();

  for (char **word = words; *word != NULL; word++)
    {
      guint64 size;

      if (!g_ascii_string_to_unsigned (g_strstrip (*word), 10, 0, MAX_SIZE, &size, NULL))
        return new_string (text);
      json_array_add_int_element (sizes, (gint64) size);
    }
  return json_node_init_array (json_node_alloc (), sizes);
}

/* (nullable) (transfer full) */
static JsonNode *
parse_json (const char *text, GError **error)
{
  g_autoptr (GError) failure = NULL;
  JsonNode *node = vestim_node_parse (text, strlen (text), &failure);

  if (node == NULL)
    usage_error_set (error, "This is not JSON: %s: %s", text, failure->message);
  return node;
}

static bool
is_json (const char *text)
{
  return *text == '{' || *text == '[';
}

/* Of an object that has a kind, a word is its kind. */
static JsonNode *
parse_object_word (const VestimSetting *setting, const char *text)
{
  g_autofree char *kind = g_strconcat (setting->name, ".kind", NULL);
  g_autoptr (JsonObject) object = NULL;

  if (vestim_setting_find (kind) == NULL)
    return new_string (text);
  object = json_object_new ();
  json_object_set_string_member (object, "kind", text);
  return json_node_init_object (json_node_alloc (), object);
}

static bool
is_path (const VestimSetting *setting)
{
  return g_strcmp0 (setting->unit, "an absolute path") == 0
         || g_strcmp0 (setting->unit, "absolute paths") == 0;
}

static JsonNode *
parse_path (const char *text, bool is_local)
{
  g_autofree char *path = is_local ? g_canonicalize_filename (text, NULL) : g_strdup (text);

  return new_string (path);
}

/* A path may contain commas: each option is one. */
static JsonNode *
parse_strings (const VestimSetting *setting, const char *text, bool is_local)
{
  g_autoptr (JsonArray) list = json_array_new ();
  g_auto (GStrv) words = NULL;

  if (is_path (setting))
    {
      json_array_add_element (list, parse_path (text, is_local));
      return json_node_init_array (json_node_alloc (), list);
    }
  words = g_strsplit (text, ",", -1);
  for (char **word = words; *word != NULL; word++)
    json_array_add_string_element (list, g_strstrip (*word));
  return json_node_init_array (json_node_alloc (), list);
}

JsonNode *
train_value_parse (const VestimSetting *setting, const char *text, bool is_local, GError **error)
{
  if (is_json (text)
      && (setting->type == VESTIM_SETTING_OBJECT || setting->type == VESTIM_SETTING_STRINGS
          || setting->type == VESTIM_SETTING_LAYERS))
    return parse_json (text, error);
  switch (setting->type)
    {
    case VESTIM_SETTING_FLAG:
      return parse_flag (text);
    case VESTIM_SETTING_LIMIT:
      if (strcmp (text, "none") == 0)
        return json_node_new (JSON_NODE_NULL);
      return parse_number (text);
    case VESTIM_SETTING_WHOLE:
    case VESTIM_SETTING_SEED:
    case VESTIM_SETTING_NUMBER:
      return parse_number (text);
    case VESTIM_SETTING_WORD:
      return new_string (text);
    case VESTIM_SETTING_STRING:
      return is_path (setting) ? parse_path (text, is_local) : new_string (text);
    case VESTIM_SETTING_LAYERS:
      return parse_layers (text);
    case VESTIM_SETTING_STRINGS:
      return parse_strings (setting, text, is_local);
    case VESTIM_SETTING_OBJECT:
      return parse_object_word (setting, text);
    }
  g_assert_not_reached ();
}

/* (transfer full) "0.0001..0.01", with " log" at its end for a logarithmic scale. */
static JsonNode *
parse_range (const char *text)
{
  bool is_log = g_str_has_suffix (text, LOG);
  g_autofree char *plain = g_strndup (text, strlen (text) - (is_log ? strlen (LOG) : 0));
  g_auto (GStrv) ends = g_strsplit (plain, RANGE, 2);
  g_autoptr (JsonObject) range = json_object_new ();

  json_object_set_member (range, "min", parse_number (ends[0]));
  json_object_set_member (range, "max", parse_number (ends[1]));
  json_object_set_string_member (range, "scale", is_log ? "log" : "linear");
  return json_node_init_object (json_node_alloc (), range);
}

JsonNode *
train_value_parse_sweep (const VestimSetting *setting, const char *text, GError **error)
{
  bool is_layers = setting->type == VESTIM_SETTING_LAYERS;
  g_autoptr (JsonArray) list = NULL;
  g_auto (GStrv) values = NULL;

  if (is_json (text))
    return parse_json (text, error);
  if (!is_layers && strstr (text, RANGE) != NULL)
    return parse_range (text);
  if (is_layers && strchr (text, ',') != NULL && strchr (text, ';') == NULL)
    {
      usage_error_set (error,
                       "--sweep: \"%s\" may be one network or several: separate networks with "
                       "semicolons, as in 'layers=10;18,18'.",
                       text);
      return NULL;
    }
  list = json_array_new ();
  values = g_strsplit (text, is_layers ? ";" : ",", -1);
  for (char **value = values; *value != NULL; value++)
    {
      JsonNode *node = train_value_parse (setting, g_strstrip (*value), false, error);

      if (node == NULL)
        return NULL;
      json_array_add_element (list, node);
    }
  return json_node_init_array (json_node_alloc (), list);
}
