/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-job-spec-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/vestim-argv-text.h"
#include "gui/base/dash-setting-text.h"

/* Longer texts and lists are cut. */
#define MAX_LINE 2000
#define MAX_LINES 40
#define MAX_ROWS 200

static const struct
{
  const char *name;
  const char *title;
} titles[] = {
  { "argv", N_ ("Command") },
  { "cwd", N_ ("Folder") },
  { "env", N_ ("Environment") },
  { "timeout_s", N_ ("Time limit in seconds") },
  { "restart", N_ ("Restart after interruption") },
  { "stdin", N_ ("Standard input") },
  { "stop_signal", N_ ("Signal of a stop") },
  { "stop_grace_s", N_ ("Seconds from the stop signal to KILL") },
  { "pty", N_ ("Pseudo terminal") },
  { "log_timestamps", N_ ("Times in the log") },
  { "keep_leftovers", N_ ("Keep background processes") },
};

/* (transfer full) "Weight decay" for an unknown "weight_decay". */
static char *
dup_title (const char *name)
{
  const VestimSetting *setting = vestim_setting_find (name);
  g_autofree char *line = NULL;

  if (setting != NULL)
    return dash_setting_text_label (setting);
  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (name, titles[i].name))
      return g_strdup (_ (titles[i].title));
  line = vestim_text_line (name, 100);
  g_strdelimit (line, "_", ' ');
  line[0] = g_ascii_toupper (line[0]);
  return g_steal_pointer (&line);
}

static char *dup_value (JsonNode *node);

static void
append_item (GString *text, const char *separator, const char *name, JsonNode *node)
{
  g_autofree char *value = dup_value (node);

  g_string_append (text, text->len > 0 ? separator : "");
  if (name != NULL && !g_str_equal (name, "kind"))
    g_string_append_printf (text, "%s ", name);
  g_string_append (text, value);
}

/* (transfer full) the elements or members: "step, period 2, factor 0.5" */
static char *
dup_list (JsonNode *list, const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  for (guint i = 0; i < vestim_node_n_elements (list) && text->len < MAX_LINE; i++)
    append_item (text, separator, NULL, vestim_node_element (list, i));
  if (vestim_node_iter_init (&iter, list))
    while (text->len < MAX_LINE && json_object_iter_next_ordered (&iter, &name, &node))
      append_item (text, separator, name, node);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) a list as words, other values as JSON writes them. */
static char *
dup_value (JsonNode *node)
{
  const char *string = vestim_node_string (node);
  bool value;

  if (string != NULL)
    return g_strdup (string);
  if (vestim_node_is_array (node) || vestim_node_is_object (node))
    return dup_list (node, ", ");
  if (vestim_node_get_bool (node, &value))
    return g_strdup (value ? _ ("yes") : _ ("no"));
  return vestim_node_dup_text (node);
}

/* (transfer full) a value of an unexpected type, as one line of JSON. */
static char *
dup_raw (JsonNode *node)
{
  g_autofree char *text = vestim_node_dup_text (node);

  return vestim_text_line (text, MAX_LINE);
}

/* (transfer full) the lines of `text`, each made safe. */
static char *
clean_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) clean = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = NULL;

      if (i == MAX_LINES)
        {
          guint rest = g_strv_length (lines) - i;

          g_string_append_printf (
              clean, ngettext ("\n… and %u more line", "\n… and %u more lines", rest), rest);
          break;
        }
      line = vestim_text_line (lines[i], MAX_LINE);
      g_string_append_printf (clean, "%s%s", i > 0 ? "\n" : "", line);
    }
  return g_string_free (g_steal_pointer (&clean), FALSE);
}

static char *
dup_command (JsonNode *list)
{
  g_auto (GStrv) words = vestim_node_dup_strings (list);

  if (words[0] == NULL || g_strv_length (words) < vestim_node_n_elements (list))
    return dup_raw (list);
  return vestim_argv_text ((const char *const *) words);
}

static void
append_line (GString *text, const char *value)
{
  g_autofree char *line = vestim_text_line (value, MAX_LINE);

  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

/* (transfer full) a line for each file. */
static char *
dup_files (JsonNode *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      g_autofree char *value = dup_value (vestim_node_element (list, i));

      append_line (text, value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) NAME=value; null removes the variable. */
static char *
dup_variable (const char *name, JsonNode *node)
{
  g_autofree char *value = dup_value (node);

  if (vestim_node_is_null (node))
    return g_strdup_printf (_ ("%s is removed"), name);
  return g_strdup_printf ("%s=%s", name, value);
}

/* (transfer full) the values to try, with semicolons between them: those of "layers" are lists. */
static char *
dup_swept (const char *name, JsonNode *node)
{
  g_autofree char *title = dup_title (name);
  g_autofree char *values = vestim_node_is_array (node) ? dup_list (node, "; ") : dup_raw (node);

  return g_strdup_printf ("%s: %s", title, values);
}

/* (transfer full) a line for each member, from `dup_line`. */
static char *
dup_members (JsonNode *object, char *(*dup_line) (const char *name, JsonNode *node))
{
  g_autoptr (GString) text = g_string_new (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (!vestim_node_iter_init (&iter, object))
    return dup_raw (object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *line = dup_line (name, node);

      append_line (text, line);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) */
static char *
describe (const char *name, JsonNode *node)
{
  if (g_str_equal (name, "argv"))
    return dup_command (node);
  if (g_str_equal (name, "env"))
    return dup_members (node, dup_variable);
  if (g_str_equal (name, "sweep"))
    return dup_members (node, dup_swept);
  if (g_str_has_suffix (name, "_files") && vestim_node_is_array (node))
    return dup_files (node);
  return dup_value (node);
}

static void
add_row (GPtrArray *rows, char *title, char *text)
{
  char **row = g_new0 (char *, 3);

  row[0] = title;
  row[1] = text;
  g_ptr_array_add (rows, row);
}

GPtrArray *
dash_job_spec_text_rows (const char *selections)
{
  g_autoptr (JsonNode) root = NULL;
  GPtrArray *rows;
  guint n;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_return_val_if_fail (selections != NULL, NULL);
  root = vestim_node_parse (selections, strlen (selections), NULL);
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  n = vestim_node_n_members (root);
  if (!vestim_node_iter_init (&iter, root))
    return rows;
  while (rows->len < MAX_ROWS && json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *text = describe (name, node);

      add_row (rows, dup_title (name), clean_lines (text));
    }
  if (n > MAX_ROWS)
    add_row (rows, g_strdup (_ ("More settings")),
             g_strdup_printf (ngettext ("%u setting in all", "%u settings in all", n), n));
  return rows;
}
