/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/datadir.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/parent-folders.h"

#define MODULE "datadir"
#define FUSE_MAGIC 0x65735546

/* SQLite accepts file names of 504 bytes; the longest one here is /registry.db.v99.bak.new. */
#define MAX_PATH_BYTES 480

typedef struct
{
  unsigned long magic;
  const char *name;
} NetworkFileSystem;

/* Record locks and the shared memory of SQLite's write-ahead log do not work between machines. */
static const NetworkFileSystem network_file_systems[] = {
  { 0x00006969, "NFS" },      { 0x0000517B, "SMB" },   { 0xFF534D42, "CIFS" },
  { 0xFE534D42, "SMB2" },     { 0x5346414F, "AFS" },   { 0x6B414653, "AFS" },
  { 0x00C36400, "Ceph" },     { 0x73757245, "Coda" },  { 0x0000564C, "NCP" },
  { 0x0BD00BD0, "Lustre" },   { 0x47504653, "GPFS" },  { 0x19830326, "BeeGFS" },
  { 0x20030528, "OrangeFS" }, { 0xAAD7AAEA, "PanFS" }, { 0x01161970, "GFS2" },
  { 0x7461636F, "OCFS2" },
};

/* All FUSE file systems have one magic number; local ones (ntfs-3g, overlays) are accepted. */
static const char *const fuse_network_types[] = {
  "fuse.sshfs", "fuse.rclone",    "fuse.s3fs",   "fuse.glusterfs",  "fuse.ceph-fuse", "fuse.ceph",
  "fuse.davfs", "fuse.curlftpfs", "fuse.goofys", "fuse.gvfsd-fuse", "fuse.smbnetfs",  NULL,
};

const char *
datadir_network_name (long magic)
{
  /* The field is signed on some machines: only its 32 bits count. */
  for (size_t i = 0; i < G_N_ELEMENTS (network_file_systems); i++)
    if (network_file_systems[i].magic == ((unsigned long) magic & 0xFFFFFFFFul))
      return network_file_systems[i].name;
  return NULL;
}

/* `(transfer full, nullable)` the type of a mounted file system from /proc/self/mountinfo:
 * "… 0:45 / /mnt rw - fuse.sshfs …". */
static char *
dup_mount_type (dev_t device)
{
  g_autofree char *text = NULL;
  g_autofree char *id = g_strdup_printf (" %u:%u ", major (device), minor (device));
  g_auto (GStrv) lines = NULL;

  if (fd_read_file ("/proc/self/mountinfo", 4 << 20, &text, NULL) < 0)
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      const char *type = strstr (*line, " - ");

      if (type != NULL && strstr (*line, id) != NULL)
        return g_strndup (type + 3, strcspn (type + 3, " "));
    }
  return NULL;
}

char *
datadir_dup_network_name (int folder)
{
  struct statfs info;
  struct stat file;
  char *type;

  if (fstatfs (folder, &info) != 0 || fstat (folder, &file) != 0)
    return NULL;
  if (((unsigned long) info.f_type & 0xFFFFFFFFul) != FUSE_MAGIC)
    return g_strdup (datadir_network_name ((long) info.f_type));
  type = dup_mount_type (file.st_dev);
  if (type != NULL && g_strv_contains (fuse_network_types, type))
    return type;
  g_free (type);
  return NULL;
}

static int refuse (int r, char **message, const char *format, ...) G_GNUC_PRINTF (3, 4);

static int
refuse (int r, char **message, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  *message = g_strdup_vprintf (format, args);
  va_end (args);
  return r;
}

int
datadir_check_owner (const struct stat *info, const char *path, char **message)
{
  if (!S_ISDIR (info->st_mode))
    return refuse (-ENOTDIR, message,
                   "%s is %s; move it away, or name another directory with --data-dir", path,
                   S_ISLNK (info->st_mode) ? "a symbolic link" : "not a folder");
  if (info->st_uid != geteuid ())
    return refuse (-EPERM, message,
                   "%s belongs to another user (UID %u); name a directory of your own with "
                   "--data-dir",
                   path, (unsigned) info->st_uid);
  if ((info->st_mode & 022) != 0)
    return refuse (-EPERM, message,
                   "other users may write to %s; check its content, then remove their permission "
                   "(chmod 0700)",
                   path);
  return 0;
}

