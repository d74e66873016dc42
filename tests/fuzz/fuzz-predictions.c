/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/vestim-estimate/page/predictions.h"

/* Any bytes as a file of predictions give no more points than fit into a chart, and count each
 * row once. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("predictions", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  PredictionErrors errors = { .limit = 100, .scale = 1000, .sample_step = 3 };
  PredictionCurves curves;
  size_t n = 0;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, size);
  errors.samples = g_array_new (FALSE, FALSE, sizeof (Point));
  if (predictions_read (path, size % 5000, &errors, &curves))
    g_assert_cmpuint (curves.error->len, <=, 4 * DECIMATOR_COLUMNS + 2);
  close (fd);

  for (int i = 0; i < PREDICTIONS_BINS; i++)
    n += errors.counts[i];
  g_assert_cmpuint (n, ==, errors.n_rows);
  prediction_curves_clear (&curves);
  g_array_unref (errors.samples);
  return 0;
}
