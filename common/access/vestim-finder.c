/* SPDX-License-Identifier: MIT */
#include "common/access/vestim-finder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/client/vestim-address.h"
#include "common/json/vestim-json.h"
#include "common/vestim-paths.h"

/* Finds this user's daemon by its data directory. The lock on server.pid is the proof that the
 * daemon runs: the kernel says which process holds it. server.json is believed only when it names
 * that process, and only files that belong to this user are read. */

#define MAX_FILE_BYTES 65536

void
vestim_found_free (VestimFound *found)
{
  if (found == NULL)
    return;
  g_free (found->url);
  g_free (found->token);
  g_free (found);
}

/* A descriptor of a regular file of this user; -1 for links and everything else. */
static int
open_own_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat info;

  if (fd >= 0 && (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_uid != geteuid ()))
    {
      close (fd);
      return -1;
    }
  return fd;
}

/* (nullable) (transfer full) the text of such a file. */
static char *
read_own_file (const char *path)
{
  g_autofree char *text = g_malloc (MAX_FILE_BYTES + 1);
  gsize used = 0;
  gssize n = 1;
  int fd = open_own_file (path);

  if (fd < 0)
    return NULL;
  while (n > 0 && used < MAX_FILE_BYTES)
    {
      n = TEMP_FAILURE_RETRY (read (fd, text + used, MAX_FILE_BYTES - used));
      used += n > 0 ? (gsize) n : 0;
    }
  close (fd);
  if (n != 0)
    return NULL;
  text[used] = '\0';
  return g_steal_pointer (&text);
}

/* The process that holds the lock on server.pid, 0 for none. The number in the file proves nothing.
 */
static pid_t
lock_holder (const char *path)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int fd = open_own_file (path);
  pid_t holder = 0;

  if (fd < 0)
    return 0;
  if (fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
    holder = lock.l_pid;
  close (fd);
  return holder;
}

static gboolean
read_server_json (const char *path, int64_t *pid, char **url)
{
  g_autofree char *text = read_own_file (path);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (text);
  const VestimJsonNode *root = doc != NULL ? vestim_json_root (doc) : NULL;

  *url = vestim_json_dup_string (vestim_json_member (root, "url"));
  return vestim_json_get_int64 (vestim_json_member (root, "pid"), pid) && *url != NULL
         && g_str_has_prefix (*url, "http://") && g_uri_is_valid (*url, G_URI_FLAGS_NONE, NULL);
}

VestimFound *
vestim_finder_look (const char *home)
{
  g_autoptr (VestimPaths) paths = vestim_paths_new (home);
  VestimFound *found = g_new0 (VestimFound, 1);
  g_autofree char *url = NULL;
  g_autofree char *text = NULL;
  int64_t pid = 0;
  pid_t holder = lock_holder (paths->pid_file);

  if (holder == 0)
    {
      gboolean left = g_file_test (paths->pid_file, G_FILE_TEST_EXISTS);

      found->state = left ? VESTIM_FOUND_STALE : VESTIM_FOUND_ABSENT;
      return found;
    }
  found->state = VESTIM_FOUND_STARTING;
  if (!read_server_json (paths->server_json, &pid, &url) || pid != holder)
    return found;
  found->state = VESTIM_FOUND_RUNNING;
  found->url = g_steal_pointer (&url);
  text = read_own_file (paths->token);
  found->token = vestim_token_clean (text);
  return found;
}

gboolean
vestim_finder_confirm (const char *url, const char *token)
{
  g_autoptr (VestimFound) found = vestim_finder_look (NULL);

  return found->state == VESTIM_FOUND_RUNNING && g_str_equal (found->url, url)
         && g_strcmp0 (found->token, token) == 0;
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, vestim_finder_look (data), (GDestroyNotify) vestim_found_free);
}

void
vestim_finder_look_async (const char *home, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_set_task_data (task, g_strdup (home), g_free);
  g_task_run_in_thread (task, look_thread);
}

VestimFound *
vestim_finder_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
