/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-job-spec-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/base/dash-format.h"
#include "gui/base/dash-setting-text.h"
#include "common/json/vestim-json.h"

/* Longer texts and lists are told by their begin. */
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
  { "restart", N_ ("Started again after an interruption") },
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
  line = dash_format_line (name, 100);
  g_strdelimit (line, "_", ' ');
  line[0] = g_ascii_toupper (line[0]);
  return g_steal_pointer (&line);
}

static char *dup_value (const VestimJsonNode *node);

/* "step, period 2, factor 0.5" */
static char *
dup_list (const VestimJsonNode *list, const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const VestimJsonNode *node = vestim_json_first (list); node != NULL && text->len < MAX_LINE;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      g_autofree char *value = dup_value (node);

      g_string_append (text, text->len > 0 ? separator : "");
      if (name != NULL && !g_str_equal (name, "kind"))
        g_string_append_printf (text, "%s ", name);
      g_string_append (text, value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Lists as words, the rest as it is in the JSON. */
static char *
dup_value (const VestimJsonNode *node)
{
  g_autofree char *string = vestim_json_dup_string (node);
  VestimJsonType type = vestim_json_type (node);
  size_t length;
  const char *raw;

  if (string != NULL)
    return g_steal_pointer (&string);
  if (type == VESTIM_JSON_ARRAY || type == VESTIM_JSON_OBJECT)
    return dup_list (node, ", ");
  raw = vestim_json_raw (node, &length);
  if (type == VESTIM_JSON_BOOL)
    return g_strdup (raw[0] == 't' ? _ ("yes") : _ ("no"));
  return g_strndup (raw, length);
}

/* (transfer full) in one line, as it is in the JSON: what is not of the shape that it should be. */
static char *
dup_raw (const VestimJsonNode *node)
{
  size_t length;
  const char *raw = vestim_json_raw (node, &length);
  g_autofree char *text = g_strndup (raw, length);

  return dash_format_line (text, MAX_LINE);
}

/* (transfer full) the lines of `text`, each fit to be shown. */
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
      line = dash_format_line (lines[i], MAX_LINE);
      g_string_append_printf (clean, "%s%s", i > 0 ? "\n" : "", line);
    }
  return g_string_free (g_steal_pointer (&clean), FALSE);
}

static char *
dup_command (const VestimJsonNode *list)
{
  g_auto (GStrv) words = vestim_json_dup_strings (list);

  if (g_strv_length (words) == 0 || g_strv_length (words) < vestim_json_size (list))
    return dup_raw (list);
  return dash_format_argv ((const char *const *) words);
}

/* NAME=value; null takes a variable away. */
static char *
dup_environment_line (const VestimJsonNode *node)
{
  g_autofree char *name = vestim_json_dup_name (node);
  g_autofree char *value = dup_value (node);

  if (vestim_json_type (node) == VESTIM_JSON_NULL)
    return g_strdup_printf (_ ("%s is removed"), name);
  return g_strdup_printf ("%s=%s", name, value);
}

/* The values that are tried, apart by semicolons: those of "layers" are lists themselves. */
static char *
dup_sweep_line (const VestimJsonNode *node)
{
  g_autofree char *name = vestim_json_dup_name (node);
  g_autofree char *title = dup_title (name);
  g_autofree char *values =
      vestim_json_type (node) == VESTIM_JSON_ARRAY ? dup_list (node, "; ") : dup_raw (node);

  return g_strdup_printf ("%s: %s", title, values);
}

/* A line for each element, made by `dup_line`; in itself it has none. */
static char *
dup_lines (const VestimJsonNode *list, char *(*dup_line) (const VestimJsonNode *) )
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      g_autofree char *value = dup_line (node);
      g_autofree char *line = dash_format_line (value, MAX_LINE);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
describe (const char *name, const VestimJsonNode *node)
{
  gboolean is_object = vestim_json_type (node) == VESTIM_JSON_OBJECT;

  if (g_str_equal (name, "argv"))
    return dup_command (node);
  if (g_str_equal (name, "env"))
    return is_object ? dup_lines (node, dup_environment_line) : dup_raw (node);
  if (g_str_equal (name, "sweep"))
    return is_object ? dup_lines (node, dup_sweep_line) : dup_raw (node);
  if (g_str_has_suffix (name, "_files") && vestim_json_type (node) == VESTIM_JSON_ARRAY)
    return dup_lines (node, dup_value);
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
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (selections, strlen (selections), NULL);
  const VestimJsonNode *root = doc != NULL ? vestim_json_root (doc) : NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  const VestimJsonNode *node =
      vestim_json_type (root) == VESTIM_JSON_OBJECT ? vestim_json_first (root) : NULL;

  for (; node != NULL && rows->len < MAX_ROWS; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      g_autofree char *text = describe (name, node);

      add_row (rows, dup_title (name), clean_lines (text));
    }
  if (node != NULL)
    {
      gulong n = (gulong) vestim_json_size (root);

      add_row (rows, g_strdup (_ ("And more")),
               g_strdup_printf (ngettext ("%lu setting in all", "%lu settings in all", n), n));
    }
  return rows;
}
