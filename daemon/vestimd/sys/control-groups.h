/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "daemon/vestimd/sys/systemd-scope.h"

/* The control groups (version 2) in which attempts run, if the daemon may make any. That needs a
 * subtree that was delegated to it: by Delegate= of its systemd unit, or by a container. It is
 * found out by an attempt to make a group and to enable controllers, once at the start. */

/* How to get a group with controllers. */
#define CONTROL_GROUPS_COMMAND "systemd-run --user --scope -p Delegate=yes vestimd --daemonize"
#define CONTROL_GROUPS_ADVICE \
  "run it as the systemd user service (systemctl --user enable --now vestimd), or " \
  "with " CONTROL_GROUPS_COMMAND

typedef struct
{
  char *parent; /* (nullable) the group below which attempts get theirs; NULL: they get none */
  bool can_limit_memory;
  bool can_limit_cpus;
  bool can_freeze;
  char *lack;         /* (nullable) when it cannot limit both: why, "…: what to do" */
  char *oom_group;    /* (nullable) the group around the daemon that counts processes killed for
                         memory; for attempts whose own group does not */
  SystemdScope scope; /* that has `parent`, when the group of this process was of no use */
} ControlGroups;

/* For tests, which have folders instead of groups. */
typedef struct
{
  int (*make) (const char *group);                           /* 0, or -1 with errno */
  void (*move) (const char *from, const char *to);           /* the processes of vestimd */
  int (*enable) (const char *group, const char *controller); /* for its children; 0 or -errno */
} ControlGroupsCalls;

/* Looks at the group of this process, and removes the empty groups that ended attempts left. It may
 * move the processes of vestimd into a group of their own: a group with controllers for others may
 * have no process itself. If that group is of no use, it asks systemd for another one. */
void control_groups_open (ControlGroups *groups);

/* The same for the group `own`; NULL: there is none. */
void control_groups_open_at (ControlGroups *groups, const char *own,
                             const ControlGroupsCalls *calls);

/* Frees the memory; the groups stay, because attempts may run on. */
void control_groups_clear (ControlGroups *groups);
