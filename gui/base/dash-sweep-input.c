/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-sweep-input.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Of a layer. The server has the limit that counts. */
#define MAX_SIZE 1000000

void
dash_sweep_input_begin_member (GString *json, const char *name)
{
  if (json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');
  vestim_json_append_string (json, name);
  g_string_append_c (json, ':');
}

/* The value as it is in the text. */
static void
append_raw (GString *text, const VestimJsonNode *node)
{
  size_t length;
  const char *raw = vestim_json_raw (node, &length);

  g_string_append_len (text, raw, (gssize) length);
}

static void
append_member (GString *json, const char *name, const VestimJsonNode *value)
{
  dash_sweep_input_begin_member (json, name);
  append_raw (json, value);
}

void
dash_sweep_input_init (DashSweepInput *self)
{
  self->members = g_string_new ("{");
  self->sweep = g_string_new ("{");
  self->n_tasks = 1;
}

void
dash_sweep_input_clear (DashSweepInput *self)
{
  g_string_free (self->members, TRUE);
  g_string_free (self->sweep, TRUE);
}

/* A JSON number is sent as it is typed, because a seed may have more digits than a double. */
static gboolean
append_number (GString *json, const char *text)
{
  g_autofree char *plain = g_strstrip (g_strdup (text));
  g_autoptr (VestimJsonDoc) doc = NULL;
  char *end = NULL;
  double value;

  g_strdelimit (plain, ",", '.');
  doc = vestim_json_parse (plain, strlen (plain), NULL);
  if (doc != NULL && vestim_json_type (vestim_json_root (doc)) == VESTIM_JSON_NUMBER)
    {
      g_string_append (json, plain);
      return TRUE;
    }
  value = g_ascii_strtod (plain, &end);
  if (plain[0] == '\0' || *end != '\0' || !isfinite (value))
    return FALSE;
  vestim_json_append_double (json, value);
  return TRUE;
}

static gboolean
append_layers (GString *json, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, ", ", -1);
  guint n = 0;

  g_string_append_c (json, '[');
  for (char **word = words; *word != NULL; word++)
    {
      guint64 size;

      if ((*word)[0] == '\0')
        continue;
      if (!g_ascii_string_to_unsigned (*word, 10, 1, MAX_SIZE, &size, NULL))
        return FALSE;
      g_string_append_printf (json, "%s%u", n++ > 0 ? "," : "", (guint) size);
    }
  g_string_append_c (json, ']');
  return n > 0;
}

static gboolean
append_value (GString *json, const VestimSetting *setting, const char *text)
{
  return setting->type == VESTIM_SETTING_LAYERS ? append_layers (json, text)
                                                : append_number (json, text);
}

gboolean
dash_sweep_input_add (DashSweepInput *self, const VestimSetting *setting, const char *text,
                      char **wrong)
{
  g_auto (GStrv) values = g_strsplit (text, ";", -1);
  g_autoptr (GString) list = g_string_new (NULL);
  GString *json = g_strv_length (values) > 1 ? self->sweep : self->members;

  if (values[0] == NULL)
    return TRUE;
  for (char **value = values; *value != NULL; value++)
    {
      g_string_append (list, value > values ? "," : "");
      if (!append_value (list, setting, *value))
        {
          *wrong = g_strstrip (g_strdup (*value));
          return FALSE;
        }
    }
  dash_sweep_input_begin_member (json, vestim_setting_member (setting));
  g_string_append_printf (json, json == self->sweep ? "[%s]" : "%s", list->str);
  self->n_tasks *= g_strv_length (values);
  return TRUE;
}

static void
add_lists (DashSweepInput *self, const VestimJsonNode *sweep)
{
  for (const VestimJsonNode *node = vestim_json_first (sweep); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      append_member (self->sweep, name, node);
      self->n_tasks *= MAX (vestim_json_size (node), 1);
    }
}

/* (transfer full) (nullable) */
static char *
find_shown (const VestimJsonNode *object, gboolean in_sweep, DashSweepInputIsShown is_shown)
{
  for (const VestimJsonNode *node = vestim_json_first (object); node != NULL;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (is_shown (name, in_sweep))
        return g_steal_pointer (&name);
    }
  return NULL;
}

