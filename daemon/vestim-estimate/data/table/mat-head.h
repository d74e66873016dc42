/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* What the head of a MATLAB file shows, without the library that reads the file. */
typedef struct
{
  const char *format; /* "MATLAB 5" or "MATLAB 7.3" */
  size_t length;
  struct timespec changed_at;
  char *digest; /* SHA-256 in hexadecimal digits; the caller owns it */
} MatHead;

/* Versions 5 to 7.3, and what else MATLAB and HDF5 programs write. */
bool mat_head_recognizes (const guint8 *head, size_t length);

/* False with `error` for a file of another version, or one that is cut off. */
bool mat_head_read (const char *path, MatHead *head, GError **error);

/* False with `error` when the file has changed since. */
bool mat_head_is_unchanged (const char *path, const MatHead *head, GError **error);