static int
check_folder (int fd, const char *path, char **message)
{
  g_autofree char *network = NULL;
  struct stat info;
  int r;

  if (fstat (fd, &info) != 0)
    return refuse (-errno, message, "%s cannot be examined: %s", path, g_strerror (errno));
  r = datadir_check_owner (&info, path, message);
  if (r < 0)
    return r;
  network = datadir_dup_network_name (fd);
  if (network != NULL)
    return refuse (-EREMOTE, message,
                   "%s is on a network file system (%s), where locks and the registry are not "
                   "safe; name a local directory with --data-dir",
                   path, network);
  if ((info.st_mode & 077) == 0)
    return 0;
  if (fchmod (fd, 0700) != 0)
    return refuse (-errno, message, "the mode of %s cannot be set to 0700: %s", path,
                   g_strerror (errno));
  log_warning (MODULE, "other users could read the data directory, mode set to 0700 path=%s", path);
  return 0;
}

bool
datadir_is_elsewhere (int folder, const char *name)
{
  struct statx here, there;

  if (statx (folder, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &here) != 0
      || statx (folder, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &there) != 0)
    return false;
  return here.stx_dev_major != there.stx_dev_major || here.stx_dev_minor != there.stx_dev_minor
         || (there.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

static int
make_subfolder (int fd, const char *home, const char *name, char **message)
{
  g_autofree char *path = g_build_filename (home, name, NULL);
  struct stat info;

  if (mkdirat (fd, name, 0700) != 0 && errno != EEXIST)
    return refuse (-errno, message, "%s cannot be created: %s", path, g_strerror (errno));
  if (fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
    return refuse (-errno, message, "%s cannot be examined: %s", path, g_strerror (errno));
  if (datadir_is_elsewhere (fd, name))
    return refuse (-EXDEV, message,
                   "%s is on another file system than %s, so folders could not be moved between "
                   "them: unmount it, or put the whole data directory on that file system and name "
                   "it with --data-dir",
                   path, home);
  return datadir_check_owner (&info, path, message);
}

static int
prepare_resolved (const char *path, const char *const *folders, char **message)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int r;

  if (fd < 0)
    return refuse (-errno, message, "the data directory %s cannot be opened: %s", path,
                   g_strerror (errno));
  r = check_folder (fd, path, message);
  for (; r == 0 && *folders != NULL; folders++)
    r = make_subfolder (fd, path, *folders, message);
  close (fd);
  return r;
}

/* `(transfer full, nullable)` the topmost folder of the path that does not exist. */
static char *
dup_first_missing (const char *path)
{
  g_autofree char *folder = g_strdup (path);
  g_autofree char *missing = NULL;
  struct stat info;

  while (lstat (folder, &info) != 0 && errno == ENOENT)
    {
      g_free (missing);
      missing = g_steal_pointer (&folder);
      folder = g_path_get_dirname (missing);
    }
  return g_steal_pointer (&missing);
}

static int
make_home (const char *home, char **created, char **message)
{
  g_autofree char *missing = dup_first_missing (home);

  if (g_mkdir_with_parents (home, 0700) != 0)
    return refuse (-errno, message,
                   "the data directory %s cannot be created: %s; name another with --data-dir",
                   home, g_strerror (errno));
  *created = missing != NULL ? realpath (missing, NULL) : NULL;
  return 0;
}

int
datadir_check_length (const char *path, char **message)
{
  if (strlen (path) <= MAX_PATH_BYTES)
    return 0;
  return refuse (-ENAMETOOLONG, message,
                 "the path of the data directory %s has %zu bytes, but SQLite needs a path of at "
                 "most %d: name a directory with a shorter path with --data-dir",
                 path, strlen (path), MAX_PATH_BYTES);
}

static int
check_resolved (const char *path, char **message)
{
  int r = datadir_check_length (path, message);

  if (r == 0)
    r = parent_folders_check (path, message);
  if (r == 0 && *message != NULL)
    log_warning (MODULE, "%s", *message);
  if (r == 0)
    g_clear_pointer (message, g_free);
  return r;
}

int
datadir_prepare (const char *home, const char *const *folders, char **resolved, char **created,
                 char **message)
{
  char *real = NULL;
  int r = make_home (home, created, message);

  if (r < 0)
    return r;
  real = realpath (home, NULL);
  if (real == NULL)
    return refuse (-errno, message, "the data directory %s cannot be resolved: %s", home,
                   g_strerror (errno));
  r = check_resolved (real, message);
  if (r == 0)
    r = prepare_resolved (real, folders, message);
  if (r == 0)
    *resolved = g_strdup (real);
  free (real);
  return r;
}

void
datadir_log_creation (const char *home, const char *first)
{
  if (first == NULL)
    return;
  if (strcmp (first, home) == 0)
    log_info (MODULE, "created the data directory path=%s", home);
  else
    log_warning (MODULE,
                 "created the data directory and folders above it; if the path is mistyped, stop "
                 "the daemon and remove them path=%s first=%s",
                 home, first);
}
