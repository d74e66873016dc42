/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdint.h>

#include "daemon/vestimd/api/content-range.h"

/* The first byte is the length of a body. A place that is accepted has as many bytes, and lies
 * within the file and its limit. A path that is accepted stays in its folder. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_place (const char *text, size_t length)
{
  FolderPart part = { .length = length };

  if (content_range_read (text, &part) != NULL)
    return;
  g_assert_cmpuint (part.offset + part.length, <=, FOLDER_STORE_MAX_SIZE);
  if (part.total >= 0)
    g_assert_cmpuint (part.offset + part.length, <=, (uint64_t) part.total);
}

static void
check_path (const char *text)
{
  g_auto (GStrv) names = g_strsplit (text, "/", -1);

  if (folder_store_refuse_path (text) == NULL)
    g_assert_false (g_strv_contains ((const char *const *) names, "..") || *text == '/'
                    || *text == '\0');
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data + 1, size - 1) : NULL;

  check_place (text, size > 0 ? data[0] : 0);
  if (text != NULL)
    check_path (text);
  return 0;
}
