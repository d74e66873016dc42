/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "tests/support/parser-result.h"

/* The parser gives the same result however the bytes are cut into reads. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static unsigned
seed_of (const uint8_t *data, size_t size)
{
  unsigned seed = 5381;

  for (size_t i = 0; i < size; i++)
    seed = seed * 33 + data[i];
  return seed;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *bytes = (const char *) data;
  g_autofree char *whole = parser_result (bytes, size, 0);
  g_autofree char *bytewise = parser_result (bytes, size, 1);
  g_autofree char *random = parser_result_random (bytes, size, seed_of (data, size));

  g_assert_cmpstr (whole, ==, bytewise);
  g_assert_cmpstr (whole, ==, random);
  return 0;
}
