/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <stdint.h>

#include "daemon/vestim-run/input.h"

/* The file of --input may be on a disk that others write to. What is read is complete. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  JobInput input;
  int r = job_input_parse (&input, g_memdup2 (data, size), size);
  size_t n = 0;

  g_assert_true (r == 0 || r == -EBADMSG);
  if (r == 0)
    {
      g_assert_nonnull (input.argv[0]);
      for (char **at = input.argv; *at != NULL; at++)
        n += strlen (*at) + 1;
      for (char **at = input.env; *at != NULL; at++)
        n += strlen (*at) + 1;
      g_assert_cmpuint (n, <, size);
    }
  job_input_clear (&input);
  return 0;
}
