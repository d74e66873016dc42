/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/loopback.h"

#include <glib.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

static bool
is_loopback_ipv4 (uint32_t network_order)
{
  return (ntohl (network_order) >> 24) == 127;
}

static bool
is_loopback_address (const struct sockaddr *address)
{
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  uint32_t mapped;

  if (address->sa_family == AF_INET)
    {
      memcpy (&v4, address, sizeof v4);
      return is_loopback_ipv4 (v4.sin_addr.s_addr);
    }
  if (address->sa_family != AF_INET6)
    return false;
  memcpy (&v6, address, sizeof v6);
  memcpy (&mapped, v6.sin6_addr.s6_addr + 12, sizeof mapped);
  return IN6_IS_ADDR_LOOPBACK (&v6.sin6_addr)
         || (IN6_IS_ADDR_V4MAPPED (&v6.sin6_addr) && is_loopback_ipv4 (mapped));
}

bool
loopback_is_host (const char *host)
{
  g_autofree char *bare = g_strdup (host);
  size_t length = strlen (bare);
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;
  bool is_loopback = true;

  if (length > 2 && bare[0] == '[' && bare[length - 1] == ']')
    {
      bare[length - 1] = '\0';
      memmove (bare, bare + 1, length - 1);
    }
  if (getaddrinfo (bare, NULL, &hints, &found) != 0)
    return false;
  for (struct addrinfo *entry = found; entry != NULL; entry = entry->ai_next)
    is_loopback = is_loopback && is_loopback_address (entry->ai_addr);
  freeaddrinfo (found);
  return is_loopback;
}
