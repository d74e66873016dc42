/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/vestimd/doctor/finding.h"

/* The judgements behind the checks: from numbers to a finding, without a look at the machine. */

void judge_space (Finding *finding, uint64_t free_bytes);

/* `total` 0: the file system has no fixed number. */
void judge_inodes (Finding *finding, uint64_t available, uint64_t total);

/* `ms`: the median time of a flush; negative: it could not be measured. */
void judge_flush (Finding *finding, double ms);

/* `newest_ms`: the newest time in the registry; 0: none. */
void judge_clock (Finding *finding, bool is_synchronised, int64_t now_ms, int64_t newest_ms);

/* How many more processes and threads the user may start; `limit` UINT64_MAX: any number. */
void judge_processes (Finding *finding, uint64_t limit, uint64_t used);

void judge_open_files (Finding *finding, uint64_t limit);

/* Reads a hard limit from the text of /proc/PID/limits, by its name, such as "Max open files".
 * UINT64_MAX for "unlimited". False when it is not there. */
bool judge_parse_limit (const char *text, const char *name, uint64_t *limit);

/* `status` is the (nullable) answer of the daemon to GET /server/status. */
void judge_limits (Finding *finding, const char *status);

typedef struct
{
  bool has_systemd;
  const char *cgroup; /* of the daemon, or of this process: "/user.slice/…" */
  bool is_enabled;    /* the user unit or its socket */
  bool is_lingering;
  const char *user; /* name */
} LoginFacts;

void judge_lingering (Finding *finding, const LoginFacts *facts);
