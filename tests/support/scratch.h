/* SPDX-License-Identifier: MIT */
#pragma once

#include <fcntl.h>
#include <ftw.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A temporary directory of a test, removed with its content. */

static inline char *
scratch_new (void)
{
  char *path = g_dir_make_tmp ("vestim-test-XXXXXX", NULL);

  g_assert_nonnull (path);
  return path;
}

static inline int
scratch_remove_one (const char *path, const struct stat *info, int flag, struct FTW *walk)
{
  (void) info, (void) flag, (void) walk;
  return remove (path);
}

static inline void
scratch_free (char *path)
{
  if (path != NULL)
    nftw (path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free (path);
}

typedef char ScratchPath;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScratchPath, scratch_free)

/* `(transfer full)` */
static inline char *
scratch_path (const char *folder, const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static inline void
scratch_write (const char *path, const char *text)
{
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* `(transfer full)` */
static inline char *
scratch_read (const char *path)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static inline mode_t
scratch_mode (const char *path)
{
  struct stat info;

  g_assert_cmpint (lstat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static inline bool
scratch_exists (const char *path)
{
  struct stat info;

  return lstat (path, &info) == 0;
}

/* `(transfer full)` the path of a new file with these bytes in the folder. */
static inline char *
scratch_file (const char *folder, const char *name, const char *data, size_t length)
{
  char *path = scratch_path (folder, name);
  FILE *stream = fopen (path, "w");

  g_assert_nonnull (stream);
  g_assert_cmpuint (fwrite (data, 1, length, stream), ==, length);
  g_assert_cmpint (fclose (stream), ==, 0);
  return path;
}
