/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/doctor/checks.h"
#include "daemon/vestimd/doctor/judge.h"
#include "daemon/vestimd/sys/datadir.h"

#define TMPFS_MAGIC 0x01021994
#define RAMFS_MAGIC 0x858458f6
#define N_FLUSHES 9
#define FLUSH_BYTES 4096

/* The data directory, or the folder that it would be made in. A descriptor or -1. */
static int
open_nearest (const char *home)
{
  g_autofree char *folder = g_strdup (home);
  int fd;

  while ((fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 && errno == ENOENT
         && folder[1] != '\0')
    {
      char *above = g_path_get_dirname (folder);

      g_free (folder);
      folder = above;
    }
  return fd;
}

static void
judge_file_system (int home, Finding *finding)
{
  g_autofree char *network = datadir_dup_network_name (home);
  struct statfs info;

  if (fstatfs (home, &info) != 0)
    {
      finding_set (finding, FINDING_WARNING, "unknown: %s", g_strerror (errno));
      return;
    }
  if (network != NULL)
    finding_set (finding, FINDING_PROBLEM,
                 "%s, where locks and the registry are not safe: name a local directory with "
                 "--data-dir",
                 network);
  else if (datadir_is_elsewhere (home, "jobs") || datadir_is_elsewhere (home, "trash")
           || datadir_is_elsewhere (home, "orphans"))
    finding_set (finding, FINDING_PROBLEM,
                 "jobs/, trash/ or orphans/ is on another file system than the data directory: "
                 "move the whole data directory there instead");
  else if (((unsigned long) info.f_type & 0xFFFFFFFFul) == TMPFS_MAGIC
           || ((unsigned long) info.f_type & 0xFFFFFFFFul) == RAMFS_MAGIC)
    finding_set (
        finding, FINDING_WARNING,
        "in memory, so all jobs are lost when the machine goes down: name a directory on a "
        "disk with --data-dir");
  else
    finding_set (finding, FINDING_OK, "local");
}

void
check_file_system (const DoctorSubject *subject, Finding *finding)
{
  int home = open_nearest (subject->paths->home);

  if (home < 0)
    finding_set (finding, FINDING_WARNING, "unknown: %s", g_strerror (errno));
  else
    judge_file_system (home, finding);
  fd_clear (&home);
}

static bool
read_numbers (const char *home, struct statvfs *info, Finding *finding)
{
  int fd = open_nearest (home);
  bool is_read = fd >= 0 && fstatvfs (fd, info) == 0;

  if (!is_read)
    finding_set (finding, FINDING_WARNING, "unknown: %s", g_strerror (errno));
  fd_clear (&fd);
  return is_read;
}

void
check_space (const DoctorSubject *subject, Finding *finding)
{
  struct statvfs info;

  if (read_numbers (subject->paths->home, &info, finding))
    judge_space (finding, (uint64_t) info.f_bavail * info.f_frsize);
}

void
check_inodes (const DoctorSubject *subject, Finding *finding)
{
  struct statvfs info;

  if (read_numbers (subject->paths->home, &info, finding))
    judge_inodes (finding, info.f_favail, info.f_files);
}

static int
compare_times (const void *a, const void *b)
{
  const double *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

/* The median in ms of the time for writing and flushing a block, as a commit does; -1 on failure.
 */
static double
measure_flushes (int fd)
{
  const char block[FLUSH_BYTES] = { 1 };
  double times[N_FLUSHES];

  for (int i = 0; i < N_FLUSHES; i++)
    {
      gint64 began = g_get_monotonic_time ();

      if (fd_write_at (fd, block, sizeof block, (uint64_t) i * FLUSH_BYTES) != sizeof block
          || fdatasync (fd) != 0)
        return -1;
      times[i] = (double) (g_get_monotonic_time () - began) / 1000;
    }
  qsort (times, N_FLUSHES, sizeof times[0], compare_times);
  return times[N_FLUSHES / 2];
}

/* In a file without a name, which vanishes by itself. */
void
check_flush (const DoctorSubject *subject, Finding *finding)
{
  int fd = open (subject->paths->home, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0 && errno == ENOENT)
    finding_set (finding, FINDING_OK, "not measured: the data directory does not exist yet");
  else if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
    finding_set (finding, FINDING_OK, "not measured: the file system has no files without a name");
  else
    judge_flush (finding, fd >= 0 ? measure_flushes (fd) : -1);
  fd_clear (&fd);
}
