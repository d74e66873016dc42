/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/page/json-file.h"

#include "daemon/vestim-estimate/base/regular-file.h"

#include <math.h>

#define MAX_FILE (256 * 1024 * 1024)

JsonFile
json_file_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  size_t length = 0;
  JsonFile file = { .text = regular_file_read (path, MAX_FILE, &length, NULL) };

  if (file.text)
    file.doc = vestim_json_parse (file.text, length, NULL);
  if (file.doc)
    file.root = vestim_json_root (file.doc);
  return file;
}

void
json_file_clear (JsonFile *file)
{
  g_clear_pointer (&file->doc, vestim_json_doc_free);
  g_clear_pointer (&file->text, g_free);
}

double
json_number (const VestimJsonNode *object, const char *name)
{
  double value = NAN;

  vestim_json_get_double (vestim_json_member (object, name), &value);
  return value;
}

/* `(transfer full, nullable)` when all elements are strings. */
static char *
dup_list (const VestimJsonNode *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      g_autofree char *element = vestim_json_dup_string (node);

      if (!element)
        return NULL;
      g_string_append_printf (text, "%s%s", text->len ? ", " : "", element);
    }
  return g_strdup (text->str);
}

/* "learning_rate 0.003, seed 2" */
static char *
dup_members (const VestimJsonNode *object)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const VestimJsonNode *node = vestim_json_first (object); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      g_autofree char *value = json_dup_value (node);

      g_string_append_printf (text, "%s%s %s", text->len ? ", " : "", name, value ? value : "none");
    }
  return g_strdup (text->str);
}

char *
json_dup_value (const VestimJsonNode *value)
{
  size_t length = 0;
  char *text = vestim_json_dup_string (value);

  if (vestim_json_type (value) == VESTIM_JSON_NULL)
    return NULL;
  if (!text && vestim_json_type (value) == VESTIM_JSON_ARRAY)
    text = dup_list (value);
  if (!text && vestim_json_type (value) == VESTIM_JSON_OBJECT)
    text = dup_members (value);
  if (text)
    return text;

  const char *raw = vestim_json_raw (value, &length);
  return g_strndup (raw, length);
}

char *
json_dup_text (const VestimJsonNode *object, const char *name)
{
  return json_dup_value (vestim_json_member (object, name));
}
