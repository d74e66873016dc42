/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/doctor/judge.h"

#include <stdio.h>
#include <string.h>

#include "common/json/vestim-json.h"
#include "common/vestim-size.h"
#include "daemon/vestimd/sys/control-groups.h"
#include "daemon/vestimd/sys/resources.h"

#define MIB (1024.0 * 1024.0)

#define PROBLEM_SPACE (16 * MIB)
#define WARNING_SPACE (1024 * MIB) /* the logs of 16 jobs */

#define PROBLEM_INODES 100
#define WARNING_INODES 10000

#define SLOW_FLUSH_MS 20.0
#define FAST_FLUSH_MS 0.02 /* no disk is so fast */

#define CLOCK_SLACK_MS 60000
#define FIRST_MS INT64_C (1735689600000) /* 2025-01-01: before this program was written */

#define PROBLEM_PROCESSES 16
#define WARNING_PROCESSES 128

#define PROBLEM_OPEN_FILES (5 + RESOURCES_DESCRIPTORS) /* with those of --daemonize */
#define WARNING_OPEN_FILES 1024

void
judge_space (Finding *finding, uint64_t free_bytes)
{
  double bytes = (double) free_bytes;
  g_autofree char *size = vestim_size_text ((int64_t) MIN (free_bytes, G_MAXINT64));

  if (bytes < PROBLEM_SPACE)
    finding_set (finding, FINDING_PROBLEM,
                 "%s free, and without free space the daemon refuses changes with 507: delete "
                 "files, or jobs that are over",
                 size);
  else if (bytes < WARNING_SPACE)
    finding_set (finding, FINDING_WARNING,
                 "%s free, and the log of a job may have 64M: delete files, or jobs that are over",
                 size);
  else
    finding_set (finding, FINDING_OK, "%s free", size);
}

void
judge_inodes (Finding *finding, uint64_t available, uint64_t total)
{
  if (total == 0)
    finding_set (finding, FINDING_OK, "the file system has no fixed number");
  else if (available < WARNING_INODES)
    finding_set (finding, available < PROBLEM_INODES ? FINDING_PROBLEM : FINDING_WARNING,
                 "%" G_GUINT64_FORMAT " left, and each job needs some: delete many small files",
                 available);
  else
    finding_set (finding, FINDING_OK, "%" G_GUINT64_FORMAT " left", available);
}

void
judge_flush (Finding *finding, double ms)
{
  if (ms < 0)
    finding_set (finding, FINDING_WARNING,
                 "could not be measured: no file can be made in the data directory");
  else if (ms > SLOW_FLUSH_MS)
    finding_set (
        finding, FINDING_WARNING,
        "%.1f ms each, and every change waits for one: use an SSD, or a disk without other "
        "load",
        ms);
  else if (ms < FAST_FLUSH_MS)
    finding_set (finding, FINDING_WARNING,
                 "%.3f ms each, which no disk can do, so a power failure may lose acknowledged "
                 "changes: check the options of the mount and of the virtual machine",
                 ms);
  else
    finding_set (finding, FINDING_OK, "%.2f ms each", ms);
}

void
judge_clock (Finding *finding, bool is_synchronised, int64_t now_ms, int64_t newest_ms)
{
  if (now_ms < FIRST_MS)
    finding_set (finding, FINDING_PROBLEM, "it is years behind: set it (timedatectl set-ntp true)");
  else if (newest_ms > now_ms + CLOCK_SLACK_MS)
    finding_set (finding, FINDING_WARNING,
                 "it is %.1f hours behind the newest time in the registry, so it was set back, or "
                 "was wrong before: check it (timedatectl)",
                 (double) (newest_ms - now_ms) / 3.6e6);
  else if (!is_synchronised)
    finding_set (finding, FINDING_WARNING,
                 "it is not synchronised, so times of jobs may be wrong: timedatectl set-ntp true");
  else
    finding_set (finding, FINDING_OK, "synchronised");
}

