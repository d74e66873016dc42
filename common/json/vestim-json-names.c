/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-json-names.h"

#include <string.h>

#include "common/json/vestim-json-private.h"

#define SMALL_TABLE 32 /* slots on the stack */

typedef struct
{
  uint64_t hash;
  const VestimJsonNode *member; /* NULL: free */
} Slot;

static inline uint64_t
rotate (uint64_t value, int bits)
{
  return value << bits | value >> (64 - bits);
}

static inline void
sip_round (uint64_t v[4])
{
  v[0] += v[1];
  v[1] = rotate (v[1], 13) ^ v[0];
  v[0] = rotate (v[0], 32);
  v[2] += v[3];
  v[3] = rotate (v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate (v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate (v[1], 17) ^ v[2];
  v[2] = rotate (v[2], 32);
}

/* SipHash-1-3. It reads words in the byte order of the machine: the hash never leaves the process.
 */
static uint64_t
hash_bytes (const uint64_t key[2], const char *bytes, size_t length)
{
  uint64_t v[4] = { key[0] ^ UINT64_C (0x736f6d6570736575), key[1] ^ UINT64_C (0x646f72616e646f6d),
                    key[0] ^ UINT64_C (0x6c7967656e657261),
                    key[1] ^ UINT64_C (0x7465646279746573) };
  size_t left = length;

  for (;;)
    {
      uint64_t word = left < 8 ? (uint64_t) length << 56 : 0;

      memcpy (&word, bytes, MIN (left, 8));
      v[3] ^= word;
      sip_round (v);
      v[0] ^= word;
      if (left < 8)
        break;
      bytes += 8;
      left -= 8;
    }
  v[2] ^= 0xff;
  for (int i = 0; i < 3; i++)
    sip_round (v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void
make_key (VestimJsonNames *names)
{
  if (names->has_key)
    return;
  for (int i = 0; i < 2; i++)
    {
      names->key[i] = (uint64_t) g_random_int () << 32 | g_random_int ();
      names->scratch[i] = g_string_new (NULL);
    }
  names->has_key = true;
}

static bool
equal_names (VestimJsonNames *names, const VestimJsonNode *a, const VestimJsonNode *b)
{
  size_t a_length = 0, b_length = 0;
  const char *a_name = vestim_json_name (a, names->scratch[0], &a_length);
  const char *b_name = vestim_json_name (b, names->scratch[1], &b_length);

  return a_length == b_length && memcmp (a_name, b_name, a_length) == 0;
}

/* False when the table has the name already. */
static bool
enter (VestimJsonNames *names, Slot *table, size_t n_slots, const VestimJsonNode *member)
{
  size_t length = 0;
  const char *name = vestim_json_name (member, names->scratch[0], &length);
  uint64_t hash = hash_bytes (names->key, name, length);
  size_t i = hash & (n_slots - 1);

  for (; table[i].member != NULL; i = (i + 1) & (n_slots - 1))
    if (table[i].hash == hash && equal_names (names, table[i].member, member))
      return false;
  table[i] = (Slot){ hash, member };
  return true;
}

const VestimJsonNode *
vestim_json_names_find_double (VestimJsonNames *names, const VestimJsonNode *object)
{
  Slot small[SMALL_TABLE];
  g_autofree Slot *large = NULL;
  Slot *table = small;
  size_t n_slots = SMALL_TABLE;

  if (object->size < 2)
    return NULL;
  make_key (names);
  while (n_slots < 2 * (size_t) object->size)
    n_slots *= 2;
  if (n_slots > SMALL_TABLE)
    table = large = g_new0 (Slot, n_slots);
  else
    memset (small, 0, sizeof small);

  for (const VestimJsonNode *m = vestim_json_first (object); m != NULL; m = vestim_json_next (m))
    if (!enter (names, table, n_slots, m))
      return m;
  return NULL;
}

void
vestim_json_names_clear (VestimJsonNames *names)
{
  for (int i = 0; i < 2; i++)
    if (names->scratch[i] != NULL)
      g_string_free (names->scratch[i], TRUE);
  *names = (VestimJsonNames){ .has_key = false };
}
