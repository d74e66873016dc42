/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/random.h"

#include <math.h>

static uint64_t
rotate (uint64_t x, int k)
{
  return (x << k) | (x >> (64 - k));
}

/* SplitMix64 spreads the seed over the state, which must not be all zero. */
void
random_init (Random *random, uint64_t seed)
{
  for (int i = 0; i < 4; i++)
    {
      uint64_t z = seed += 0x9e3779b97f4a7c15u;

      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      random->state[i] = z ^ (z >> 31);
    }
}

uint64_t
random_next (Random *random)
{
  uint64_t *s = random->state;
  uint64_t result = rotate (s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);
  return result;
}

/* The high half of the product is evenly distributed except for a few low halves; those are drawn
 * again (Lemire). */
uint32_t
random_below (Random *random, uint32_t limit)
{
  uint32_t uneven = -limit % limit;
  uint64_t product = 0;

  do
    product = (random_next (random) >> 32) * limit;
  while ((uint32_t) product < uneven);
  return (uint32_t) (product >> 32);
}

double
random_uniform (Random *random)
{
  return (double) (random_next (random) >> 11) * 0x1p-53;
}

double
random_normal (Random *random)
{
  double radius = sqrt (-2 * log (1 - random_uniform (random)));

  return radius * cos (2 * M_PI * random_uniform (random));
}

void
random_shuffle (Random *random, uint32_t *values, uint32_t n)
{
  for (uint32_t i = n; i > 1; i--)
    {
      uint32_t j = random_below (random, i);
      uint32_t value = values[i - 1];

      values[i - 1] = values[j];
      values[j] = value;
    }
}