void
judge_processes (Finding *finding, uint64_t limit, uint64_t used)
{
  uint64_t left = limit > used ? limit - used : 0;

  if (limit == UINT64_MAX)
    finding_set (finding, FINDING_OK, "no limit");
  else if (left < WARNING_PROCESSES)
    finding_set (finding, left < PROBLEM_PROCESSES ? FINDING_PROBLEM : FINDING_WARNING,
                 "the user runs %" G_GUINT64_FORMAT " threads and may have %" G_GUINT64_FORMAT
                 "; a job needs at least two more: raise the limit (ulimit -u, or LimitNPROC= of "
                 "the unit)",
                 used, limit);
  else
    finding_set (finding, FINDING_OK, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " threads",
                 used, limit);
}

void
judge_open_files (Finding *finding, uint64_t limit)
{
  if (limit < WARNING_OPEN_FILES)
    finding_set (finding, limit < PROBLEM_OPEN_FILES ? FINDING_PROBLEM : FINDING_WARNING,
                 "at most %" G_GUINT64_FORMAT ", for connections and jobs together: raise the "
                 "limit (ulimit -Hn, or LimitNOFILE= of the unit)",
                 limit);
  else if (limit == UINT64_MAX)
    finding_set (finding, FINDING_OK, "no limit");
  else
    finding_set (finding, FINDING_OK, "at most %" G_GUINT64_FORMAT, limit);
}

bool
judge_parse_limit (const char *text, const char *name, uint64_t *limit)
{
  const char *line = strstr (text, name);
  char soft[32], hard[32];

  if (line == NULL || sscanf (line + strlen (name), " %31s %31s", soft, hard) != 2)
    return false;
  if (strcmp (hard, "unlimited") == 0)
    {
      *limit = UINT64_MAX;
      return true;
    }
  return g_ascii_string_to_unsigned (hard, 10, 0, UINT64_MAX - 1, limit, NULL);
}

/* The service manager of a user runs in user@UID.service, and ends with the user's last session. A
 * daemon that was started by hand is in a session, whose processes logind does not end by default.
 */
void
judge_lingering (Finding *finding, const LoginFacts *facts)
{
  bool is_of_manager = strstr (facts->cgroup, "/user@") != NULL;

  if (!facts->has_systemd)
    finding_set (finding, FINDING_OK, "there is no systemd, so it is not needed");
  else if (facts->is_lingering)
    finding_set (finding, FINDING_OK, "on: jobs go on after a logout");
  else if (is_of_manager || facts->is_enabled)
    finding_set (finding, FINDING_WARNING,
                 "off, so a logout ends the user unit and all jobs: loginctl enable-linger %s",
                 facts->user);
  else if (strstr (facts->cgroup, "session-") != NULL)
    finding_set (finding, FINDING_OK,
                 "off, which is fine for a daemon that is started by hand, unless logind.conf has "
                 "KillUserProcesses=yes");
  else
    finding_set (finding, FINDING_OK, "not needed outside a login session");
}

void
judge_limits (Finding *finding, const char *status)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (status);
  const VestimJsonNode *limits =
      doc != NULL ? vestim_json_member (vestim_json_root (doc), "limits") : NULL;
  g_autofree char *reason = vestim_json_dup_string (vestim_json_member (limits, "reason"));
  bool memory = false, cpus = false, freezer = false;

  if (limits == NULL)
    {
      finding_set (finding, FINDING_OK,
                   "a daemon of this version must run to tell: " CONTROL_GROUPS_ADVICE
                   " to get control groups");
      return;
    }
  vestim_json_get_bool (vestim_json_member (limits, "memory"), &memory);
  vestim_json_get_bool (vestim_json_member (limits, "cpus"), &cpus);
  vestim_json_get_bool (vestim_json_member (limits, "freezer"), &freezer);
  finding_set (finding, FINDING_OK, "memory: %s, CPUs: %s, freezer: %s%s%s", memory ? "yes" : "no",
               cpus ? "yes" : "no", freezer ? "yes" : "no", reason != NULL ? "; " : "",
               reason != NULL ? reason : "");
}
