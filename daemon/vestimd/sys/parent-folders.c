/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/parent-folders.h"

#include <errno.h>
#include <glib.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

#define NOBODY ((uid_t) -1)

ParentVerdict
parent_folder_judge (const struct stat *info, const ParentContext *context)
{
  mode_t others = context->is_private_group ? S_IWOTH : S_IWGRP | S_IWOTH;

  if (info->st_uid != 0 && info->st_uid != context->user && info->st_uid != context->unmapped)
    return PARENT_FOREIGN;
  return (info->st_mode & others) != 0 && (info->st_mode & S_ISVTX) == 0 ? PARENT_WRITABLE
                                                                         : PARENT_SAFE;
}

/* With the umask 002 of many systems, the folders of a user are writable for a group that has the
 * user's name and no other member. The user database is not searched for others with this primary
 * group: it may be large and far away. */
static bool
is_private_group (const char *path, const struct stat *info)
{
  const struct passwd *owner = getpwuid (info->st_uid);
  g_autofree char *name = owner != NULL ? g_strdup (owner->pw_name) : NULL;
  bool is_primary = owner != NULL && owner->pw_gid == info->st_gid;
  const struct group *group = is_primary ? getgrgid (info->st_gid) : NULL;

  if (group == NULL || strcmp (group->gr_name, name) != 0)
    return false;
  for (char **member = group->gr_mem; *member != NULL; member++)
    if (strcmp (*member, name) != 0)
      return false;
  /* With an access list, the bits of the group are those of everybody in the list. */
  return getxattr (path, "system.posix_acl_access", NULL, 0) <= 0;
}

/* The user ID that stands for all users outside this user namespace. */
static uid_t
find_unmapped_user (void)
{
  g_autofree char *map = NULL;
  g_autofree char *number = NULL;
  unsigned first, outside, count;

  if (fd_read_file ("/proc/self/uid_map", 65536, &map, NULL) < 0
      || (sscanf (map, "%u %u %u", &first, &outside, &count) == 3 && first == 0 && outside == 0
          && count == G_MAXUINT32))
    return NOBODY;
  if (fd_read_file ("/proc/sys/kernel/overflowuid", 64, &number, NULL) < 0)
    return NOBODY;
  return (uid_t) atoi (number);
}

static int
refuse_writable (const char *path, char **message)
{
  g_free (*message);
  *message = g_strdup_printf (
      "other users may write to %s and could put another directory in the place of the data "
      "directory; remove their permission (chmod go-w, or chmod +t as for /tmp), or name another "
      "directory with --data-dir",
      path);
  return -EPERM;
}

static int
refuse_foreign (const char *path, uid_t owner, const ParentContext *context, char **message)
{
  g_free (*message);
  *message = g_strdup_printf (
      "%s belongs to another user (UID %u), who could put another directory in the place of the "
      "data directory; name a directory below a folder of your own or of root with --data-dir",
      path, (unsigned) owner);
  return context->user == 0 ? 0 : -EPERM;
}

static int
check_one (const char *path, ParentContext *context, char **message)
{
  struct stat info;
  ParentVerdict verdict;

  if (stat (path, &info) != 0)
    {
      *message = g_strdup_printf ("%s cannot be examined: %s", path, g_strerror (errno));
      return -EPERM;
    }
  context->is_private_group = (info.st_mode & S_IWGRP) != 0 && is_private_group (path, &info);
  verdict = parent_folder_judge (&info, context);
  if (verdict == PARENT_WRITABLE)
    return refuse_writable (path, message);
  return verdict == PARENT_FOREIGN ? refuse_foreign (path, info.st_uid, context, message) : 0;
}

int
parent_folders_check (const char *path, char **message)
{
  ParentContext context = { .user = geteuid (), .unmapped = find_unmapped_user () };
  g_autofree char *folder = g_path_get_dirname (path);

  for (;;)
    {
      int r = check_one (folder, &context, message);
      char *above;

      if (r < 0 || strcmp (folder, "/") == 0)
        return r;
      above = g_path_get_dirname (folder);
      g_free (folder);
      folder = above;
    }
}
