/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-environment.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"

#define MAX_SHOWN 60

/* (transfer full) */
static char *
unquote (const char *value)
{
  gsize length = strlen (value);
  g_autofree char *inner = NULL;

  if (length < 2 || (value[0] != '"' && value[0] != '\'') || value[length - 1] != value[0])
    return g_strdup (value);
  inner = g_strndup (value + 1, length - 2);
  return value[0] == '"' ? g_strcompress (inner) : g_steal_pointer (&inner);
}

/* An escape like \000 gives a NUL, which would end the value early. */
static gboolean
has_nul (const char *value)
{
  for (const char *at = strchr (value, '\\'); at != NULL && at[1] != '\0';
       at = strchr (at + 2, '\\'))
    {
      char digits[4] = "";

      g_strlcpy (digits, at + 1, sizeof digits);
      if (digits[0] >= '0' && digits[0] <= '7' && g_ascii_strtoull (digits, NULL, 8) % 256 == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
add_line (JsonObject *env, char *line, char **fault)
{
  char *equals = strchr (line, '=');
  gboolean removes = line[0] == '-' && equals == NULL;
  char *name = removes ? line + 1 : line;
  g_autofree char *value = equals != NULL ? unquote (equals + 1) : NULL;
  g_autofree char *shown = vestim_text_line (line, MAX_SHOWN);

  if (equals != NULL)
    *equals = '\0';
  if ((equals == NULL && !removes) || name[0] == '\0')
    *fault = g_strdup_printf (_ ("“%s” does not have the form NAME=value."), shown);
  else if (value != NULL
           && (!g_utf8_validate (value, -1, NULL) || (equals[1] == '"' && has_nul (equals + 1))))
    *fault = g_strdup_printf (_ ("The value of %s is not text."), name);
  else if (json_object_has_member (env, name))
    *fault = g_strdup_printf (_ ("%s is set twice: remove one of the lines."), name);
  if (*fault != NULL)
    return FALSE;
  if (value != NULL)
    json_object_set_string_member (env, name, value);
  else
    json_object_set_null_member (env, name);
  return TRUE;
}

JsonObject *
dash_environment_parse (const char *text, char **fault)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (JsonObject) env = json_object_new ();

  *fault = NULL;
  for (char **line = lines; *line != NULL; line++)
    if (g_strstrip (*line)[0] != '\0' && !add_line (env, *line, fault))
      return NULL;
  return g_steal_pointer (&env);
}

static void
append_variable (GString *text, const char *name, const char *value)
{
  g_autofree char *stripped = value != NULL ? g_strstrip (g_strdup (value)) : NULL;
  g_autofree char *escaped = value != NULL ? g_strescape (value, NULL) : NULL;

  if (value == NULL)
    {
      g_string_append_printf (text, "-%s\n", name);
      return;
    }
  if (!g_str_equal (stripped, value) || strchr (value, '\n') != NULL || value[0] == '"'
      || value[0] == '\'')
    g_string_append_printf (text, "%s=\"%s\"\n", name, escaped);
  else
    g_string_append_printf (text, "%s=%s\n", name, value);
}

char *
dash_environment_text (JsonNode *env)
{
  GString *text = g_string_new (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (vestim_node_iter_init (&iter, env))
    while (json_object_iter_next_ordered (&iter, &name, &node))
      append_variable (text, name, vestim_node_string (node));
  if (text->len > 0)
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}
