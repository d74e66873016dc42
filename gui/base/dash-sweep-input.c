/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-sweep-input.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "common/client/vestim-node.h"

#define SWEEP "sweep"
#define LOG " log"

/* Of a layer. The server has the limit that counts. */
#define MAX_SIZE 1000000

void
dash_sweep_input_init (DashSweepInput *self)
{
  self->members = json_object_new ();
  self->sweep = json_object_new ();
  self->n_tasks = 1;
}

void
dash_sweep_input_clear (DashSweepInput *self)
{
  g_clear_pointer (&self->members, json_object_unref);
  g_clear_pointer (&self->sweep, json_object_unref);
}

/* (transfer full) (nullable) A number of JSON is read as such, because a seed may have more digits
 * than a double. */
static JsonNode *
parse_number (const char *text)
{
  g_autofree char *plain = g_strstrip (g_strdup (text));
  g_autoptr (JsonNode) node = NULL;
  char *end = NULL;
  double value;

  g_strdelimit (plain, ",", '.');
  node = vestim_node_parse (plain, strlen (plain), NULL);
  if (vestim_node_is_number (node))
    return g_steal_pointer (&node);
  value = g_ascii_strtod (plain, &end);
  if (plain[0] == '\0' || *end != '\0' || !isfinite (value))
    return NULL;
  return json_node_init_double (json_node_alloc (), value);
}

/* (transfer full) (nullable) */
static JsonNode *
parse_layers (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, ", ", -1);
  g_autoptr (JsonArray) sizes = json_array_new ();

  for (char **word = words; *word != NULL; word++)
    {
      guint64 size;

      if ((*word)[0] == '\0')
        continue;
      if (!g_ascii_string_to_unsigned (*word, 10, 1, MAX_SIZE, &size, NULL))
        return NULL;
      json_array_add_int_element (sizes, (gint64) size);
    }
  if (json_array_get_length (sizes) == 0)
    return NULL;
  return json_node_init_array (json_node_alloc (), sizes);
}

/* (transfer full) (nullable) the range, if the text is one: "0.0001..0.01 log". */
static JsonNode *
parse_range (const char *text)
{
  g_autofree char *plain = g_strstrip (g_strdup (text));
  gboolean is_log = g_str_has_suffix (plain, LOG);
  g_auto (GStrv) ends = NULL;
  g_autoptr (JsonObject) range = json_object_new ();
  g_autoptr (JsonNode) min = NULL;
  g_autoptr (JsonNode) max = NULL;

  if (is_log)
    plain[strlen (plain) - strlen (LOG)] = '\0';
  ends = g_strsplit (plain, "..", 2);
  if (g_strv_length (ends) != 2)
    return NULL;
  min = parse_number (ends[0]);
  max = parse_number (ends[1]);
  if (min == NULL || max == NULL)
    return NULL;
  json_object_set_member (range, "min", g_steal_pointer (&min));
  json_object_set_member (range, "max", g_steal_pointer (&max));
  json_object_set_string_member (range, "scale", is_log ? "log" : "linear");
  return json_node_init_object (json_node_alloc (), range);
}

gboolean
dash_sweep_input_add (DashSweepInput *self, const VestimSetting *setting, const char *text,
                      char **wrong)
{
  g_auto (GStrv) values = g_strsplit (text, ";", -1);
  g_autoptr (JsonArray) list = json_array_new ();
  const char *name = vestim_setting_member (setting);
  JsonNode *range = setting->type == VESTIM_SETTING_LAYERS ? NULL : parse_range (text);
  guint n;

  if (range != NULL)
    json_object_set_member (self->sweep, name, range);
  if (values[0] == NULL || range != NULL)
    return TRUE;
  for (char **value = values; *value != NULL; value++)
    {
      JsonNode *node =
          setting->type == VESTIM_SETTING_LAYERS ? parse_layers (*value) : parse_number (*value);

      if (node == NULL)
        {
          *wrong = g_strstrip (g_strdup (*value));
          return FALSE;
        }
      json_array_add_element (list, node);
    }
  n = json_array_get_length (list);
  self->n_tasks *= n;
  if (n == 1)
    json_object_set_member (self->members, name, json_array_dup_element (list, 0));
  else
    json_object_set_array_member (self->sweep, name, g_steal_pointer (&list));
  return TRUE;
}

/* (nullable) the name of a member that has a field. */
static const char *
find_shown (JsonNode *object, gboolean in_sweep, DashSweepInputIsShown is_shown)
{
  JsonObjectIter iter;
  const char *name;

  if (vestim_node_iter_init (&iter, object))
    while (json_object_iter_next_ordered (&iter, &name, NULL))
      if (is_shown (name, in_sweep))
        return name;
  return NULL;
}

/* (transfer full) (nullable) why the members can't be added. The parser refuses doubled names. */
static char *
find_fault (const DashSweepInput *self, JsonNode *root, DashSweepInputIsShown is_shown)
{
  JsonNode *sweep = vestim_node_member (root, SWEEP);
  const char *shown = NULL;

  if (!vestim_node_is_object (root))
    return g_strdup (_ ("must be an object, like {\"gradient_clip\": 1}"));
  shown = find_shown (root, FALSE, is_shown);
  if (shown == NULL)
    shown = find_shown (sweep, TRUE, is_shown);
  if (shown != NULL)
    return g_strdup_printf (_ ("%s has its own field above."), shown);
  if (sweep != NULL && !vestim_node_is_object (sweep) && json_object_get_size (self->sweep) > 0)
    return g_strdup (_ ("sweep must be an object, because fields above have several values too."));
  return NULL;
}

