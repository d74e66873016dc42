/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/query.h"

#include <string.h>

#include "common/json/vestim-fields.h"

/* `(transfer full, nullable)` the decoded text; NULL if an escape is malformed or encodes a NUL, or
 * if the result is not UTF-8. */
static char *
decode (const char *start, size_t length)
{
  g_autoptr (GString) out = g_string_sized_new (length + 1);

  for (size_t i = 0; i < length; i++)
    if (start[i] != '%')
      g_string_append_c (out, start[i] == '+' ? ' ' : start[i]);
    else
      {
        int high = i + 2 < length ? g_ascii_xdigit_value (start[i + 1]) : -1;
        int low = i + 2 < length ? g_ascii_xdigit_value (start[i + 2]) : -1;

        if (high < 0 || low < 0 || (high == 0 && low == 0))
          return NULL;
        g_string_append_c (out, (char) (high * 16 + low));
        i += 2;
      }
  return g_utf8_validate_len (out->str, out->len, NULL)
             ? g_string_free (g_steal_pointer (&out), FALSE)
             : NULL;
}

static void
add_parameter (Query *query, const char *start, size_t length, GPtrArray *errors)
{
  const char *equals = memchr (start, '=', length);
  size_t name_length = equals != NULL ? (size_t) (equals - start) : length;
  const char *rest = equals != NULL ? equals + 1 : start + length;
  g_autofree char *name = decode (start, name_length);
  g_autofree char *value = decode (rest, length - (size_t) (rest - start));

  if (name == NULL || value == NULL)
    vestim_field_errors_add (
        errors, name != NULL ? name : "",
        "This parameter has an invalid escape: each %%XX must be a byte of UTF-8.");
  else if (query_get (query, name) != NULL)
    vestim_field_errors_add (errors, name, "This parameter is present twice. Send it once.");
  else if (query->n == QUERY_MAX_PARAMETERS)
    vestim_field_errors_add (errors, name, "There are too many parameters. Send fewer.");
  else
    {
      query->names[query->n] = g_steal_pointer (&name);
      query->values[query->n++] = g_steal_pointer (&value);
    }
}

void
query_parse (Query *query, const char *text, GPtrArray *errors)
{
  *query = (Query){ .n = 0 };
  while (text != NULL && *text != '\0')
    {
      size_t length = strcspn (text, "&");

      if (length > 0)
        add_parameter (query, text, length, errors);
      text += length + (text[length] == '&');
    }
}

void
query_clear (Query *query)
{
  for (unsigned i = 0; i < query->n; i++)
    {
      g_free (query->names[i]);
      g_free (query->values[i]);
    }
  query->n = 0;
}

const char *
query_get (const Query *query, const char *name)
{
  for (unsigned i = 0; i < query->n; i++)
    if (strcmp (query->names[i], name) == 0)
      return query->values[i];
  return NULL;
}

void
query_get_bool (const Query *query, const char *name, bool *value, GPtrArray *errors)
{
  const char *text = query_get (query, name);

  if (text == NULL)
    return;
  if (strcmp (text, "true") == 0)
    *value = true;
  else if (strcmp (text, "false") == 0)
    *value = false;
  else
    vestim_field_errors_add (errors, name, "This must be true or false.");
}

void
query_get_count (const Query *query, const char *name, int64_t *value, GPtrArray *errors)
{
  const char *text = query_get (query, name);
  guint64 number = 0;

  if (text == NULL)
    return;
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &number, NULL))
    *value = (int64_t) number;
  else
    vestim_field_errors_add (errors, name, "This must be a whole number, 1 or more.");
}

void
query_get_states (const Query *query, const char *name, ServiceStates *states, GPtrArray *errors)
{
  const char *text = query_get (query, name);
  ServiceStates found = 0;

  if (text == NULL)
    return;

  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  for (char **word = words; *word != NULL; word++)
    {
      VestimJobState state = VESTIM_JOB_CREATED;

      if (vestim_job_state_parse (*word, &state))
        found |= 1u << state;
      else
        vestim_field_errors_add (errors, name,
                                 "\"%s\" is not a status. Use created, queued, running, "
                                 "completed, failed, stopped or interrupted.",
                                 *word);
    }
  if (words[0] == NULL)
    vestim_field_errors_add (errors, name, "Name at least one status, or leave the parameter out.");
  *states = found;
}
