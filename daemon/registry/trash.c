/* SPDX-License-Identifier: MIT */
#include "registry/trash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "registry/folders-private.h"
#include "sys/fd.h"
#include "sys/log.h"

/* A tree is not walked but flattened: a folder in the trash loses its files and empty folders, and
 * those of its folders that have content are renamed into the trash itself, to be met by the next
 * pass. So no depth of a tree costs stack or descriptors, and no path is ever followed. */

#define MODULE "registry"
#define NICE 15

typedef struct
{
  Trash *trash;
  int fd; /* the folder that is being emptied */
} Emptying;

/* Takes the writing and searching of our own folder back from whoever took it away. */
static void
unlock_folder (int fd, const char *name)
{
  (void) fchmodat (fd, name, 0700, AT_SYMLINK_NOFOLLOW);
}

static int
open_folder (int fd, const char *name)
{
  const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int folder = openat (fd, name, flags);

  if (folder < 0 && errno == EACCES)
    {
      unlock_folder (fd, name);
      folder = openat (fd, name, flags);
    }
  if (folder >= 0)
    (void) fchmod (folder, 0700);
  return folder;
}

/* Calls `each` for every entry, until it returns false. 0 or -errno. Takes `fd`. */
static int
for_each_entry (int fd, bool (*each) (void *user, const char *name), void *user)
{
  DIR *dir = fdopendir (fd);
  struct dirent *entry;
  int r;

  if (dir == NULL)
    {
      r = -errno;
      close (fd);
      return r;
    }
  while (errno = 0, (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0
        && !each (user, entry->d_name))
      break;
  r = -errno;
  closedir (dir);
  return r;
}

/* A file, a link or an empty folder. */
static bool
remove_simple (int fd, const char *name)
{
  if (unlinkat (fd, name, 0) == 0 || errno == ENOENT)
    return true;
  return unlinkat (fd, name, AT_REMOVEDIR) == 0;
}

static bool
on_inner_entry (void *user, const char *name)
{
  Emptying *emptying = user;
  int trash_fd = emptying->trash->folders->trash_fd;

  if (!remove_simple (emptying->fd, name) && fd_move (emptying->fd, name, trash_fd) == -EACCES)
    {
      unlock_folder (emptying->fd, name);
      (void) fd_move (emptying->fd, name, trash_fd);
    }
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
  int trash_fd = trash->folders->trash_fd;
  Emptying emptying = { trash, -1 };

  if (g_hash_table_contains (trash->kept, name) || remove_simple (trash_fd, name))
    return !worker_is_stopping (&trash->worker);
  emptying.fd = open_folder (trash_fd, name);
  if (emptying.fd >= 0)
    for_each_entry (emptying.fd, on_inner_entry, &emptying);
  if (!worker_is_stopping (&trash->worker) && !remove_simple (trash_fd, name))
    keep (trash, name);
  return !worker_is_stopping (&trash->worker);
}

/* Whether something is left that is worth another pass. */
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
  Emptying left = { trash, -1 };
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
trash_open (Trash *trash, Mailbox *mailbox, Folders *folders)
{
  worker_init (&trash->worker, mailbox, trash_main, trash);
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
