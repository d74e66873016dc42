/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/tasks/checkpoint.h"

#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/packing.h"
#include "daemon/vestim-estimate/base/regular-file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Magic, version of the format, fingerprint, state, SHA-256 of all before. */
#define MAGIC "VESTCP\r\n"
#define MAGIC_LENGTH 8
#define FORMAT_VERSION 1
#define PREFIX_LENGTH (MAGIC_LENGTH + 16)
#define MAX_FILE_LENGTH (2047 * 1024 * 1024)

static const char *const names[CHECKPOINTS_KEPT] = { "checkpoint.bin", "checkpoint.old.bin" };

static GByteArray *
frame (uint64_t fingerprint, const GByteArray *state)
{
  GByteArray *bytes = g_byte_array_sized_new (PREFIX_LENGTH + state->len + PACK_CHECKSUM_LENGTH);
  guint8 digest[PACK_CHECKSUM_LENGTH];

  g_byte_array_append (bytes, (const guint8 *) MAGIC, MAGIC_LENGTH);
  pack_u64 (bytes, FORMAT_VERSION);
  pack_u64 (bytes, fingerprint);
  g_byte_array_append (bytes, state->data, state->len);
  pack_checksum (bytes->data, bytes->len, digest);
  g_byte_array_append (bytes, digest, sizeof digest);
  return bytes;
}

/* The new checkpoint is flushed to the disk first. Only renames follow. */
bool
checkpoint_write (const char *folder, uint64_t fingerprint, const GByteArray *state, GError **error)
{
  g_autofree char *path = g_build_filename (folder, names[0], NULL);
  g_autofree char *old_path = g_build_filename (folder, names[1], NULL);
  g_autoptr (GByteArray) bytes = frame (fingerprint, state);
  g_autoptr (OutputFile) file = output_file_open (path, error);

  if (!file)
    return false;

  fwrite (bytes->data, 1, bytes->len, output_file_stream (file));
  if (!output_file_flush (file, error))
    return false;

  if (rename (path, old_path) != 0 && errno != ENOENT)
    {
      failure_set (error, "%s cannot be renamed: %s", path, g_strerror (errno));
      return false;
    }
  return output_file_commit (g_steal_pointer (&file), error);
}

/* The error of the file; NULL: none. */
static const char *
fault_of_frame (const guint8 *data, size_t length, uint64_t fingerprint)
{
  Unpacker unpacker = { .at = data + MAGIC_LENGTH, .left = 2 * sizeof (uint64_t) };
  guint8 digest[PACK_CHECKSUM_LENGTH];

  if (length < PREFIX_LENGTH + PACK_CHECKSUM_LENGTH)
    return "is incomplete";
  pack_checksum (data, length - PACK_CHECKSUM_LENGTH, digest);
  if (memcmp (digest, data + length - PACK_CHECKSUM_LENGTH, PACK_CHECKSUM_LENGTH) != 0)
    return "is damaged (its checksum is wrong)";
  if (memcmp (data, MAGIC, MAGIC_LENGTH) != 0 || unpack_u64 (&unpacker) != FORMAT_VERSION)
    return "has a format that this version does not know";
  if (unpack_u64 (&unpacker) != fingerprint)
    return "was made with other settings, other files or another kernel";
  return NULL;
}

GByteArray *
checkpoint_read (const char *folder, int age, uint64_t fingerprint, GError **error)
{
  g_autofree char *path = g_build_filename (folder, names[age], NULL);
  size_t length = 0;

  if (access (path, F_OK) != 0)
    return NULL;

  g_autofree char *text = regular_file_read (path, MAX_FILE_LENGTH, &length, error);
  if (!text)
    return NULL;

  const char *fault = fault_of_frame ((const guint8 *) text, length, fingerprint);
  if (fault)
    {
      failure_set (error, "%s %s, so it is not used", path, fault);
      return NULL;
    }

  GByteArray *state = g_byte_array_new ();
  g_byte_array_append (state, (const guint8 *) text + PREFIX_LENGTH,
                       (guint) (length - PREFIX_LENGTH - PACK_CHECKSUM_LENGTH));
  return state;
}

static void
remove_from (const char *folder, int age)
{
  for (; age < CHECKPOINTS_KEPT; age++)
    {
      g_autofree char *path = g_build_filename (folder, names[age], NULL);
      unlink (path);
    }
}

void
checkpoint_remove (const char *folder)
{
  remove_from (folder, 0);
}

void
checkpoint_remove_old (const char *folder)
{
  remove_from (folder, 1);
}
