/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/bytes.h"

static void
release_bytes (void *owner)
{
  g_bytes_unref (owner);
}

HttpBytes
http_bytes_share (GBytes *bytes)
{
  size_t length;
  const char *data = g_bytes_get_data (bytes, &length);

  return (HttpBytes){ data, length, release_bytes, g_bytes_ref (bytes) };
}
