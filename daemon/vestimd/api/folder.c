/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "common/json/vestim-json.h"
#include "daemon/attempt/attempt.h"
#include "daemon/posix/lack.h"

#define MAX_DEPTH 64
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static const char *const reserved[] = {
  ATTEMPT_JOB_FILE,   ATTEMPT_LOG_FILE,     ATTEMPT_PROGRESS_FILE,
  ATTEMPT_EXIT_FILE,  ATTEMPT_EXIT_RESERVE, ATTEMPT_FINISH_FILE,
  ATTEMPT_PAUSE_FILE, ATTEMPT_LOCK_FILE,    NULL
};

typedef struct
{
  char *name; /* relative to the job's folder */
  int64_t size;
  int64_t modified_at; /* ms since the epoch */
} Entry;

bool
folder_is_reserved (const char *name)
{
  return g_strv_contains (reserved, name);
}

static void
entry_clear (void *data)
{
  g_free (((Entry *) data)->name);
}

static int
compare_entries (const void *a, const void *b)
{
  return strcmp (((const Entry *) a)->name, ((const Entry *) b)->name);
}

static int list_folder (GArray *entries, int fd, const char *prefix, unsigned depth);

/* 0, or -errno if a whole folder is missing from the list for a reason that goes away. */
static int
list_entry (GArray *entries, int folder, const char *prefix, const char *name, unsigned depth)
{
  g_autofree char *path = g_strconcat (prefix, name, NULL);
  struct stat st;

  if ((depth == 0 && folder_is_reserved (name))
      || fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return 0;
  if (S_ISREG (st.st_mode))
    {
      Entry entry = { g_steal_pointer (&path), st.st_size,
                      (int64_t) st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000 };

      g_array_append_val (entries, entry);
    }
  else if (S_ISDIR (st.st_mode) && depth < MAX_DEPTH)
    {
      g_autofree char *inner = g_strconcat (path, "/", NULL);

      return list_folder (entries, openat (folder, name, FOLDER_FLAGS), inner, depth + 1);
    }
  return 0;
}

/* Takes `fd`, which was just opened. What cannot be opened for other reasons has no files. */
static int
list_folder (GArray *entries, int fd, const char *prefix, unsigned depth)
{
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  const struct dirent *entry = NULL;
  int r = 0;

  if (dir == NULL)
    {
      r = lack_is (errno) ? -errno : 0;
      if (fd >= 0)
        close (fd);
      return r;
    }
  while (r == 0 && entries->len < FOLDER_MAX_FILES && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      r = list_entry (entries, dirfd (dir), prefix, entry->d_name, depth);
  closedir (dir);
  return r;
}

/* JSON is UTF-8, and a name may be any bytes: then the list also has its address. */
static void
append_name (GString *json, const char *name)
{
  g_autofree char *path = NULL;

  vestim_json_append_string (json, name);
  if (g_utf8_validate (name, -1, NULL))
    return;
  path = g_uri_escape_string (name, "/", FALSE);
  g_string_append (json, ",\"path\":");
  vestim_json_append_string (json, path);
}

int
folder_list (const char *folder, GString *json)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  int r;

  g_array_set_clear_func (entries, entry_clear);
  r = list_folder (entries, open (folder, FOLDER_FLAGS), "", 0);
  if (r < 0)
    return r;
  g_string_append_c (json, '[');
  g_array_sort (entries, compare_entries);
  for (unsigned i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      g_string_append (json, i > 0 ? ",{\"name\":" : "{\"name\":");
      append_name (json, entry->name);
      g_string_append_printf (json, ",\"size\":%" PRId64 ",\"modified_at\":", entry->size);
      vestim_json_append_time (json, entry->modified_at);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
  return 0;
}

static bool
is_plain_name (const char *name)
{
  return *name != '\0' && strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

/* Takes `fd`, the folder in which the names start. A descriptor or -errno. Opening a FIFO does not
 * block. */
static int
walk (int fd, char **names)
{
  for (; *names != NULL; names++)
    {
      int flags = names[1] != NULL ? FOLDER_FLAGS : O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
      int next = is_plain_name (*names) ? openat (fd, *names, flags) : -1;
      int r = is_plain_name (*names) ? -errno : -ENOENT;

      close (fd);
      if (next < 0)
        return r;
      fd = next;
    }
  return fd;
}

int
folder_open (const char *folder, const char *path, struct stat *st)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  int fd;

  if (names[0] == NULL || (names[1] == NULL && folder_is_reserved (names[0])))
    return -ENOENT;
  fd = open (folder, FOLDER_FLAGS);
  if (fd < 0)
    return -errno;
  fd = walk (fd, names);
  if (fd < 0)
    return fd;
  if (fstat (fd, st) < 0 || !S_ISREG (st->st_mode))
    {
      close (fd);
      return -ENOENT;
    }
  return fd;
}
