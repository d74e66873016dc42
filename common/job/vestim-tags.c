/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-tags.h"

#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"

/* A control character could disturb a terminal or end a line of a list. */
static bool
is_tag (const char *text)
{
  if (text == NULL || text[0] == '\0' || strlen (text) > VESTIM_MAX_TAG)
    return false;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return false;
  return true;
}

bool
vestim_tag_check (const char *text, const char *name, GPtrArray *errors)
{
  if (is_tag (text))
    return true;
  vestim_field_errors_add (errors, name,
                           "A tag must be a string of 1 to %d bytes without control characters.",
                           VESTIM_MAX_TAG);
  return false;
}

/* (nullable) NULL: a fault was added. */
static GPtrArray *
read_tags (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);
  unsigned index = 0;

  if (vestim_json_type (node) != VESTIM_JSON_ARRAY || vestim_json_size (node) > VESTIM_MAX_TAGS)
    {
      vestim_field_errors_add (errors, name, "The tags must be an array of at most %d strings.",
                               VESTIM_MAX_TAGS);
      return NULL;
    }
  for (const VestimJsonNode *n = vestim_json_first (node); n != NULL; n = vestim_json_next (n))
    {
      g_autofree char *tag = vestim_json_dup_string (n);
      g_autofree char *field = g_strdup_printf ("%s[%u]", name, index++);

      if (!vestim_tag_check (tag, field, errors))
        return NULL;
      if (!g_ptr_array_find_with_equal_func (tags, tag, g_str_equal, NULL))
        g_ptr_array_add (tags, g_steal_pointer (&tag));
    }
  return g_steal_pointer (&tags);
}

char *
vestim_tags_normalise (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  g_autoptr (GPtrArray) tags = read_tags (node, name, errors);
  GString *out;

  if (tags == NULL)
    return NULL;
  out = g_string_new ("[");
  for (unsigned i = 0; i < tags->len; i++)
    {
      g_string_append (out, i > 0 ? "," : "");
      vestim_json_append_string (out, tags->pdata[i]);
    }
  g_string_append_c (out, ']');
  return g_string_free (out, false);
}

char **
vestim_tags_parse (const char *text)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (text);
  const VestimJsonNode *list = doc != NULL ? vestim_json_root (doc) : NULL;
  GPtrArray *tags = g_ptr_array_new ();

  for (const VestimJsonNode *n = vestim_json_first (list); n != NULL; n = vestim_json_next (n))
    {
      char *tag = vestim_json_dup_string (n);

      if (tag != NULL)
        g_ptr_array_add (tags, tag);
    }
  g_ptr_array_add (tags, NULL);
  return (char **) g_ptr_array_free (tags, false);
}
