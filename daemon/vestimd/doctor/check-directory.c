/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/doctor/checks.h"
#include "daemon/vestimd/sys/datadir.h"
#include "daemon/vestimd/sys/parent-folders.h"
#include "daemon/vestimd/sys/token.h"

#define NOT_THERE "does not exist yet; the first start creates it"

/* For what only its owner may read. */
static void
judge_readers (Finding *finding, const struct stat *info, const char *path, const char *mode)
{
  if ((info->st_mode & 077) != 0)
    finding_set (finding, FINDING_WARNING,
                 "other users may read %s: the next start changes its mode to %s; if somebody may "
                 "have read the token, remove the file token, and the start makes a new one",
                 path, mode);
  else
    finding_set (finding, FINDING_OK, "%s, mode %s", path, mode);
}

void
check_directory (const DoctorSubject *subject, Finding *finding)
{
  const char *home = subject->paths->home;
  g_autofree char *message = NULL;
  struct stat info;

  if (stat (home, &info) != 0 && errno == ENOENT)
    finding_set (finding, FINDING_OK, "%s " NOT_THERE, home);
  else if (stat (home, &info) != 0)
    finding_set (finding, FINDING_PROBLEM,
                 "%s cannot be examined: %s; name another directory with --data-dir", home,
                 g_strerror (errno));
  else if (datadir_check_owner (&info, home, &message) < 0)
    finding_set (finding, FINDING_PROBLEM, "%s", message);
  else
    judge_readers (finding, &info, home, "0700");
}

/* If the directory does not exist yet, checks those of its parent folders that exist. */
void
check_parents (const DoctorSubject *subject, Finding *finding)
{
  g_autofree char *folder = g_strdup (subject->paths->home);
  g_autofree char *inner = NULL;
  g_autofree char *full = NULL;
  g_autofree char *message = NULL;
  char *real;

  while ((real = realpath (folder, NULL)) == NULL && folder[1] != '\0')
    {
      char *above = g_path_get_dirname (folder);

      g_free (folder);
      folder = above;
    }
  if (real != NULL && access (subject->paths->home, F_OK) != 0)
    inner = g_build_filename (real, "data", NULL);
  if (real != NULL)
    full = g_strconcat (real, subject->paths->home + strlen (folder), NULL);
  if (real == NULL)
    finding_set (finding, FINDING_PROBLEM, "%s cannot be resolved: %s", folder, g_strerror (errno));
  else if (datadir_check_length (full, &message) < 0
           || parent_folders_check (inner != NULL ? inner : real, &message) < 0)
    finding_set (finding, FINDING_PROBLEM, "%s", message);
  else if (message != NULL)
    finding_set (finding, FINDING_WARNING, "%s", message);
  else
    finding_set (finding, FINDING_OK, "no other user can replace the data directory");
  free (real);
}

void
check_token (const DoctorSubject *subject, Finding *finding)
{
  const char *path = subject->paths->token;
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;
  struct stat info;

  if (lstat (path, &info) != 0)
    finding_set (finding, errno == ENOENT || errno == ENOTDIR ? FINDING_OK : FINDING_PROBLEM,
                 "%s %s", path, errno == ENOENT ? NOT_THERE : g_strerror (errno));
  else if (info.st_uid == geteuid () && (info.st_mode & 022) != 0 && S_ISREG (info.st_mode))
    finding_set (finding, FINDING_PROBLEM,
                 "other users may write to %s: check its content, then chmod 0600 '%s'", path,
                 path);
  else if (token_peek (path, &token, &message) < 0)
    finding_set (finding, FINDING_PROBLEM, "%s", message);
  else
    judge_readers (finding, &info, path, "0600");
}

void
check_settings (const DoctorSubject *subject, Finding *finding)
{
  if (subject->settings_fault != NULL)
    finding_set (finding, FINDING_PROBLEM, "%s", subject->settings_fault);
  else if (access (subject->paths->config, F_OK) == 0)
    finding_set (finding, FINDING_OK, "%s is valid", subject->paths->config);
  else
    finding_set (finding, FINDING_OK, "the defaults; there is no vestimd.conf");
}
