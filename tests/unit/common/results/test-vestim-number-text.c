/* SPDX-License-Identifier: MIT */
#include "common/results/vestim-number-text.h"

#include <glib.h>
#include <math.h>

typedef struct
{
  double value;
  const char *text;
} Case;

static void
expect_each (char *(*format) (double), const Case *cases, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *text = format (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* No more digits than the value has. */
static void
test_millivolts (void)
{
  static const Case cases[] = { { 17.44, "17.4" },    { 0.05, "0.1" }, { 123.4, "123" },
                                { -5.25, "-5.2" },    { NAN, "–" },    { INFINITY, "–" },
                                { -1e308, "-1e+308" } };

  expect_each (vestim_number_text_millivolts, cases, G_N_ELEMENTS (cases));
}

/* An absurd number of rows must not widen its column by three hundred digits. */
static void
test_counts (void)
{
  static const Case cases[] = { { 400, "400" }, { 0, "0" }, { NAN, "–" }, { 1e300, "–" } };

  expect_each (vestim_number_text_count, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number-text/counts are whole numbers", test_counts);
  g_test_add_func ("/number-text/millivolts have useful digits only", test_millivolts);
  return g_test_run ();
}
