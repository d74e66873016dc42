/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Stores a file that a client sends into a job's folder, whole or in parts. Until it is complete,
 * its bytes are in a file beside it, whose name ends in FOLDER_STORE_PART. */

#define FOLDER_STORE_PART ".upload"
#define FOLDER_STORE_MAX_SIZE ((uint64_t) 16 << 30)
#define FOLDER_STORE_MAX_PATH 1024
#define FOLDER_STORE_MAX_DEPTH 16

typedef struct
{
  const char *path; /* relative to the folder */
  uint64_t offset;  /* of its first byte in the file; a part at 0 begins the file again */
  const char *data;
  size_t length;
  int64_t total; /* of the complete file; -1: not known yet */
} FolderPart;

typedef struct
{
  uint64_t size; /* bytes of the file that are stored */
  bool is_complete;
} FolderStored;

/* (nullable) Why a path cannot be stored: a static sentence. It is UTF-8 or any other bytes without
 * a NUL. */
const char *folder_store_refuse_path (const char *path);

/* Stores one part; with the last one the file is flushed and gets its name. Folders are made, and
 * no symbolic link is followed. A part may be repeated. 0; -ESPIPE when there are fewer than
 * `offset` bytes, and then `stored` says how many; -ELOOP, -ENOTDIR or -EISDIR when something else
 * has a name of the path; or -errno. Blocks. */
int folder_store (const char *folder, const FolderPart *part, FolderStored *stored);
