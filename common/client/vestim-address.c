/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-address.h"

#include <string.h>

static gboolean
is_loopback (const char *host)
{
  return g_str_equal (host, "localhost") || g_str_equal (host, "::1")
         || (g_str_has_prefix (host, "127.") && strspn (host, "0123456789.") == strlen (host));
}

/* GUri accepts any text between the slashes. */
static gboolean
is_host (const char *host)
{
  return host != NULL && host[0] != '\0' && strpbrk (host, " \t\r\n\"'<>\\^`{|}%") == NULL;
}

/* The prefix under which a proxy serves us. */
static gboolean
is_prefix (const char *path)
{
  static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-._~/";

  return strspn (path, plain) == strlen (path) && strstr (path, "//") == NULL;
}

static gboolean
is_valid (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  /* GUri removes "/../" from the path, but the URL keeps it. */
  if (uri == NULL || !is_host (g_uri_get_host (uri)) || strstr (url, "/.") != NULL)
    return FALSE;
  return (g_str_equal (g_uri_get_scheme (uri), "http")
          || g_str_equal (g_uri_get_scheme (uri), "https"))
         && is_prefix (g_uri_get_path (uri)) && g_uri_get_query (uri) == NULL
         && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL;
}

char *
vestim_address_parse (const char *text)
{
  g_autofree char *url = NULL;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);
  url = g_strstrip (g_strdup (text));
  length = strlen (url);
  if (!is_valid (url))
    return NULL;
  if (url[length - 1] == '/')
    url[length - 1] = '\0';
  return g_steal_pointer (&url);
}

gboolean
vestim_address_is_clear_text (const char *url)
{
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (url != NULL, TRUE);
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  return uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0'
         && g_str_equal (g_uri_get_scheme (uri), "http") && !is_loopback (g_uri_get_host (uri));
}

char *
vestim_token_clean (const char *text)
{
  g_autofree char *token = g_strstrip (g_strdup (text != NULL ? text : ""));

  for (const char *at = token; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at))
      return NULL;
  return token[0] != '\0' ? g_steal_pointer (&token) : NULL;
}
