/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* A file that appears under its name only when it is complete: it is written under a temporary name
 * in the same folder, then renamed. Whoever reads the name finds the old file or the new one, also
 * after a crash; a link of that name is replaced, not followed.
 *
 * `folder` is an open folder, or AT_FDCWD for paths. Results are 0 or -errno. */

typedef enum
{
  ATOMIC_FILE_PLAIN = 0,
  ATOMIC_FILE_FLUSH = 1 << 0,    /* flush it to the disk before it gets its name */
  ATOMIC_FILE_MAKE_WAY = 1 << 1, /* a folder of that name makes way: see fd_make_way() */
} AtomicFileFlags;

/* Writes the whole file, with mode 0600. On failure it leaves nothing. Several threads and
 * processes may write the same file at once: the last one wins. */
int atomic_file_write (int folder, const char *name, const void *data, size_t length,
                       AtomicFileFlags flags);

/* The two halves, for a caller that writes the file piece by piece. */

/* Makes the empty file `temporary` and replaces one that a crash left; `mode` is that of open(). A
 * descriptor or -errno. */
int atomic_file_create (int folder, const char *temporary, mode_t mode);

/* Renames the complete file `temporary` to `name`. The caller has flushed it where that matters. On
 * failure `temporary` stays. */
int atomic_file_put_in_place (int folder, const char *temporary, const char *name,
                              AtomicFileFlags flags);
