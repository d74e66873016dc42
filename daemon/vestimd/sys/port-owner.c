/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/port-owner.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"
#include "daemon/vestimd/sys/process-identity.h"

#define TABLE_LIMIT (8u << 20)
#define STATE_LISTEN 0x0A

/* IPv4 addresses are mapped, so that the entries of both tables compare alike. */
typedef struct
{
  struct in6_addr address;
  int port;
} Endpoint;

static bool
parse_literal (const char *text, struct in6_addr *address)
{
  g_autofree char *mapped = g_strdup_printf ("::ffff:%s", text);
  g_autofree char *plain = g_strndup (text, strcspn (text, "%")); /* without the zone */

  return inet_pton (AF_INET6, strchr (text, ':') != NULL ? plain : mapped, address) == 1;
}

static bool
is_wildcard (const struct in6_addr *address)
{
  static const uint8_t mapped_any[16] = { [10] = 0xff, [11] = 0xff };

  return IN6_IS_ADDR_UNSPECIFIED (address)
         || memcmp (address->s6_addr, mapped_any, sizeof mapped_any) == 0;
}

/* The tables show each 32-bit word of an address as a number in the machine's byte order. */
static bool
parse_table_address (const char *hex, struct in6_addr *address)
{
  size_t length = strlen (hex);
  uint32_t words[4] = { 0, 0, htonl (0xffff), 0 };
  size_t first = length == 8 ? 3 : 0;

  if (length != 8 && length != 32)
    return false;
  for (size_t i = first; i < 4; i++)
    {
      char word[9] = "";

      memcpy (word, hex + 8 * (i - first), 8);
      words[i] = (uint32_t) strtoul (word, NULL, 16);
    }
  memcpy (address, words, sizeof words);
  return true;
}

/* The inode of the socket of one line, if that socket listens where `wanted` would. */
static bool
match_line (const char *line, const Endpoint *wanted, unsigned long *inode)
{
  char hex[40];
  struct in6_addr address;
  unsigned port, state;

  if (sscanf (line, " %*d: %39[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %*d %*d %lu", hex,
              &port, &state, inode)
          != 4
      || state != STATE_LISTEN || (int) port != wanted->port
      || !parse_table_address (hex, &address))
    return false;
  return is_wildcard (&address) || is_wildcard (&wanted->address)
         || memcmp (&address, &wanted->address, sizeof address) == 0;
}

/* A busy machine has tens of thousands of lines. */
static void
collect_inodes (const char *table, const Endpoint *wanted, GArray *inodes)
{
  g_autofree char *text = NULL;
  char *line, *next;

  if (fd_read_file (table, TABLE_LIMIT, &text, NULL) < 0)
    return;
  for (line = text; line != NULL; line = next)
    {
      unsigned long inode;

      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (match_line (line, wanted, &inode))
        g_array_append_val (inodes, inode);
    }
}

static bool
is_one_of (const char *folder, const char *name, const GArray *inodes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char target[64];
  unsigned long inode;
  ssize_t n = readlink (path, target, sizeof target - 1);

  if (n < 0)
    return false;
  target[n] = '\0';
  if (sscanf (target, "socket:[%lu]", &inode) != 1)
    return false;
  for (guint i = 0; i < inodes->len; i++)
    if (g_array_index (inodes, unsigned long, i) == inode)
      return true;
  return false;
}

static bool
has_socket (pid_t pid, const GArray *inodes)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/fd", (int) pid);
  DIR *fds = opendir (folder);
  struct dirent *entry;
  bool found = false;

  if (fds == NULL)
    return false;
  while (!found && (entry = readdir (fds)) != NULL)
    found = is_one_of (folder, entry->d_name, inodes);
  closedir (fds);
  return found;
}

/* A child may have a copy of the socket, so a vestimd is preferred to any other process. */
static bool
find_process (const GArray *inodes, PortOwner *owner)
{
  DIR *processes = opendir ("/proc");
  struct dirent *entry;

  owner->pid = 0;
  owner->is_vestimd = false;
  if (processes == NULL)
    return false;
  while (!owner->is_vestimd && (entry = readdir (processes)) != NULL)
    {
      pid_t pid = (pid_t) atoi (entry->d_name);

      if (pid <= 0 || !has_socket (pid, inodes))
        continue;
      owner->pid = pid;
      owner->is_vestimd = process_is_vestimd (pid);
      process_name (pid, owner->name, sizeof owner->name);
    }
  closedir (processes);
  return owner->pid > 0;
}

bool
port_owner_find (const char *address, int port, PortOwner *owner)
{
  g_autoptr (GArray) inodes = g_array_new (FALSE, FALSE, sizeof (unsigned long));
  Endpoint wanted = { .port = port };

  if (!parse_literal (address, &wanted.address))
    return false;
  collect_inodes ("/proc/net/tcp", &wanted, inodes);
  collect_inodes ("/proc/net/tcp6", &wanted, inodes);
  return inodes->len > 0 && find_process (inodes, owner);
}

char *
port_owner_describe (const char *address, int port)
{
  PortOwner owner;

  if (!port_owner_find (address, port, &owner))
    return g_strdup ("an unknown program, perhaps of another user");
  return g_strdup_printf ("%s, process %d", owner.is_vestimd ? "another vestimd" : owner.name,
                          (int) owner.pid);
}
