/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

/* Bytes to send, owned by another object. They are not copied. `release (owner)`, unless NULL, is
 * called when they were sent or never will be. */
typedef struct
{
  const char *data;
  size_t length;
  void (*release) (void *owner);
  void *owner;
} HttpBytes;

/* `bytes` without a copy; a reference is held until they are sent. */
HttpBytes http_bytes_share (GBytes *bytes);
