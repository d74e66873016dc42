/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/template.h"

#include <string.h>

#include "common/client/vestim-text-line.h"
#include "daemon/vestim/output/output.h"

typedef struct
{
  char *text; /* literal, or the name of a member */
  bool is_name;
} Part;

struct Template
{
  GArray *parts; /* Part */
};

static void
clear_part (gpointer data)
{
  Part *part = data;

  g_free (part->text);
}

void
template_free (Template *template)
{
  g_array_unref (template->parts);
  g_free (template);
}

static void
add_part (Template *template, char *text, bool is_name)
{
  Part part = { .text = text, .is_name = is_name };

  g_array_append_val (template->parts, part);
}

static bool
fail (GError **error, const char *what, const char *remedy)
{
  g_set_error (error, OUTPUT_ERROR, OUTPUT_ERROR_TEMPLATE, "--format has %s: %s", what, remedy);
  return false;
}

/* Reads what follows a backslash, and moves past it. */
static bool
read_escape (const char **at, GString *literal, GError **error)
{
  static const char *const escapes = "t\tn\n\\\\";
  const char *found = **at != '\0' ? strchr ("tn\\", **at) : NULL;

  if (found == NULL)
    return fail (error, "an unknown escape", "write \\t, \\n, or \\\\ for a backslash");
  g_string_append_c (literal, strchr (escapes, *found)[1]);
  (*at)++;
  return true;
}

/* Reads "job_id}" and moves past it. */
static bool
read_name (Template *template, const char **at, GError **error)
{
  size_t length = strcspn (*at, "{}");
  g_autofree char *name = g_strndup (*at, length);

  if ((*at)[length] != '}')
    return fail (error, "a { without its }", "write {name}, or {{ for a brace");
  if (length == 0 || *name == '.' || name[length - 1] == '.' || strstr (name, "..") != NULL)
    return fail (error, "an empty name", "write the name of a member, such as {job_id}");
  add_part (template, g_steal_pointer (&name), true);
  *at += length + 1;
  return true;
}

static void
end_literal (Template *template, GString *literal)
{
  if (literal->len > 0)
    add_part (template, g_strndup (literal->str, literal->len), false);
  g_string_truncate (literal, 0);
}

Template *
template_parse (const char *text, GError **error)
{
  g_autoptr (Template) template = g_new0 (Template, 1);
  g_autoptr (GString) literal = g_string_new (NULL);

  template->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (template->parts, clear_part);
  for (const char *at = text; *at != '\0';)
    {
      char c = *at++;

      if (c == '\\')
        {
          if (!read_escape (&at, literal, error))
            return NULL;
        }
      else if ((c == '{' || c == '}') && *at == c)
        g_string_append_c (literal, *at++);
      else if (c == '{')
        {
          end_literal (template, literal);
          if (!read_name (template, &at, error))
            return NULL;
        }
      else if (c == '}')
        {
          fail (error, "a } without its {", "write }} for a brace");
          return NULL;
        }
      else
        g_string_append_c (literal, c);
    }
  end_literal (template, literal);
  return g_steal_pointer (&template);
}

const char *
template_nth_name (const Template *template, guint n)
{
  for (guint i = 0; i < template->parts->len; i++)
    {
      const Part *part = &g_array_index (template->parts, Part, i);

      if (part->is_name && n-- == 0)
        return part->text;
    }
  return NULL;
}

/* The child with this name, or this number in an array. */
static const VestimJsonNode *
find_child (const VestimJsonNode *node, const char *name)
{
  const VestimJsonNode *element;
  guint64 index;

  if (node == NULL || vestim_json_type (node) == VESTIM_JSON_OBJECT)
    return vestim_json_member (node, name);
  if (vestim_json_type (node) != VESTIM_JSON_ARRAY
      || !g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT32, &index, NULL))
    return NULL;
  for (element = vestim_json_first (node); element != NULL && index > 0; index--)
    element = vestim_json_next (element);
  return element;
}

/* Raw line ends and tabs occur in JSON only between values. */
static void
append_raw (GString *out, const VestimJsonNode *node)
{
  size_t length;
  const char *raw = vestim_json_raw (node, &length);

  for (size_t i = 0; i < length; i++)
    g_string_append_c (out, raw[i] == '\n' || raw[i] == '\r' || raw[i] == '\t' ? ' ' : raw[i]);
}

static void
append_value (GString *out, const VestimJsonNode *node)
{
  g_autofree char *string = NULL;
  g_autofree char *line = NULL;

  if (node == NULL || vestim_json_type (node) == VESTIM_JSON_NULL)
    return;
  string = vestim_json_dup_string (node);
  if (string == NULL)
    {
      append_raw (out, node);
      return;
    }
  line = vestim_text_line (string, G_MAXSIZE);
  g_string_append (out, line);
}

void
template_append (GString *out, const Template *template, const VestimJsonNode *object)
{
  for (guint i = 0; i < template->parts->len; i++)
    {
      const Part *part = &g_array_index (template->parts, Part, i);
      const VestimJsonNode *node = object;
      g_auto (GStrv) names = NULL;

      if (!part->is_name)
        {
          g_string_append (out, part->text);
          continue;
        }
      names = g_strsplit (part->text, ".", -1);
      for (char **name = names; *name != NULL; name++)
        node = find_child (node, *name);
      append_value (out, node);
    }
  g_string_append_c (out, '\n');
}
