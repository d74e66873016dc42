/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/sha256.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

#define BLOCK 64
#define LENGTH_AT 56 /* of the number of bits, in the last block */

struct Sha256
{
  GChecksum *slow; /* NULL: the processor does it */
  uint32_t state[8];
  guint8 rest[BLOCK]; /* the begun block */
  size_t n_rest;
  uint64_t n_bytes;
};

#if defined(__x86_64__)

static const uint32_t round_keys[64] __attribute__ ((aligned (16))) = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static bool
can_be_fast (void)
{
  unsigned a = 0, b = 0, c = 0, d = 0;

  return __get_cpuid_count (7, 0, &a, &b, &c, &d) && (b & bit_SHA)
         && __builtin_cpu_supports ("sse4.1") && __builtin_cpu_supports ("ssse3");
}

/* Four words of a block, the first one in the lowest lane. */
static inline __attribute__ ((always_inline, target ("sha,sse4.1,ssse3"))) __m128i
load_words (const guint8 *block, int index)
{
  const __m128i order = _mm_set_epi8 (12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);

  return _mm_shuffle_epi8 (_mm_loadu_si128 ((const __m128i *) block + index), order);
}

/* The next four words of the schedule, from the last sixteen. */
static inline __attribute__ ((always_inline, target ("sha,sse4.1,ssse3"))) __m128i
next_words (const __m128i words[4], int oldest)
{
  __m128i a = words[oldest & 3], b = words[(oldest + 1) & 3];
  __m128i c = words[(oldest + 2) & 3], d = words[(oldest + 3) & 3];
  __m128i sum = _mm_add_epi32 (_mm_sha256msg1_epu32 (a, b), _mm_alignr_epi8 (d, c, 4));

  return _mm_sha256msg2_epu32 (sum, d);
}

/* Four rounds, with the words at `place` of the last sixteen, which become those of 16 rounds
 * later.
 */
static inline __attribute__ ((always_inline, target ("sha,sse4.1,ssse3"))) void
do_rounds (int index, int place, __m128i words[4], __m128i *abef, __m128i *cdgh)
{
  __m128i keyed =
      _mm_add_epi32 (words[place], _mm_load_si128 ((const __m128i *) round_keys + index));

  *cdgh = _mm_sha256rnds2_epu32 (*cdgh, *abef, keyed);
  *abef = _mm_sha256rnds2_epu32 (*abef, *cdgh, _mm_shuffle_epi32 (keyed, 0x0e));
  words[place] = next_words (words, place);
}

/* The instructions want the state as (A, B, E, F) and (C, D, G, H), the first in the highest lane.
 */
static __attribute__ ((target ("sha,sse4.1,ssse3"))) void
add_blocks (uint32_t state[8], const guint8 *block, size_t n)
{
  __m128i low = _mm_loadu_si128 ((const __m128i *) state);
  __m128i high = _mm_loadu_si128 ((const __m128i *) state + 1);
  __m128i cdab = _mm_shuffle_epi32 (low, 0xb1), efgh = _mm_shuffle_epi32 (high, 0x1b);
  __m128i abef = _mm_alignr_epi8 (cdab, efgh, 8), cdgh = _mm_blend_epi16 (efgh, cdab, 0xf0);

  for (; n > 0; n--, block += BLOCK)
    {
      __m128i abef_before = abef, cdgh_before = cdgh;
      __m128i words[4] = { load_words (block, 0), load_words (block, 1), load_words (block, 2),
                           load_words (block, 3) };

      for (int index = 0; index < 16; index += 4)
        {
          do_rounds (index, 0, words, &abef, &cdgh);
          do_rounds (index + 1, 1, words, &abef, &cdgh);
          do_rounds (index + 2, 2, words, &abef, &cdgh);
          do_rounds (index + 3, 3, words, &abef, &cdgh);
        }
      abef = _mm_add_epi32 (abef, abef_before);
      cdgh = _mm_add_epi32 (cdgh, cdgh_before);
    }

  __m128i feba = _mm_shuffle_epi32 (abef, 0x1b), dchg = _mm_shuffle_epi32 (cdgh, 0xb1);
  _mm_storeu_si128 ((__m128i *) state, _mm_blend_epi16 (feba, dchg, 0xf0));
  _mm_storeu_si128 ((__m128i *) state + 1, _mm_alignr_epi8 (dchg, feba, 8));
}

#else

static bool
can_be_fast (void)
{
  return false;
}

static void
add_blocks (uint32_t state[8], const guint8 *block, size_t n)
{
  g_assert_not_reached ();
}

#endif

Sha256 *
sha256_new (void)
{
  static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
  Sha256 *sum = g_new0 (Sha256, 1);

  if (!can_be_fast ())
    sum->slow = g_checksum_new (G_CHECKSUM_SHA256);
  memcpy (sum->state, start, sizeof start);
  return sum;
}

void
sha256_free (Sha256 *sum)
{
  if (!sum)
    return;

  g_clear_pointer (&sum->slow, g_checksum_free);
  g_free (sum);
}

void
sha256_update (Sha256 *sum, const void *bytes, size_t length)
{
  const guint8 *at = bytes;

  if (sum->slow)
    {
      g_checksum_update (sum->slow, at, (gssize) length);
      return;
    }
  sum->n_bytes += length;
  if (sum->n_rest > 0)
    {
      size_t n = MIN (length, BLOCK - sum->n_rest);

      memcpy (sum->rest + sum->n_rest, at, n);
      sum->n_rest += n;
      at += n;
      length -= n;
      if (sum->n_rest < BLOCK)
        return;
      add_blocks (sum->state, sum->rest, 1);
    }
  add_blocks (sum->state, at, length / BLOCK);
  sum->n_rest = length % BLOCK;
  memcpy (sum->rest, at + length - sum->n_rest, sum->n_rest);
}

/* A bit of one, zeros, and the number of bits. */
static void
end_fast (Sha256 *sum, guint8 digest[SHA256_LENGTH])
{
  guint8 last[2 * BLOCK] = { 0 };
  uint64_t n_bits = GUINT64_TO_BE (8 * sum->n_bytes);
  size_t n = sum->n_rest < LENGTH_AT ? 1 : 2;

  memcpy (last, sum->rest, sum->n_rest);
  last[sum->n_rest] = 0x80;
  memcpy (last + (n - 1) * BLOCK + LENGTH_AT, &n_bits, sizeof n_bits);
  add_blocks (sum->state, last, n);
  for (int i = 0; i < 8; i++)
    {
      uint32_t word = GUINT32_TO_BE (sum->state[i]);

      memcpy (digest + 4 * i, &word, sizeof word);
    }
}

void
sha256_digest (Sha256 *sum, guint8 digest[SHA256_LENGTH])
{
  gsize length = SHA256_LENGTH;

  if (sum->slow)
    g_checksum_get_digest (sum->slow, digest, &length);
  else
    end_fast (sum, digest);
}

char *
sha256_dup_hex (Sha256 *sum)
{
  guint8 digest[SHA256_LENGTH];
  GString *text = g_string_new (NULL);

  sha256_digest (sum, digest);
  for (int i = 0; i < SHA256_LENGTH; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (text, FALSE);
}
