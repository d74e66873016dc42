/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/table.h"

#include <string.h>

#include "daemon/vestim/output/cell-text.h"

static const TableColumn columns[] = {
  { .title = "ID" },
  { .title = "NAME", .min_width = 6 },
  { .title = "SIZE", .is_number = true, .leaves = 1 },
  { .title = "TAGS", .hides_when_empty = true, .min_width = 4, .leaves = 2 },
};

static Table *
new_table (const char *tags)
{
  Table *table = table_new (columns, G_N_ELEMENTS (columns));

  table_add (table, STYLE_NONE, "job_1");
  table_add (table, STYLE_GOOD, "a long name");
  table_add (table, STYLE_NONE, "7");
  table_add (table, STYLE_NONE, tags);
  table_add (table, STYLE_NONE, "job_22");
  table_take (table, STYLE_NONE, g_strdup ("b"));
  table_take (table, STYLE_NONE, g_strdup ("1234567"));
  table_add (table, STYLE_NONE, NULL);
  return table;
}

static char *
text_of (const char *tags, int width, bool has_colours)
{
  const Terminal terminal = { .columns = width, .has_colours = has_colours };
  g_autoptr (Table) table = new_table (tags);
  GString *out = g_string_new (NULL);

  g_assert_cmpint (table_n_rows (table), ==, 2);
  table_append (out, table, &terminal);
  return g_string_free (out, FALSE);
}

static void
test_whole (void)
{
  g_autofree char *text = text_of ("x", 0, false);
  g_autofree char *without_tags = text_of ("", 80, false);

  g_assert_cmpstr (text, ==,
                   "ID      NAME            SIZE  TAGS\n"
                   "job_1   a long name        7  x\n"
                   "job_22  b            1234567\n");
  g_assert_cmpstr (without_tags, ==,
                   "ID      NAME            SIZE\n"
                   "job_1   a long name        7\n"
                   "job_22  b            1234567\n");
}

static void
test_narrow (void)
{
  g_autofree char *cut = text_of ("x", 31, false);
  g_autofree char *without_tags = text_of ("x", 26, false);
  g_autofree char *without_size = text_of ("x", 16, false);

  g_assert_cmpstr (cut, ==,
                   "ID      NAME         SIZE  TAGS\n"
                   "job_1   a long …        7  x\n"
                   "job_22  b         1234567\n");
  g_assert_cmpstr (without_tags, ==,
                   "ID      NAME          SIZE\n"
                   "job_1   a long n…        7\n"
                   "job_22  b          1234567\n");
  g_assert_cmpstr (without_size, ==,
                   "ID      NAME\n"
                   "job_1   a long …\n"
                   "job_22  b\n");
}

/* No line is ever longer than the terminal: it would wrap. */
static void
test_every_width (void)
{
  for (int width = 4; width < 60; width++)
    {
      g_autofree char *text = text_of ("\xe7\x94\xb5\xe6\xb1\xa0 e\xcc\x81", width, false);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      for (char **line = lines; *line != NULL; line++)
        g_assert_cmpint (cell_text_width (*line), <=, width);
    }
}

static void
test_colours (void)
{
  g_autofree char *text = text_of ("", 0, true);

  g_assert_true (g_str_has_prefix (text, "\033[1mID\033[0m      \033[1mNAME\033[0m"));
  g_assert_nonnull (strstr (text, "\033[32ma long name\033[0m  "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/columns are aligned, and empty ones can hide", test_whole);
  g_test_add_func ("/table/on a narrow terminal it cuts, then leaves columns out", test_narrow);
  g_test_add_func ("/table/it fits each width", test_every_width);
  g_test_add_func ("/table/colours take no room", test_colours);
  return g_test_run ();
}
