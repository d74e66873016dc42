/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/auth.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#define HTTP_PORT 80
#define HTTPS_PORT 443

/* A name and a port under which we are known. */
typedef struct
{
  char *name; /* with the brackets of an IPv6 literal */
  int port;
  bool is_allowed; /* of allowed_hosts: a proxy may serve it by HTTPS */
} OurHost;

struct Auth
{
  char *token;
  GArray *hosts; /* of OurHost */
  int port;
};

/* A Host, or the authority of an origin, cut at its port. */
typedef struct
{
  const char *name;
  size_t length;
  int port; /* 0: it has none */
} HostPort;

/* Only the plain form of a number: other ones are no port of ours. */
static bool
parse_port (const char *text, size_t length, int *port)
{
  if (length == 0 || length > 5 || text[0] == '0')
    return false;
  *port = 0;
  for (size_t i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return false;
      *port = *port * 10 + (text[i] - '0');
    }
  return true;
}

/* False if the text ends with something else than a port. */
static bool
cut_port (const char *text, size_t length, HostPort *host)
{
  const char *end = text + length;
  const char *name_end = length > 0 && text[0] == '[' ? memchr (text, ']', length) : NULL;
  const char *colon = name_end != NULL ? name_end + 1 : memchr (text, ':', length);

  *host = (HostPort){ text, length, 0 };
  if (colon == NULL || colon == end)
    return true;
  if (*colon != ':')
    return false;
  host->length = (size_t) (colon - text);
  return parse_port (colon + 1, (size_t) (end - colon - 1), &host->port);
}

static void
host_clear (void *data)
{
  g_free (((OurHost *) data)->name);
}

static void
add_host (Auth *auth, const char *name, size_t length, int port, bool is_allowed)
{
  OurHost host = { g_strndup (name, length), port, is_allowed };

  g_array_append_val (auth->hosts, host);
}

/* An IPv6 literal may come without brackets; then it has no port. */
static char *
add_brackets (const char *text)
{
  const char *colon = strchr (text, ':');

  if (text[0] != '[' && colon != NULL && strchr (colon + 1, ':') != NULL)
    return g_strdup_printf ("[%s]", text);
  return g_strdup (text);
}

bool
auth_is_entry (const char *text)
{
  g_autofree char *entry = add_brackets (text);
  HostPort host;

  return cut_port (entry, strlen (entry), &host) && host.length > 0;
}

/* Without a port, an entry stands for our port. A proxy is reached by the port of its scheme, so an
 * entry of allowed_hosts then also stands for these two. */
static void
add_entry (Auth *auth, const char *text, bool is_allowed)
{
  g_autofree char *entry = add_brackets (text);
  HostPort host;

  if (!cut_port (entry, strlen (entry), &host))
    return; /* it can match nothing */
  add_host (auth, host.name, host.length, host.port != 0 ? host.port : auth->port, is_allowed);
  if (host.port == 0 && is_allowed)
    {
      add_host (auth, host.name, host.length, HTTP_PORT, true);
      add_host (auth, host.name, host.length, HTTPS_PORT, true);
    }
}

Auth *
auth_new (const char *token, const char *host, const char *const *allowed_hosts, int port)
{
  Auth *auth = g_new0 (Auth, 1);

  auth->token = g_strdup (token);
  auth->hosts = g_array_new (FALSE, FALSE, sizeof (OurHost));
  g_array_set_clear_func (auth->hosts, host_clear);
  auth->port = port;
  add_entry (auth, "localhost", false);
  add_entry (auth, "127.0.0.1", false);
  add_entry (auth, "[::1]", false);
  if (host != NULL)
    add_entry (auth, host, false);
  for (; allowed_hosts != NULL && *allowed_hosts != NULL; allowed_hosts++)
    add_entry (auth, *allowed_hosts, true);
  return auth;
}

void
auth_free (Auth *auth)
{
  g_free (auth->token);
  g_array_unref (auth->hosts);
  g_free (auth);
}

static bool
is_ours (const OurHost *ours, const HostPort *host, int port)
{
  return ours->port == port && strncasecmp (ours->name, host->name, host->length) == 0
         && ours->name[host->length] == '\0';
}

bool
auth_is_listed_host (const Auth *auth, const char *text, size_t length)
{
  HostPort host;

  if (!cut_port (text, length, &host))
    return false;
  for (guint i = 0; i < auth->hosts->len; i++)
    {
      const OurHost *ours = &g_array_index (auth->hosts, OurHost, i);

      /* Without a port, the client meant that of its scheme. Only a proxy has HTTPS. */
      if (host.port != 0 ? is_ours (ours, &host, host.port)
                         : is_ours (ours, &host, HTTP_PORT)
                               || (ours->is_allowed && is_ours (ours, &host, HTTPS_PORT)))
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

/* The text after the scheme, or NULL. */
static const char *
skip_scheme (const char *origin, const char *scheme)
{
  size_t length = strlen (scheme);

  return strncasecmp (origin, scheme, length) == 0 ? origin + length : NULL;
}

bool
auth_is_origin (const Auth *auth, const char *origin, const struct sockaddr *address)
{
  const char *http = skip_scheme (origin, "http://"), *https = skip_scheme (origin, "https://");
  const char *text = http != NULL ? http : https;
  HostPort host;

  if (text == NULL || !cut_port (text, strlen (text), &host))
    return false;
  if (host.port == 0)
    host.port = http != NULL ? HTTP_PORT : HTTPS_PORT;
  for (guint i = 0; i < auth->hosts->len; i++)
    {
      const OurHost *ours = &g_array_index (auth->hosts, OurHost, i);

      if ((http != NULL || ours->is_allowed) && is_ours (ours, &host, host.port))
        return true;
    }
  return http != NULL && address != NULL && auth_is_address (auth, http, strlen (http), address);
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
