/* SPDX-License-Identifier: MIT */
#include "daemon/posix/cgroup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

#define MAX_TEXT 4096 /* of a file of a group that is read here */
#define MAX_PROC_TEXT (1 << 20)
#define MAX_DEPTH 32

/* ---- Finding ---- */

/* Copies up to a blank or the end of the line, and replaces \040 and the like. */
static bool
copy_path (const char *text, char *path, size_t size)
{
  size_t n = 0;

  for (; *text != '\0' && *text != ' ' && *text != '\n'; text++)
    {
      char character = *text;

      if (text[0] == '\\' && isdigit ((unsigned char) text[1]) && isdigit ((unsigned char) text[2])
          && isdigit ((unsigned char) text[3]))
        {
          character = (char) ((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
          text += 3;
        }
      if (n + 1 >= size)
        return false;
      path[n++] = character;
    }
  path[n] = '\0';
  return true;
}

/* The text after `n` blanks of the line, NULL when it has fewer. */
static const char *
skip_words (const char *line, int n)
{
  for (; n > 0 && *line != '\0' && *line != '\n'; line++)
    if (*line == ' ')
      n--;
  return n == 0 ? line : NULL;
}

/* A line is "36 35 0:30 ROOT MOUNT_POINT OPTIONS [FIELD…] - TYPE …". False unless it is a mount of
 * cgroup2 that shows the group `own`; then `path` is where. */
static bool
find_in_mount (const char *line, const char *own, char *path, size_t size)
{
  char root[PATH_MAX], point[PATH_MAX];
  const char *type = strstr (line, " - ");
  const char *end = strchrnul (line, '\n'), *at = skip_words (line, 4);
  size_t length;
  int n;

  if (type == NULL || type > end || strncmp (type, " - cgroup2 ", 11) != 0 || at == NULL)
    return false;
  if (!copy_path (skip_words (line, 3), root, sizeof root) || !copy_path (at, point, sizeof point))
    return false;
  length = strcmp (root, "/") == 0 ? 0 : strlen (root);
  if (strncmp (own, root, length) != 0 || (own[length] != '/' && own[length] != '\0'))
    return false;
  own = strcmp (own + length, "/") == 0 ? "" : own + length;
  n = snprintf (path, size, "%s%s", point, own);
  return n > 0 && (size_t) n < size;
}

int
cgroup_find (const char *cgroup, const char *mountinfo, char *path, size_t size)
{
  const char *line = strncmp (cgroup, "0::", 3) == 0 ? cgroup : strstr (cgroup, "\n0::");
  char own[PATH_MAX];
  size_t length;

  if (line == NULL)
    return -ENOENT;
  line = strchr (line, '/');
  length = line != NULL ? strcspn (line, "\n") : 0;
  /* "/../x" is outside of our namespace. */
  if (length == 0 || length >= sizeof own || strncmp (line, "/..", 3) == 0)
    return -ENOENT;
  memcpy (own, line, length);
  own[length] = '\0';
  for (line = mountinfo; *line != '\0'; line = *line == '\n' ? line + 1 : line)
    {
      if (find_in_mount (line, own, path, size))
        return 0;
      line = strchrnul (line, '\n');
    }
  return -ENOENT;
}

int
cgroup_find_own (char *path, size_t size)
{
  char *cgroup = NULL, *mountinfo = NULL;
  int r = fd_read_file ("/proc/self/cgroup", MAX_PROC_TEXT, &cgroup, NULL);

  if (r == 0)
    r = fd_read_file ("/proc/self/mountinfo", MAX_PROC_TEXT, &mountinfo, NULL);
  if (r == 0)
    r = cgroup_find (cgroup, mountinfo, path, size);
  free (cgroup);
  free (mountinfo);
  return r;
}

/* ---- Files of a group ---- */

static bool
join (char *path, const char *group, const char *file)
{
  int n = snprintf (path, PATH_MAX, "%s/%s", group, file);

  return n > 0 && n < PATH_MAX;
}

bool
cgroup_has (const char *group, const char *file)
{
  char path[PATH_MAX];

  return join (path, group, file) && access (path, F_OK) == 0;
}

int
cgroup_write (const char *group, const char *file, const char *text)
{
  char path[PATH_MAX];
  int fd, r = 0;

  if (!join (path, group, file))
    return -ENAMETOOLONG;
  fd = open (path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return -errno;
  if (write (fd, text, strlen (text)) < 0)
    r = -errno;
  close (fd);
  return r;
}

int
cgroup_open (const char *group, const char *file)
{
  char path[PATH_MAX];
  int fd;

  if (!join (path, group, file))
    return -ENAMETOOLONG;
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  return fd < 0 ? -errno : fd;
}

/* `text` has room for MAX_TEXT + 1. */
static bool
read_text (int fd, char *text)
{
  ssize_t n = fd >= 0 ? pread (fd, text, MAX_TEXT, 0) : -1;

  text[n > 0 ? n : 0] = '\0';
  return n >= 0;
}

int64_t
cgroup_read_value_of (int fd, const char *name)
{
  char text[MAX_TEXT + 1], *end;
  size_t length = strlen (name);
  const char *line;
  long long value;

  if (!read_text (fd, text))
    return -1;
  for (line = text; *line != '\0'; line = *line == '\n' ? line + 1 : line)
    {
      if (strncmp (line, name, length) == 0 && line[length] == ' ')
        {
          value = strtoll (line + length, &end, 10);
          return end > line + length + 1 && value >= 0 ? value : -1;
        }
      line = strchrnul (line, '\n');
    }
  return -1;
}

int64_t
cgroup_read_value (const char *group, const char *file, const char *name)
{
  int fd = cgroup_open (group, file);
  int64_t value = cgroup_read_value_of (fd, name);

  if (fd >= 0)
    close (fd);
  return value;
}

bool
cgroup_lists (const char *group, const char *file, const char *word)
{
  char text[MAX_TEXT + 1];
  size_t length = strlen (word), n;
  int fd = cgroup_open (group, file);

  read_text (fd, text);
  if (fd >= 0)
    close (fd);
  for (const char *at = text; *at != '\0'; at += n + strspn (at + n, " \n"))
    {
      n = strcspn (at, " \n");
      if (n == length && strncmp (at, word, length) == 0)
        return true;
    }
  return false;
}

bool
cgroup_is_populated (const char *group)
{
  return cgroup_read_value (group, "cgroup.events", "populated") == 1;
}

int
cgroup_freeze (const char *group, bool is_frozen)
{
  return cgroup_write (group, "cgroup.freeze", is_frozen ? "1" : "0");
}

int
cgroup_kill (const char *group)
{
  return cgroup_write (group, "cgroup.kill", "1");
}

/* `parent` is an open folder. */
static int
remove_with_groups_below (int parent, const char *name, int depth)
{
  int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *folder = fd >= 0 && depth < MAX_DEPTH ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    if (entry->d_type == DT_DIR && strcmp (entry->d_name, ".") != 0
        && strcmp (entry->d_name, "..") != 0)
      remove_with_groups_below (fd, entry->d_name, depth + 1);
  if (folder != NULL)
    closedir (folder);
  else if (fd >= 0)
    close (fd);
  return unlinkat (parent, name, AT_REMOVEDIR) == 0 ? 0 : -errno;
}

int
cgroup_remove (const char *group)
{
  /* Usually there is no group below it. */
  return rmdir (group) == 0 || errno == ENOENT ? 0 : remove_with_groups_below (AT_FDCWD, group, 0);
}
