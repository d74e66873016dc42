/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/posix/process.h"

/* attempt.N/: the claim of an attempt that runs on another host, in a job folder that several hosts
 * share. There, file locks may be granted twice. mkdir() has one winner on each file system, so who
 * makes the folder runs attempt N, and nobody else ever does. Its files are written by that shim
 * alone, so an attempt that was believed dead and goes on harms no later one:
 *
 * - owner.json: who made the claim. Written once, right after it.
 * - heartbeat.json: see heartbeat.h.
 * - exit.json: see exit-record.h. exit_record_read() takes the open claim.
 *
 * The other files of the attempt are in the job folder. run.lock is not locked there, and has no
 * PID: it has the number of the attempt, its start and the length of its log.
 *
 * A claim is final: a claim without an owner means that the shim ended in between, or that the file
 * server answered twice. Nothing ran then, but the attempt must not be started again; a next one
 * may. A shim removes its claim only if the program was not executed for a momentary lack.
 *
 * A PID of a claim means nothing but on the host of that boot ID, in that PID namespace. No process
 * of another host is ever signalled: the scheduler of the cluster does that.
 *
 * A reader on another host opens and reads: what stat() says may be old. `folder` is an open job
 * folder, `claim` the open folder attempt.N/. Any program may have changed the texts: a damaged one
 * reads as none. */

#define CLAIM_MAX_NAME 24     /* bytes of "attempt.N", with its NUL */
#define CLAIM_MAX_ID 63       /* characters of `id` */
#define CLAIM_MAX_HOST 255    /* characters of `host` */
#define CLAIM_HEARTBEAT_S 10  /* the usual time between two heartbeats */
#define CLAIM_FENCE_S 60      /* the usual time of the fence */
#define CLAIM_END_MS 10000    /* from the fence to SIGKILL: a longer grace is cut to it */
#define CLAIM_MARGIN_MS 30000 /* for the end of the job and for caches of the file system */

typedef struct
{
  int attempt;
  char *id;                          /* (owned) what its starter calls it, such as a Slurm job ID */
  char *host;                        /* (owned) the host name of the shim */
  char boot_id[PROCESS_BOOT_ID + 1]; /* of that host */
  pid_t pid;                         /* of the shim */
  uint64_t start;                    /* in clock ticks since boot, as in /proc/PID/stat */
  uint64_t pid_namespace;            /* 0: unknown */
  int64_t claimed_at;                /* ms since the epoch by the clock of that host: to show */
  int64_t heartbeat_ms;              /* the time between two heartbeats */
  int64_t fence_ms; /* The shim ends its job when it could not write a heartbeat for so long. A
                       reader that saw no new one for this time and CLAIM_MARGIN_MS may take the
                       job for ended, if the scheduler says so as well. */
} ClaimOwner;

/* Whether it is an ID that a claim may have: 1 to CLAIM_MAX_ID letters, digits and "._+-". */
bool claim_id_is_valid (const char *id);

/* "attempt.N". */
void claim_format_name (char name[CLAIM_MAX_NAME], int attempt);

/* N of "attempt.N", 0 for every other name. */
int claim_parse_name (const char *name);

/* The highest attempt with a claim; 0: none. -errno when the folder cannot be read. */
int claim_find_last (int folder);

/* ---- The shim ---- */

/* Describes the calling process and its host, with the usual times. */
void claim_owner_init (ClaimOwner *owner, int attempt, const char *id);

/* Makes the claim with owner and first heartbeat, and flushes it. The open claim, -EEXIST when
 * there is one already, or -errno; then it has left nothing. */
int claim_take (int folder, const ClaimOwner *owner);

/* Removes the claim of an attempt that did not run. 0 or -errno. */
int claim_withdraw (int folder, int attempt);

/* ---- Everybody ---- */

/* The open claim of an attempt; -ENOENT when there is none, or -errno. */
int claim_open (int folder, int attempt);

/* Fills `owner`, which the caller clears. False, with zeros, when there is none. `host` and `id`
 * are not empty and have only letters, digits and "._+-". */
bool claim_owner_read (int claim, ClaimOwner *owner);

/* The same from the text of the file, which need not end with a NUL. */
bool claim_owner_parse (ClaimOwner *owner, const char *text, size_t length);

void claim_owner_clear (ClaimOwner *owner);
