/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/auth.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#define HTTP_PORT 80

struct Auth
{
  char *token;
  GPtrArray *hosts; /* "host:port", and "host" when our port is HTTP's own */
  int port;
};

/* Whether the entry ends with a port. An IPv6 literal without brackets does not. */
static bool
has_port (const char *host)
{
  const char *colon;

  if (host[0] == '[')
    return strstr (host, "]:") != NULL;
  colon = strchr (host, ':');
  return colon != NULL && strchr (colon + 1, ':') == NULL;
}

static void
add_host (Auth *auth, const char *host)
{
  bool needs_brackets = host[0] != '[' && strchr (host, ':') != NULL;

  if (has_port (host))
    {
      g_ptr_array_add (auth->hosts, g_strdup (host));
      return;
    }
  g_ptr_array_add (auth->hosts,
                   g_strdup_printf (needs_brackets ? "[%s]:%d" : "%s:%d", host, auth->port));
  if (auth->port == HTTP_PORT)
    g_ptr_array_add (auth->hosts, g_strdup_printf (needs_brackets ? "[%s]" : "%s", host));
}

Auth *
auth_new (const char *token, const char *const *hosts, int port)
{
  Auth *auth = g_new0 (Auth, 1);

  auth->token = g_strdup (token);
  auth->hosts = g_ptr_array_new_with_free_func (g_free);
  auth->port = port;
  add_host (auth, "localhost");
  add_host (auth, "127.0.0.1");
  add_host (auth, "[::1]");
  for (; hosts != NULL && *hosts != NULL; hosts++)
    add_host (auth, *hosts);
  return auth;
}

void
auth_free (Auth *auth)
{
  g_free (auth->token);
  g_ptr_array_unref (auth->hosts);
  g_free (auth);
}

bool
auth_is_listed_host (const Auth *auth, const char *host, size_t length)
{
  for (guint i = 0; i < auth->hosts->len; i++)
    {
      const char *ours = auth->hosts->pdata[i];

      if (strncasecmp (ours, host, length) == 0 && ours[length] == '\0')
        return true;
    }
  return false;
}

/* Cuts the port off `text`, a copy of the Host. False if it is not our port. */
static bool
cut_our_port (const Auth *auth, char *text)
{
  g_autofree char *port = g_strdup_printf (":%d", auth->port);
  char *literal_end = text[0] == '[' ? strchr (text, ']') : strchr (text, ':');

  if (text[0] == '[' && literal_end != NULL)
    literal_end++;
  if (literal_end == NULL || *literal_end == '\0')
    return auth->port == HTTP_PORT;
  if (strcmp (literal_end, port) != 0)
    return false;
  *literal_end = '\0';
  return true;
}

static bool
is_address_v6 (char *literal, const struct sockaddr_in6 *address)
{
  struct in6_addr parsed;
  size_t length = strlen (literal);

  if (length < 3 || literal[0] != '[' || literal[length - 1] != ']')
    return false;
  literal[length - 1] = '\0';
  return inet_pton (AF_INET6, literal + 1, &parsed) == 1
         && memcmp (&parsed, &address->sin6_addr, sizeof parsed) == 0;
}

bool
auth_is_address (const Auth *auth, const char *host, size_t length, const struct sockaddr *address)
{
  const struct sockaddr_in6 *v6 = (const void *) address;
  const struct sockaddr_in *v4 = (const void *) address;
  g_autofree char *literal = g_strndup (host, length);
  struct in_addr parsed;

  if (!cut_our_port (auth, literal))
    return false;
  if (address->sa_family == AF_INET)
    return inet_pton (AF_INET, literal, &parsed) == 1 && parsed.s_addr == v4->sin_addr.s_addr;
  if (address->sa_family != AF_INET6)
    return false;
  /* An IPv4 client of a dual-stack socket. */
  if (IN6_IS_ADDR_V4MAPPED (&v6->sin6_addr) && literal[0] != '[')
    return inet_pton (AF_INET, literal, &parsed) == 1
           && memcmp (&parsed, v6->sin6_addr.s6_addr + 12, sizeof parsed) == 0;
  return is_address_v6 (literal, v6);
}

const char *
auth_origin_host (const char *origin)
{
  static const char scheme[] = "http://";

  if (strncasecmp (origin, scheme, sizeof scheme - 1) != 0)
    return NULL;
  return origin + sizeof scheme - 1;
}

static bool
is_equal_in_constant_time (const char *a, const char *b, size_t length)
{
  volatile unsigned char difference = 0;

  for (size_t i = 0; i < length; i++)
    difference |= (unsigned char) (a[i] ^ b[i]);
  return difference == 0;
}

bool
auth_is_authorized (const Auth *auth, const char *authorization)
{
  static const char scheme[] = "Bearer ";
  size_t length;

  if (auth->token == NULL)
    return true;
  if (authorization == NULL || strncasecmp (authorization, scheme, sizeof scheme - 1) != 0)
    return false;
  authorization += sizeof scheme - 1;
  authorization += strspn (authorization, " ");
  length = strlen (auth->token);
  return strlen (authorization) == length
         && is_equal_in_constant_time (authorization, auth->token, length);
}

bool
auth_wants_token (const Auth *auth)
{
  return auth->token != NULL;
}
