/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/query.h"

#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestimd/http/target.h"

/* `(transfer full, nullable)` the decoded text; NULL also if it is not UTF-8. */
static char *
decode (const char *start, size_t length)
{
  g_autofree char *text = target_decode_query (start, length);

  return text != NULL && g_utf8_validate (text, -1, NULL) ? g_steal_pointer (&text) : NULL;
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

/* 0: it is none. */
static unsigned
bit_of_word (const char *word, const QueryWord *more)
{
  VestimJobState state;

  if (vestim_job_state_parse (word, &state))
    return 1u << state;
  for (; more != NULL && more->word != NULL; more++)
    if (strcmp (word, more->word) == 0)
      return more->bit;
  return 0;
}

void
query_get_states (const Query *query, const char *name, const QueryWord *more,
                  ServiceStates *states, GPtrArray *errors)
{
  const char *text = query_get (query, name);
  ServiceStates found = 0;

  if (text == NULL)
    return;

  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  for (char **word = words; *word != NULL; word++)
    {
      unsigned bit = bit_of_word (*word, more);

      found |= bit;
      if (bit == 0)
        vestim_field_errors_add (
            errors, name,
            "\"%s\" is not a status. Use created, queued, running, "
            "completed, failed, stopped%s.",
            *word, more != NULL ? ", interrupted, held or paused" : " or interrupted");
    }
  if (words[0] == NULL)
    vestim_field_errors_add (errors, name, "Name at least one status, or leave the parameter out.");
  *states = found;
}
