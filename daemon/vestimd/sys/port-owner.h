/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct
{
  pid_t pid;
  char name[64];   /* its short name, printable */
  bool is_vestimd; /* a vestimd of the same user */
} PortOwner;

/* Finds the process that listens on the TCP port of `address` (a literal as in Listener.address),
 * or of the wildcard address. Sees processes of the same user only; as root, all. Blocks: it is for
 * an error message at the start. */
bool port_owner_find (const char *address, int port, PortOwner *owner);

/* `(transfer full)` who that is, for a sentence: "python3, process 12". */
char *port_owner_describe (const char *address, int port);
