/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/folders/trash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

/* The thread walks a tree down to a fixed depth, which limits its stack and descriptors, and
 * follows no path. Folders below that depth are moved to the top of the trash, where the next pass
 * empties them. A job may have locked its folders or left links in them. */

#define MODULE "registry"
#define NICE 15
#define MAX_DEPTH 64

typedef struct
{
  Trash *trash;
  int fd;         /* the folder that is being emptied */
  unsigned depth; /* below the trash */
} Emptying;

/* A job may have removed our permission to write and search its folder. False when it cannot be
 * given back. */
static bool
unlock_folder (int fd, const char *name)
{
  return fchmodat (fd, name, 0700, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
open_folder (int fd, const char *name)
{
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int folder = openat (fd, name, flags);

  if (folder < 0 && errno == EACCES && unlock_folder (fd, name))
    folder = openat (fd, name, flags);
  if (folder >= 0)
    (void) fchmod (folder, 0700);
  return folder;
}

/* Calls `each` for every entry, until it returns false. 0 or -errno. Closes `fd`. */
static int
for_each_entry (int fd, bool (*each) (void *user, const char *name), void *user)
{
  DIR *dir = fdopendir (fd);
  struct dirent *entry;
  bool wants_more = true;
  int r;

  if (dir == NULL)
    {
      r = -errno;
      close (fd);
      return r;
    }
  while (wants_more && (errno = 0, (entry = readdir (dir)) != NULL))
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      wants_more = each (user, entry->d_name);
  r = wants_more ? -errno : 0;
  closedir (dir);
  return r;
}

/* Removes a file, a link or an empty folder. */
static bool
remove_simple (int fd, const char *name)
{
  if (unlinkat (fd, name, 0) == 0 || errno == ENOENT)
    return true;
  return unlinkat (fd, name, AT_REMOVEDIR) == 0;
}

static bool on_inner_entry (void *user, const char *name);

/* Whether the folder is gone. */
static bool
remove_folder (const Emptying *emptying, const char *name)
{
  Emptying inner = { emptying->trash, -1, emptying->depth + 1 };

  if (inner.depth > MAX_DEPTH)
    return false;
  inner.fd = open_folder (emptying->fd, name);
  if (inner.fd >= 0)
    for_each_entry (inner.fd, on_inner_entry, &inner);
  return remove_simple (emptying->fd, name);
}

static bool
on_inner_entry (void *user, const char *name)
{
  Emptying *emptying = user;
  int trash_fd = emptying->trash->folders->trash_fd;

  if (!remove_simple (emptying->fd, name) && !remove_folder (emptying, name)
      && !worker_is_stopping (&emptying->trash->worker)
      && fd_move (emptying->fd, name, trash_fd) == -EACCES && unlock_folder (emptying->fd, name))
    (void) fd_move (emptying->fd, name, trash_fd);
  return !worker_is_stopping (&emptying->trash->worker);
}

static void
keep (Trash *trash, const char *name)
{
  log_warning (MODULE, "left in the trash name=\"%s\" error=\"%s\"", name, g_strerror (errno));
  g_hash_table_add (trash->kept, g_strdup (name));
}

static bool
on_trash_entry (void *user, const char *name)
{
  Trash *trash = user;
  Emptying emptying = { .trash = trash, .fd = trash->folders->trash_fd };

  if (!g_hash_table_contains (trash->kept, name) && !remove_simple (emptying.fd, name)
      && !remove_folder (&emptying, name) && !worker_is_stopping (&trash->worker))
    keep (trash, name);
  return !worker_is_stopping (&trash->worker);
}

/* Finds an entry that is worth another pass. */
static bool
on_left_entry (void *user, const char *name)
{
  Emptying *left = user;

  if (g_hash_table_contains (left->trash->kept, name))
    return true;
  left->fd = 0;
  return false;
}

static bool
has_more (Trash *trash)
{
  Emptying left = { .trash = trash, .fd = -1 };
  int fd = openat (trash->folders->trash_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd >= 0 && for_each_entry (fd, on_left_entry, &left) == 0 && left.fd == 0;
}

static void
empty_trash (Trash *trash)
{
  int r = 0;

  while (r == 0 && !worker_is_stopping (&trash->worker) && has_more (trash))
    {
      int fd = openat (trash->folders->trash_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      r = fd < 0 ? -errno : for_each_entry (fd, on_trash_entry, trash);
    }
  if (r < 0)
    log_error (MODULE, "trash not emptied error=\"%s\"", g_strerror (-r));
}

static void
trash_main (void *user)
{
  Trash *trash = user;

  (void) setpriority (PRIO_PROCESS, (id_t) syscall (SYS_gettid), NICE);
  uv_mutex_lock (&trash->worker.lock);
  while (!trash->worker.stopping)
    {
      bool has_work = trash->has_work;

      trash->has_work = false;
      if (!has_work)
        {
          uv_cond_wait (&trash->worker.wake, &trash->worker.lock);
          continue;
        }
      uv_mutex_unlock (&trash->worker.lock);
      empty_trash (trash);
      uv_mutex_lock (&trash->worker.lock);
    }
  uv_mutex_unlock (&trash->worker.lock);
}

static void
on_gone (void *user)
{
  Trash *trash = user;

  g_hash_table_unref (trash->kept);
  trash->closed (trash->user);
}

int
trash_open (Trash *trash, CompletionQueue *completions, Folders *folders)
{
  worker_init (&trash->worker, completions, trash_main, trash);
  trash->folders = folders;
  trash->has_work = true;
  trash->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return worker_start (&trash->worker);
}

void
trash_wake (Trash *trash)
{
  uv_mutex_lock (&trash->worker.lock);
  trash->has_work = true;
  worker_wake (&trash->worker);
  uv_mutex_unlock (&trash->worker.lock);
}

void
trash_close (Trash *trash, void (*closed) (void *user), void *user)
{
  trash->closed = closed;
  trash->user = user;
  worker_stop (&trash->worker, on_gone);
}
