/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

/* A scope of systemd: a control group that systemd makes on request, delegated to us. A child
 * process keeps it in existence while the daemon lives; afterwards the jobs in it do. */
typedef struct
{
  pid_t holder; /* 0: there is no scope */
  int input;    /* the holder ends when this is closed */
} SystemdScope;

/* `(transfer full, nullable)` the text of /proc/PID/cgroup of the holder. NULL, and no scope, where
 * there is no systemd, or when it does not answer within some seconds. Blocks. */
char *systemd_scope_open (SystemdScope *scope);

/* The same without a look for systemd; for tests. */
char *systemd_scope_start (SystemdScope *scope);

/* Ends the holder. */
void systemd_scope_close (SystemdScope *scope);
