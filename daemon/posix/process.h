/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One process of this machine, read from /proc/PID/stat: that works on every kernel, however it was
 * configured. PID and start time together identify a process for as long as the machine is up. */
typedef struct
{
  pid_t pid;
  pid_t parent;
  pid_t session;
  char state;               /* 'Z' and 'X': it has ended */
  unsigned long long start; /* clock ticks since boot */
} Process;

/* False when there is no such process. */
bool process_read (pid_t pid, Process *process);

/* The same from the folder /proc/PID, as a name relative to the open folder `proc`. */
bool process_read_at (int proc, const char *name, Process *process);

/* Its short name, "?" when there is none. Characters that are not plain, or that JSON escapes, are
 * replaced by "?". */
void process_name (pid_t pid, char *name, size_t size);

/* Its user; false when there is no such process. */
bool process_get_owner (pid_t pid, uid_t *owner);

/* Whether it belongs to our user. */
bool process_is_ours (pid_t pid);

/* A pidfd: it refers to this very process, even after its end. -1, with errno, on failure and on a
 * kernel without pidfds. */
int process_open (pid_t pid);

/* Whether it ignores that signal; false when there is no such process. */
bool process_ignores (pid_t pid, int signal);

/* Sends a signal by such a descriptor, or by the PID when `pidfd` is -1. Older seccomp profiles of
 * containers refuse pidfds: then the PID is used while the descriptor says that its process lives.
 * 0 or -errno. */
int process_send_signal (int pidfd, pid_t pid, int signal);

/* Sends a signal to exactly this process, never to one that got its PID later. */
void process_signal (const Process *process, int signal);

/* The PID that a process of a container, which is seen from outside, has inside: its last one in
 * "NSpid" of /proc/PID/status. `pid` itself if it has no other one, or where that is hidden. */
pid_t process_inner_pid (pid_t pid);

/* What identifies our PID namespace; 0 where that is hidden. */
uint64_t process_pid_namespace (void);

/* The ID of the running boot, 36 characters. Where a sandbox hides it, it is "unknown", and all
 * boots look alike. */
#define PROCESS_BOOT_ID 36
void process_read_boot_id (char boot_id[PROCESS_BOOT_ID + 1]);