/* (transfer full) (nullable) why the members can't be added. The parser refuses doubled names. */
static char *
find_fault (const DashSweepInput *self, const VestimJsonNode *root, DashSweepInputIsShown is_shown)
{
  const VestimJsonNode *sweep = vestim_json_member (root, "sweep");
  g_autofree char *shown = NULL;

  if (vestim_json_type (root) != VESTIM_JSON_OBJECT)
    return g_strdup (_ ("must be an object, like {\"gradient_clip\": 1}"));
  shown = find_shown (root, FALSE, is_shown);
  if (shown == NULL && vestim_json_type (sweep) == VESTIM_JSON_OBJECT)
    shown = find_shown (sweep, TRUE, is_shown);
  else if (shown == NULL && sweep != NULL && self->sweep->len > 1)
    return g_strdup (_ ("sweep must be an object: fields above have several values, too."));
  return shown != NULL ? g_strdup_printf (_ ("%s has a field of its own above."), shown) : NULL;
}

gboolean
dash_sweep_input_add_rest (DashSweepInput *self, const char *text, DashSweepInputIsShown is_shown,
                           char **wrong)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc = NULL;
  const VestimJsonNode *root;

  if (text[0] == '\0')
    return TRUE;
  doc = vestim_json_parse (text, strlen (text), &error);
  root = doc != NULL ? vestim_json_root (doc) : NULL;
  *wrong = doc == NULL ? g_strdup (error->message) : find_fault (self, root, is_shown);
  if (*wrong != NULL)
    return FALSE;
  for (const VestimJsonNode *node = vestim_json_first (root); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (g_str_equal (name, "sweep") && vestim_json_type (node) == VESTIM_JSON_OBJECT)
        add_lists (self, node);
      else
        append_member (self->members, name, node);
    }
  return TRUE;
}

char *
dash_sweep_input_end (DashSweepInput *self)
{
  g_autoptr (GString) json = g_string_new (self->members->str);

  if (self->sweep->len > 1)
    {
      dash_sweep_input_begin_member (json, "sweep");
      g_string_append_printf (json, "%s}", self->sweep->str);
    }
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

static gboolean
append_layers_text (GString *text, const VestimJsonNode *list)
{
  gboolean ok = vestim_json_type (list) == VESTIM_JSON_ARRAY;

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      ok = ok && vestim_json_type (node) == VESTIM_JSON_NUMBER;
      g_string_append (text, node == vestim_json_first (list) ? "" : ", ");
      append_raw (text, node);
    }
  return ok;
}

static gboolean
append_text (GString *text, const VestimSetting *setting, const VestimJsonNode *node)
{
  if (setting->type == VESTIM_SETTING_LAYERS)
    return append_layers_text (text, node);
  append_raw (text, node);
  return vestim_json_type (node) == VESTIM_JSON_NUMBER;
}

char *
dash_sweep_input_text (const VestimJsonNode *selections, const VestimSetting *setting)
{
  const char *name = vestim_setting_member (setting);
  const VestimJsonNode *list = vestim_json_member (vestim_json_member (selections, "sweep"), name);
  const VestimJsonNode *value = vestim_json_member (selections, name);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean ok = list != NULL || value != NULL;

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY)
    ok = ok && append_text (text, setting, value);
  else
    for (const VestimJsonNode *node = vestim_json_first (list); node;
         node = vestim_json_next (node))
      {
        g_string_append (text, text->len > 0 ? "; " : "");
        ok = ok && append_text (text, setting, node);
      }
  return ok ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* `object` must be one: elements of an array have no names. */
static void
append_unshown (GString *json, const VestimJsonNode *object, gboolean in_sweep,
                DashSweepInputIsShown is_shown)
{
  g_return_if_fail (vestim_json_type (object) == VESTIM_JSON_OBJECT);
  for (const VestimJsonNode *node = vestim_json_first (object); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (!is_shown (name, in_sweep) && (in_sweep || !g_str_equal (name, "sweep")))
        append_member (json, name, node);
    }
}

char *
dash_sweep_input_rest (const VestimJsonNode *selections, DashSweepInputIsShown is_shown)
{
  const VestimJsonNode *lists = vestim_json_member (selections, "sweep");
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GString) sweep = g_string_new ("{");

  if (vestim_json_type (selections) != VESTIM_JSON_OBJECT)
    {
      if (vestim_json_type (selections) != VESTIM_JSON_NULL)
        append_raw (json, selections);
      return g_string_free (g_steal_pointer (&json), FALSE);
    }
  g_string_append_c (json, '{');
  append_unshown (json, selections, FALSE, is_shown);
  if (vestim_json_type (lists) == VESTIM_JSON_OBJECT)
    append_unshown (sweep, lists, TRUE, is_shown);
  else if (lists != NULL)
    append_member (json, "sweep", lists);
  if (sweep->len > 1)
    {
      dash_sweep_input_begin_member (json, "sweep");
      g_string_append_printf (json, "%s}", sweep->str);
    }
  g_string_append_c (json, '}');
  return json->len > 2 ? g_string_free (g_steal_pointer (&json), FALSE) : g_strdup ("");
}
