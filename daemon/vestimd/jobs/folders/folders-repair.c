/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/folders/folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/jobs/folders/folders-private.h"
#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"

/* The repair compares jobs/ with the census while jobs are created and deleted.
 *
 * A folder that appears during the repair is not an orphan: its ID is in `fresh` before it is made.
 * A folder whose job is deleted during the repair is not an orphan either: the census (the IDs of
 * the registry at the start) has it. It is not made again: its ID is in `gone` before the folder is
 * renamed, and the repair looks at `gone` and makes the folder in one step under the lock. */

#define MODULE "registry"

typedef struct
{
  Folders *folders;
  const char *orphans_dir;
  int orphans_fd; /* -1 until the first orphan */
} Repair;

/* (nullable) */
static CensusEntry *
find_known (Folders *folders, const char *name)
{
  int64_t sequence = vestim_job_id_sequence (name);
  unsigned low = 0, high = folders->known->len;

  while (sequence > 0 && low < high)
    {
      unsigned middle = low + (high - low) / 2;
      CensusEntry *entry = &g_array_index (folders->known, CensusEntry, middle);

      if (entry->sequence == sequence)
        return entry->stamp == vestim_job_id_stamp (name) ? entry : NULL;
      if (entry->sequence < sequence)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

static bool
is_fresh (Folders *folders, const char *name)
{
  bool fresh;

  uv_mutex_lock (&folders->lock);
  fresh = g_hash_table_contains (folders->fresh, name);
  uv_mutex_unlock (&folders->lock);
  return fresh;
}

static bool
entry_is_folder (int fd, const struct dirent *entry)
{
  struct stat st;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type == DT_DIR;
  return fstatat (fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode);
}

static void
move_to_orphans (Repair *repair, const char *name)
{
  int r = 0;

  if (repair->orphans_fd < 0)
    repair->orphans_fd = r = folders_open_dir (repair->orphans_dir);
  if (r >= 0)
    r = fd_move (repair->folders->jobs_fd, name, repair->orphans_fd);
  if (r < 0)
    log_error (MODULE, "unknown entry of jobs/ not moved name=\"%s\" to=%s error=\"%s\"", name,
               repair->orphans_dir, g_strerror (-r));
  else
    log_warning (MODULE, "unknown entry of jobs/ moved name=\"%s\" to=%s", name,
                 repair->orphans_dir);
}

static void
check_entry (Repair *repair, const struct dirent *entry)
{
  Folders *folders = repair->folders;
  CensusEntry *known = find_known (folders, entry->d_name);
  bool folder = entry_is_folder (folders->jobs_fd, entry);

  if (known != NULL && folder)
    known->seen = true;
  else if (known == NULL && is_fresh (folders, entry->d_name))
    return;
  else if (folder && unlinkat (folders->jobs_fd, entry->d_name, AT_REMOVEDIR) == 0)
    log_info (MODULE, "empty unknown folder removed name=\"%s\"", entry->d_name);
  else
    move_to_orphans (repair, entry->d_name);
}

/* Holds the lock for one folder at a time, so that the writer never waits long. */
static void
make_missing (Folders *folders, const CensusEntry *entry, unsigned *n_made)
{
  g_autofree char *id = vestim_job_id_of_stamp (entry->stamp, entry->sequence);

  uv_mutex_lock (&folders->lock);
  if (!g_hash_table_contains (folders->gone, id))
    {
      if (mkdirat (folders->jobs_fd, id, 0700) == 0)
        ++*n_made;
      else if (errno != EEXIST)
        log_error (MODULE, "missing job folder not created id=%s error=\"%s\"", id,
                   g_strerror (errno));
    }
  uv_mutex_unlock (&folders->lock);
}

/* 0 or -errno. */
static int
check_entries (Repair *repair)
{
  int fd = openat (repair->folders->jobs_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  struct dirent *entry;
  int r;

  if (dir == NULL)
    return -errno;
  while (errno = 0, (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      check_entry (repair, entry);
  r = -errno;
  closedir (dir);
  return r;
}

static void
end_census (Folders *folders)
{
  uv_mutex_lock (&folders->lock);
  folders->repaired = true;
  g_clear_pointer (&folders->known, g_array_unref);
  g_clear_pointer (&folders->fresh, g_hash_table_unref);
  g_clear_pointer (&folders->gone, g_hash_table_unref);
  uv_mutex_unlock (&folders->lock);
}

int
folders_repair (Folders *folders, const char *orphans_dir, const GPtrArray *removed,
                void (*discarded) (void *user, const char *job_id), void *user)
{
  Repair repair = { folders, orphans_dir, -1 };
  unsigned n_made = 0;
  int r;

  for (unsigned i = 0; i < removed->len; i++)
    if (folders_discard (folders, removed->pdata[i]))
      {
        log_info (MODULE, "deletion finished id=%s", (const char *) removed->pdata[i]);
        discarded (user, removed->pdata[i]);
      }
  r = check_entries (&repair);
  for (unsigned i = 0; r == 0 && i < folders->known->len; i++)
    if (!g_array_index (folders->known, CensusEntry, i).seen)
      make_missing (folders, &g_array_index (folders->known, CensusEntry, i), &n_made);
  if (n_made > 0)
    log_warning (MODULE, "missing job folders created count=%u", n_made);
  if (r < 0)
    log_error (MODULE, "folders not repaired folder=%s error=\"%s\"", folders->jobs_dir,
               g_strerror (-r));
  end_census (folders);
  if (repair.orphans_fd >= 0)
    close (repair.orphans_fd);
  return r;
}
