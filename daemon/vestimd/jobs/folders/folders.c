/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/folders/folders.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/folders/folders-private.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

#define MODULE "registry"

int
folders_open_dir (const char *path)
{
  int fd;

  if (mkdir (path, 0700) < 0 && errno != EEXIST)
    return -errno;
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int
folders_open (Folders *folders, const char *jobs_dir, const char *trash_dir, const char **failed)
{
  int jobs_fd = folders_open_dir (jobs_dir);
  int trash_fd;

  *failed = jobs_dir;
  if (jobs_fd < 0)
    return jobs_fd;
  trash_fd = folders_open_dir (trash_dir);
  if (trash_fd < 0)
    {
      close (jobs_fd);
      *failed = trash_dir;
      return trash_fd;
    }
  if (uv_mutex_init (&folders->lock) < 0)
    abort ();
  folders->jobs_dir = g_strdup (jobs_dir);
  folders->trash_dir = g_strdup (trash_dir);
  folders->jobs_fd = jobs_fd;
  folders->trash_fd = trash_fd;
  folders->known = g_array_new (false, false, sizeof (CensusEntry));
  folders->fresh = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  folders->gone = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  folders->repaired = false;
  return 0;
}

void
folders_close (Folders *folders)
{
  close (folders->jobs_fd);
  close (folders->trash_fd);
  uv_mutex_destroy (&folders->lock);
  g_free (folders->jobs_dir);
  g_free (folders->trash_dir);
  g_clear_pointer (&folders->known, g_array_unref);
  g_clear_pointer (&folders->fresh, g_hash_table_unref);
  g_clear_pointer (&folders->gone, g_hash_table_unref);
}

/* A user may remove or replace jobs/ and trash/. Opens what is in the place of one now, after
 * making it if it is missing. It gets the old one's descriptor, which other threads may be using.
 */
static void
refresh (const char *path, int fd)
{
  int new_fd;

  if (fd_is_at (AT_FDCWD, path, fd))
    return;
  new_fd = folders_open_dir (path);
  if (new_fd < 0)
    {
      log_error (MODULE, "missing folder not created folder=%s error=\"%s\"", path,
                 g_strerror (-new_fd));
      return;
    }
  log_warning (MODULE, "folder was removed or replaced, using a new one folder=%s", path);
  (void) dup3 (new_fd, fd, O_CLOEXEC);
  close (new_fd);
}

static bool
is_folder (int fd, const char *name)
{
  struct stat st;

  return fstatat (fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode);
}

bool
folders_has_any (const char *jobs_dir)
{
  DIR *dir = opendir (jobs_dir);
  bool found = false;
  struct dirent *entry;

  if (dir == NULL)
    return false;
  while (!found && (entry = readdir (dir)) != NULL)
    found = strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0
            && is_folder (dirfd (dir), entry->d_name);
  closedir (dir);
  return found;
}

void
folders_add_known (Folders *folders, int64_t sequence, uint64_t stamp)
{
  CensusEntry entry = { .sequence = sequence, .stamp = stamp };

  g_array_append_val (folders->known, entry);
}

/* The census must know of a new or deleted job before its folder appears or disappears. */
static void
note (Folders *folders, GHashTable **set, const char *job_id)
{
  uv_mutex_lock (&folders->lock);
  if (!folders->repaired)
    g_hash_table_add (*set, g_strdup (job_id));
  uv_mutex_unlock (&folders->lock);
}

void
folders_expect (Folders *folders, const char *job_id)
{
  note (folders, &folders->fresh, job_id);
}

void
folders_make (Folders *folders, const char *job_id)
{
  int code;

  refresh (folders->jobs_dir, folders->jobs_fd);
  if (mkdirat (folders->jobs_fd, job_id, 0700) == 0)
    return;
  code = errno;
  if (code != EEXIST || !is_folder (folders->jobs_fd, job_id))
    log_warning (MODULE, "job folder not created id=%s error=\"%s\"", job_id, g_strerror (code));
}

bool
folders_discard (Folders *folders, const char *job_id)
{
  int r;

  refresh (folders->jobs_dir, folders->jobs_fd);
  refresh (folders->trash_dir, folders->trash_fd);
  note (folders, &folders->gone, job_id);
  r = fd_move (folders->jobs_fd, job_id, folders->trash_fd);
  if (r == 0 || r == -ENOENT)
    return true;
  log_error (MODULE, "deleted job's folder not moved to the trash id=%s error=\"%s\"", job_id,
             g_strerror (-r));
  return false;
}
