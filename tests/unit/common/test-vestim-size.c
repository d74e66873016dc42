/* SPDX-License-Identifier: MIT */
#include "common/vestim-size.h"

#include <glib.h>

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    int64_t bytes;
  } cases[] = {
    { "0", 0 },          { "4096", 4096 },        { "4096B", 4096 },
    { "1K", 1024 },      { "512M", 512ll << 20 }, { "512m", 512ll << 20 },
    { "8G", 8ll << 30 }, { " 8 GB ", 8ll << 30 }, { "1.5GiB", 3ll << 29 },
    { "2T", 2ll << 40 }, { "0.1K", 102 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int64_t bytes = -1;

      g_assert_true (vestim_size_parse (cases[i].text, &bytes));
      g_assert_cmpint (bytes, ==, cases[i].bytes);
    }
}

static void
test_refuse (void)
{
  static const char *const texts[] = { "",
                                       "M",
                                       "-1",
                                       "+1",
                                       "1 parsec",
                                       "1e3",
                                       "0x10",
                                       "inf",
                                       "1.",
                                       ".5",
                                       "1..2",
                                       "1,5",
                                       "8GX",
                                       "8P",
                                       "8 G B",
                                       "0Q",
                                       "8BB",
                                       "9999999T",
                                       "99999999999999999999999" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      int64_t bytes;

      if (vestim_size_parse (texts[i], &bytes))
        g_error ("“%s” was taken for %" G_GINT64_FORMAT " bytes", texts[i], bytes);
    }
}

static void
test_text (void)
{
  static const struct
  {
    int64_t bytes;
    const char *text;
  } cases[] = { { 0, "0" },
                { -5, "0" },
                { 900, "900" },
                { 1024, "1K" },
                { 1536, "1.5K" },
                { 1023 * 1024, "1M" },
                { 512ll << 20, "512M" },
                { 8ll << 30, "8G" },
                { 10ll << 40, "10T" },
                { (8ll << 30) + 1, "8G" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = vestim_size_text (cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/size/units are powers of 1024", test_parse);
  g_test_add_func ("/size/other text is refused", test_refuse);
  g_test_add_func ("/size/a text is short", test_text);
  return g_test_run ();
}
