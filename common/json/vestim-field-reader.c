/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-field-reader.h"

#include "common/json/vestim-fields.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void
vestim_field_reader_fault (const VestimFieldReader *reader, const char *name, const char *format,
                           ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *message = g_strdup_vprintf (format, args);
  va_end (args);

  g_autofree char *field =
      name[0] ? vestim_field_path (reader->prefix, name) : g_strdup (reader->prefix);
  vestim_field_errors_add (reader->errors, field, "%s", message);
}

bool
vestim_field_reader_is_given (const VestimFieldReader *reader, const char *name)
{
  return vestim_json_type (vestim_json_member (reader->object, name)) != VESTIM_JSON_NULL;
}

void
vestim_field_reader_refuse_unknown (const VestimFieldReader *reader, const char *const *known)
{
  for (const VestimJsonNode *node = vestim_json_first (reader->object); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (!g_strv_contains (known, name))
        vestim_field_reader_fault (reader, name,
                                   "this field is unknown; correct its name or leave it out");
    }
}

void
vestim_field_reader_int64 (const VestimFieldReader *reader, const char *name, int64_t min,
                           int64_t max, int64_t *value)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, name);
  int64_t read = 0;

  if (!node)
    return;

  if (!vestim_json_get_int64 (node, &read) || read < min || read > max)
    vestim_field_reader_fault (reader, name, "must be a whole number from %" PRId64 " to %" PRId64,
                               min, max);
  else
    *value = read;
}

void
vestim_field_reader_int (const VestimFieldReader *reader, const char *name, int min, int max,
                         int *value)
{
  int64_t read = *value;

  vestim_field_reader_int64 (reader, name, min, max, &read);
  *value = (int) read;
}

void
vestim_field_reader_double (const VestimFieldReader *reader, const char *name, double min,
                            double max, double *value)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, name);
  double read = 0;

  if (!node)
    return;

  if (!vestim_json_get_double (node, &read) || !(read >= min && read <= max))
    vestim_field_reader_fault (reader, name, "must be a number from %g to %g", min, max);
  else
    *value = read;
}

void
vestim_field_reader_choice (const VestimFieldReader *reader, const char *name,
                            const char *const *words, int *value)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, name);

  if (!node)
    return;

  g_autofree char *word = vestim_json_dup_string (node);

  for (int i = 0; word && words[i]; i++)
    if (strcmp (word, words[i]) == 0)
      {
        *value = i;
        return;
      }

  g_autofree char *list = g_strjoinv ("\", \"", (char **) words);
  vestim_field_reader_fault (reader, name, "must be one of \"%s\"", list);
}

char **
vestim_field_reader_strings (const VestimFieldReader *reader, const char *name, unsigned max)
{
  const VestimJsonNode *list = vestim_json_member (reader->object, name);
  size_t size = vestim_json_size (list);

  if (!list)
    return NULL;

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || size < 1 || size > max)
    {
      vestim_field_reader_fault (reader, name, "must be a list of 1 to %u strings", max);
      return NULL;
    }

  g_autoptr (GPtrArray) strings = g_ptr_array_new_full ((guint) size + 1, g_free);

  for (const VestimJsonNode *node = vestim_json_first (list); node; node = vestim_json_next (node))
    {
      char *string = vestim_json_dup_string (node);

      if (!string || !string[0])
        {
          g_free (string);
          vestim_field_reader_fault (reader, name, "element %u must be a string that is not empty",
                                     strings->len + 1);
          return NULL;
        }
      g_ptr_array_add (strings, string);
    }

  g_ptr_array_add (strings, NULL);
  return (char **) g_ptr_array_steal (strings, NULL);
}
