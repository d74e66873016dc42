/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/live.h"

#include <math.h>

static void
test_replace (void)
{
  Live live = { 0 };
  g_autoptr (GString) out = g_string_new (NULL);

  live_append (out, &live, "a\nb\n");
  g_assert_cmpstr (out->str, ==, "a\033[K\nb\033[K\n\033[J");
  g_string_truncate (out, 0);
  live_append (out, &live, "c\n");
  g_assert_cmpstr (out->str, ==, "\r\033[2Ac\033[K\n\033[J");
  g_assert_cmpint (live.n_lines, ==, 1);
}

static void
test_bar (void)
{
  static const struct
  {
    double fraction;
    const char *bar;
  } cases[] = { { 0, "[        ]" },    { 0.01, "[>       ]" }, { 0.5, "[====>   ]" },
                { 0.99, "[=======>]" }, { 1, "[========]" },    { 7, "[========]" },
                { -1, "[        ]" },   { NAN, "[        ]" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      live_append_bar (out, cases[i].fraction, 10);
      g_assert_cmpstr (out->str, ==, cases[i].bar);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live/lines replace those before", test_replace);
  g_test_add_func ("/live/a full bar means that all is done", test_bar);
  return g_test_run ();
}
