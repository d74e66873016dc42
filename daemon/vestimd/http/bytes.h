/* SPDX-License-Identifier: MIT */
#pragma once

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
