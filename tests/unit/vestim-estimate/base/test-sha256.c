/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/base/sha256.h"

#define MAX_LENGTH 1000

/* The digest of bytes that come in parts of random lengths. */
static char *
digest_in_parts (const guint8 *bytes, size_t length, Random *random)
{
  g_autoptr (Sha256) sum = sha256_new ();

  while (length > 0)
    {
      size_t most = random_below (random, 150), n = MIN (length, most);

      sha256_update (sum, bytes, n);
      bytes += n;
      length -= n;
    }
  return sha256_dup_hex (sum);
}

/* GLib's is the reference. The lengths around 56 and 64 bytes end in one or two blocks. */
static void
test_it_is_that_of_glib (void)
{
  guint8 bytes[MAX_LENGTH];
  Random random;

  random_init (&random, 1);
  for (size_t i = 0; i < MAX_LENGTH; i++)
    bytes[i] = (guint8) random_below (&random, 256);
  for (size_t length = 0; length <= MAX_LENGTH; length++)
    {
      g_autofree char *expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, length);
      g_autofree char *found = digest_in_parts (bytes, length, &random);

      g_assert_cmpstr (found, ==, expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sha256/sums are those of GLib", test_it_is_that_of_glib);
  return g_test_run ();
}
