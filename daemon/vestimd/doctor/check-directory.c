/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/doctor/checks.h"
#include "daemon/vestimd/sys/parent-folders.h"

#define NOT_THERE "does not exist yet; the first start creates it"

/* What is wrong with the owner and mode of a file that only its owner may read; NULL: nothing. */
static char *
dup_fault (const struct stat *info, const char *path, const char *mode)
{
  if (info->st_uid != geteuid ())
    return g_strdup_printf (
        "%s belongs to another user (UID %u): run vestimd as that user, or name "
        "another directory with --data-dir",
        path, (unsigned) info->st_uid);
  if ((info->st_mode & 022) != 0)
    return g_strdup_printf ("other users may write to %s: check its content, then chmod %s '%s'",
                            path, mode, path);
  return NULL;
}

static void
judge_mode (Finding *finding, const struct stat *info, const char *path, const char *mode)
{
  g_autofree char *fault = dup_fault (info, path, mode);

  if (fault != NULL)
    finding_set (finding, FINDING_PROBLEM, "%s", fault);
  else if ((info->st_mode & 077) != 0)
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
  struct stat info;

  if (stat (home, &info) != 0 && errno == ENOENT)
    finding_set (finding, FINDING_OK, "%s " NOT_THERE, home);
  else if (stat (home, &info) != 0)
    finding_set (finding, FINDING_PROBLEM,
                 "%s cannot be examined: %s; name another directory with --data-dir", home,
                 g_strerror (errno));
  else if (!S_ISDIR (info.st_mode))
    finding_set (finding, FINDING_PROBLEM,
                 "%s is not a folder: move it away, or name another directory with --data-dir",
                 home);
  else
    judge_mode (finding, &info, home, "0700");
}

/* If the directory does not exist yet, checks those of its parent folders that exist. */
void
check_parents (const DoctorSubject *subject, Finding *finding)
{
  g_autofree char *folder = g_strdup (subject->paths->home);
  g_autofree char *inner = NULL;
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
  if (real == NULL)
    finding_set (finding, FINDING_PROBLEM, "%s cannot be resolved: %s", folder, g_strerror (errno));
  else if (parent_folders_check (inner != NULL ? inner : real, &message) < 0)
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
  struct stat info;

  if (lstat (path, &info) != 0)
    finding_set (finding, errno == ENOENT || errno == ENOTDIR ? FINDING_OK : FINDING_PROBLEM,
                 "%s %s", path, errno == ENOENT ? NOT_THERE : g_strerror (errno));
  else if (!S_ISREG (info.st_mode))
    finding_set (finding, FINDING_PROBLEM,
                 "%s is not a regular file: remove it, and the next start makes a new token", path);
  else if (info.st_size != 65 && info.st_size != 64)
    finding_set (finding, FINDING_PROBLEM,
                 "%s does not contain 64 hexadecimal digits: remove it, and the next start makes a "
                 "new token",
                 path);
  else
    judge_mode (finding, &info, path, "0600");
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
