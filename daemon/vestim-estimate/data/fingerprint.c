/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/fingerprint.h"

#include <string.h>

/* Each word is multiplied in, as FNV does with bytes. The shift mixes the high bits, which depend
 * on all bits of the words, into the low bits, which depend on few. */
static uint64_t
mix (uint64_t before, uint64_t word)
{
  uint64_t mixed = (before ^ word) * UINT64_C (0x9e3779b97f4a7c15);

  return mixed ^ (mixed >> 32);
}

uint64_t
fingerprint_bytes (uint64_t before, const void *data, size_t length)
{
  const char *at = data;
  uint64_t mixed = mix (before, length);

  for (; length >= sizeof mixed; at += sizeof mixed, length -= sizeof mixed)
    {
      uint64_t word = 0;

      memcpy (&word, at, sizeof word);
      mixed = mix (mixed, word);
    }

  uint64_t rest = 0;
  memcpy (&rest, at, length);
  return mix (mixed, rest);
}

uint64_t
fingerprint_dataset (uint64_t before, const Dataset *dataset)
{
  for (guint i = 0; i < dataset->series->len; i++)
    {
      const Series *series = dataset->series->pdata[i];
      size_t n = series->n_rows;

      before = fingerprint_bytes (before, series->path, strlen (series->path));
      before = fingerprint_bytes (before, series->scaled_inputs,
                                  n * (size_t) series->n_inputs * sizeof (float));
      before = fingerprint_bytes (before, series->target, n * sizeof (double));
      if (series->times)
        before = fingerprint_bytes (before, series->times, n * sizeof (double));
    }
  return before;
}
