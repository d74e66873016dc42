/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/packing.h"

#include "daemon/vestim-estimate/base/sha256.h"

#include <string.h>

void
pack_u64 (GByteArray *bytes, uint64_t value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

void
pack_double (GByteArray *bytes, double value)
{
  uint64_t bits = 0;

  memcpy (&bits, &value, sizeof bits);
  pack_u64 (bytes, bits);
}

void
pack_floats (GByteArray *bytes, const float *values, size_t n)
{
  guint before = bytes->len;

  g_byte_array_set_size (bytes, before + (guint) (n * sizeof (float)));
  for (size_t i = 0; i < n; i++)
    {
      uint32_t bits = 0;

      memcpy (&bits, &values[i], sizeof bits);
      bits = GUINT32_TO_LE (bits);
      memcpy (bytes->data + before + i * sizeof bits, &bits, sizeof bits);
    }
}

void
pack_checksum (const guint8 *data, size_t length, guint8 digest[PACK_CHECKSUM_LENGTH])
{
  g_autoptr (Sha256) sum = sha256_new ();

  sha256_update (sum, data, length);
  sha256_digest (sum, digest);
}

static void
take (Unpacker *unpacker, void *value, size_t length)
{
  if (unpacker->left < length)
    {
      unpacker->is_short = true;
      memset (value, 0, length);
      return;
    }
  memcpy (value, unpacker->at, length);
  unpacker->at += length;
  unpacker->left -= length;
}

uint64_t
unpack_u64 (Unpacker *unpacker)
{
  uint64_t value = 0;

  take (unpacker, &value, sizeof value);
  return GUINT64_FROM_LE (value);
}

double
unpack_double (Unpacker *unpacker)
{
  uint64_t bits = unpack_u64 (unpacker);
  double value = 0;

  memcpy (&value, &bits, sizeof value);
  return value;
}

void
unpack_floats (Unpacker *unpacker, float *values, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      uint32_t bits = 0;

      take (unpacker, &bits, sizeof bits);
      bits = GUINT32_FROM_LE (bits);
      memcpy (&values[i], &bits, sizeof bits);
    }
}
