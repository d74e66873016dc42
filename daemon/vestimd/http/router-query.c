/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/router.h"

#include <stdbool.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestimd/http/target.h"

static bool
is_allowed (const char *names, const char *name)
{
  size_t length = strlen (name);

  while (names != NULL && *names != '\0')
    {
      size_t n = strcspn (names, " ");

      if (n == length && memcmp (names, name, n) == 0)
        return true;
      names += n + (names[n] == ' ');
    }
  return false;
}

static void
check_pair (const HttpRoute *route, const char *text, size_t length, GHashTable *seen,
            GPtrArray *errors)
{
  const char *equals = memchr (text, '=', length);
  size_t name_length = equals != NULL ? (size_t) (equals - text) : length;
  g_autofree char *name = target_decode_query (text, name_length);
  g_autofree char *value = target_decode_query (text + name_length, length - name_length);

  if (name == NULL)
    vestim_field_errors_add (errors, "",
                             "The query has a name with a malformed percent escape: correct it.");
  else if (!is_allowed (route->query, name))
    vestim_field_errors_add (errors, name, "This path has no such query parameter; %s%s.",
                             route->query != NULL ? "use one of: " : "it has none",
                             route->query != NULL ? route->query : "");
  else if (value == NULL)
    vestim_field_errors_add (errors, name,
                             "The value has a malformed percent escape, or a NUL: encode each "
                             "special byte as %% and two hexadecimal digits.");
  else if (!g_hash_table_add (seen, g_strdup (name)))
    vestim_field_errors_add (errors, name, "The query parameter is present twice: send it once.");
}

GPtrArray *
router_check_query (const HttpRoute *route, const char *query)
{
  g_autoptr (GHashTable) seen = NULL;
  GPtrArray *errors;

  if (query == NULL || *query == '\0')
    return NULL;
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  errors = vestim_field_errors_new ();
  for (const char *pair = query; *pair != '\0';)
    {
      size_t length = strcspn (pair, "&");

      if (length > 0)
        check_pair (route, pair, length, seen, errors);
      pair += length + (pair[length] == '&');
    }
  if (errors->len > 0)
    return errors;
  g_ptr_array_unref (errors);
  return NULL;
}