static void
add_lists (DashSweepInput *self, JsonNode *sweep)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *list;

  vestim_node_iter_init (&iter, sweep);
  while (json_object_iter_next_ordered (&iter, &name, &list))
    {
      json_object_set_member (self->sweep, name, json_node_copy (list));
      self->n_tasks *= MAX (vestim_node_n_elements (list), 1);
    }
}

gboolean
dash_sweep_input_add_rest (DashSweepInput *self, const char *text, DashSweepInputIsShown is_shown,
                           char **wrong)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (text[0] == '\0')
    return TRUE;
  root = vestim_node_parse (text, strlen (text), &error);
  *wrong = root == NULL ? g_strdup (error->message) : find_fault (self, root, is_shown);
  if (*wrong != NULL)
    return FALSE;
  vestim_node_iter_init (&iter, root);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (g_str_equal (name, SWEEP) && vestim_node_is_object (node))
      add_lists (self, node);
    else
      json_object_set_member (self->members, name, json_node_copy (node));
  return TRUE;
}

JsonNode *
dash_sweep_input_end (DashSweepInput *self)
{
  if (json_object_get_size (self->sweep) > 0)
    json_object_set_object_member (self->members, SWEEP, json_object_ref (self->sweep));
  return json_node_init_object (json_node_alloc (), self->members);
}

/* (transfer full) (nullable) */
static char *
dup_layers (JsonNode *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!vestim_node_is_array (list))
    return NULL;
  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      JsonNode *size = vestim_node_element (list, i);
      g_autofree char *digits = vestim_node_dup_text (size);

      if (!vestim_node_is_number (size))
        return NULL;
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", digits);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) (nullable) */
static char *
dup_value (JsonNode *node, const VestimSetting *setting)
{
  if (setting->type == VESTIM_SETTING_LAYERS)
    return dup_layers (node);
  return vestim_node_is_number (node) ? vestim_node_dup_text (node) : NULL;
}

/* (transfer full) (nullable) a range as it is typed. */
static char *
dup_range (JsonNode *range, const VestimSetting *setting)
{
  g_autofree char *min = dup_value (vestim_node_member (range, "min"), setting);
  g_autofree char *max = dup_value (vestim_node_member (range, "max"), setting);
  g_autofree char *scale = vestim_node_dup_text (vestim_node_member (range, "scale"));

  if (min == NULL || max == NULL)
    return NULL;
  return g_strconcat (min, "..", max, g_strcmp0 (scale, "\"log\"") == 0 ? LOG : "", NULL);
}

char *
dash_sweep_input_text (JsonNode *selections, const VestimSetting *setting)
{
  const char *name = vestim_setting_member (setting);
  JsonNode *list = vestim_node_member (vestim_node_member (selections, SWEEP), name);
  g_autoptr (GString) text = g_string_new (NULL);

  if (vestim_node_is_object (list) && setting->type != VESTIM_SETTING_LAYERS)
    return dup_range (list, setting);
  if (!vestim_node_is_array (list))
    return dup_value (vestim_node_member (selections, name), setting);
  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      g_autofree char *value = dup_value (vestim_node_element (list, i), setting);

      if (value == NULL)
        return NULL;
      g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) the members without a field; empty when `object` is not an object. */
static JsonObject *
dup_unshown (JsonNode *object, gboolean in_sweep, DashSweepInputIsShown is_shown)
{
  JsonObject *unshown = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (vestim_node_iter_init (&iter, object))
    while (json_object_iter_next_ordered (&iter, &name, &node))
      if (!is_shown (name, in_sweep))
        json_object_set_member (unshown, name, json_node_copy (node));
  return unshown;
}

char *
dash_sweep_input_rest (JsonNode *selections, DashSweepInputIsShown is_shown)
{
  JsonNode *sweep = vestim_node_member (selections, SWEEP);
  g_autoptr (JsonNode) kept_sweep = sweep != NULL ? json_node_copy (sweep) : NULL;
  g_autoptr (JsonObject) rest = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (vestim_node_is_null (selections))
    return g_strdup ("");
  if (!vestim_node_is_object (selections))
    return vestim_node_dup_text (selections);
  rest = dup_unshown (selections, FALSE, is_shown);
  if (vestim_node_is_object (sweep))
    json_node_take_object (kept_sweep, dup_unshown (sweep, TRUE, is_shown));
  if (sweep != NULL)
    json_object_remove_member (rest, SWEEP);
  if (sweep != NULL && (!vestim_node_is_object (sweep) || vestim_node_n_members (kept_sweep) > 0))
    json_object_set_member (rest, SWEEP, g_steal_pointer (&kept_sweep));
  if (json_object_get_size (rest) == 0)
    return g_strdup ("");
  node = json_node_init_object (json_node_alloc (), rest);
  return vestim_node_dup_text (node);
}
