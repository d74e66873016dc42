/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/table/table.h"
#include "tests/support/scratch.h"

/* Where a table begins in a text, what separates its cells, and what is no row. */

static TableFile *
open_text (const char *text, GError **error)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", text, strlen (text));
  TableFile *file = table_open (path, NULL, error);

  scratch_free (folder);
  return file;
}

/* "U[V] I[A]: 3.7 1|3.6 2|": the columns U and I with their units, and their numbers. */
static char *
read_text (const char *text)
{
  static const char *const names[] = { "U", "I" };
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_text (text, &error);
  GString *table = g_string_new (NULL);
  TableResult result = TABLE_END;
  int columns[2] = { 0 };

  g_assert_no_error (error);
  for (int i = 0; i < 2; i++)
    {
      columns[i] = table_find_column (file, names[i], &error);
      g_assert_no_error (error);
      const char *unit = table_unit (file, columns[i]);
      g_string_append_printf (table, "%s%s%s%s%s", names[i], unit ? "[" : "", unit ? unit : "",
                              unit ? "]" : "", i == 0 ? " " : ": ");
    }
  while ((result = table_next_row (file, &error)) == TABLE_ROW)
    for (int i = 0; i < 2; i++)
      {
        double value = 0;

        table_number (file, columns[i], &value, &error);
        g_assert_no_error (error);
        g_string_append_printf (table, "%g%s", value, i == 0 ? " " : "|");
      }
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, TABLE_END);
  return g_string_free (table, FALSE);
}

static void
assert_reads (const char *text, const char *expected)
{
  g_autofree char *table = read_text (text);

  if (strcmp (table, expected) != 0)
    g_error ("\"%s\" was read as \"%s\"", text, table);
}

static void
assert_refused (const char *text, const char *place, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_text (text, &error);
  double value = 0;

  while (file && !error && table_next_row (file, &error) == TABLE_ROW)
    for (int i = 0; i < table_n_columns (file) && !error; i++)
      if (!table_is_text_column (file, i))
        table_number (file, i, &value, &error);
  if (!error || !strstr (error->message, place) || !strstr (error->message, reason))
    g_error ("\"%s\": \"%s\" does not say \"%s\" and \"%s\"", text,
             error ? error->message : "nothing", place, reason);
}

/* All notes, each in a line. */
static char *
notes_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_text (text, &error);

  g_assert_no_error (error);
  while (table_next_row (file, &error) == TABLE_ROW)
    continue;
  g_assert_no_error (error);
  return g_strjoinv ("\n", (char **) table_notes (file));
}

/* What people and programs put between the cells. */
static void
test_every_usual_separator_is_found (void)
{
  static const char *const texts[] = {
    "U|I\n3.7|1\n3.6|2\n",
    "U I\n3.7 1\n3.6 2\n",
    "  U   I\n  3.7   1\n 3.6  2 \n",
    "U \t I\n3,7 \t 1\n3,6\t2\n",
    "sep=;\nU;I\n3,7;1\n3,6;2\n",
    "sep=,\r\nU,I\r\n3.7,1\r\n3.6,2\r\n",
    "SEP=\t\nU\tI\n3.7\t1\n3.6\t2\n",
    "U,\tI\n3,\t1\n",
  };

  for (size_t i = 0; i + 1 < G_N_ELEMENTS (texts); i++)
    assert_reads (texts[i], "U I: 3.7 1|3.6 2|");
  assert_reads (texts[G_N_ELEMENTS (texts) - 1], "U I: 3 1|");
  assert_reads ("t, x;U;I\n1,5;3,7;1\n1,6;3,6;2\n", "U I: 3.7 1|3.6 2|");
}

/* Cyclers write settings before the table, some with as many cells, and units after the names. */
static void
test_what_precedes_the_rows_is_no_part_of_them (void)
{
  assert_reads ("Test: abc\nMass (g): 1.5\nLimits,4.2,2.5\n\nU,I\n3.7,1\n3.6,2\n",
                "U I: 3.7 1|3.6 2|");
  assert_reads ("Name,Lab\nYear,Number\n2019,187\n#END\nU,I,T\n3.7,1,20\n3.6,2,20\n3.5,3,20\n",
                "U I: 3.7 1|3.6 2|3.5 3|");
  assert_reads ("Cell,x,,\nNo,17,,\nS,U,I,\n,[V],[A],\nCHA,3.7,1,\nDCH,3.6,2,\n",
                "U[V] I[A]: 3.7 1|3.6 2|");
  assert_reads ("t;U;I\ns;mV;mA\n1;3,7;1\n2;3,6;2\n", "U[mV] I[mA]: 3.7 1|3.6 2|");
  assert_reads ("U;I [A]\n(V);(A)\n3,7;1\n3,6;2\n", "U[V] I[A]: 3.7 1|3.6 2|");
  assert_refused ("U;I [A]\n(V);(mA)\n3,7;1\n3,6;2\n", "\"I [A]\"", "another unit, mA");
  assert_reads ("SCap\t0,017\nRate\t0,003\n\nU\tI\tx\n\n3,7\t1\t0\t\n3,6\t2\t0\t\n",
                "U I: 3.7 1|3.6 2|");
}

static void
test_names_may_be_a_comment (void)
{
  assert_reads ("# made by x\n# U, I\n3.7,1\n3.6,2\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("~file\n~\n~U[V]\tI[A]\n3.7\t1\n3.6\t2\n", "U[V] I[A]: 3.7 1|3.6 2|");
  assert_reads ("% t\n% U I\n3.7 1\n3.6 2\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\n# measured, twice\n3.7,1\n3.6,2\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("#,U,I\n1,3.7,1\n2,3.6,2\n", "U I: 3.7 1|3.6 2|");

  /* The sign may mean the unit. */
  g_autoptr (TableFile) file = open_text ("% SOC,U\n50,3.7\n", NULL);
  g_assert_cmpstr (table_columns (file)[0], ==, "% SOC");
}

/* None of these lines is a measurement. */
static void
test_lines_that_are_no_rows_are_skipped (void)
{
  assert_reads ("U,I\n3.7,1\n\n# pause\n3.6,2\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I,\n3.7,1,\n3.6,2\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\n3.7,1,\n3.6,2,,\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\n[V],[A]\n3.7,1\nU,I\n[V],[A]\n3.6,2\n", "U[V] I[A]: 3.7 1|3.6 2|");
  assert_reads ("\"U\",\"I\"\n\"3.7\",1\n\"U\",\"I\"\n\"3.6\",2\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\n3.7,1\nU,I\n3.6,2\n3.5,3\n3.4,4\n", "U I: 3.7 1|3.6 2|3.5 3|3.4 4|");
  assert_reads ("U,I\n3.7,1\n3.6,2\nEnd of test\nStopped by user, ok\n", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\r\n3.7,1\r\n3.6,2\r\n\x1a", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\n3.7,1\n3.6,2\x1a", "U I: 3.7 1|3.6 2|");
  assert_reads ("U,I\r\r\n3.7,1\r\r\n3.6,2\r\r\n", "U I: 3.7 1|3.6 2|");
}

/* Whoever loses lines must know it. */
static void
test_what_is_skipped_is_said (void)
{
  g_autofree char *notes = notes_of ("a\nb\nU,I\nV,A\n3.7,1\n\n# x\nU,I\n3.6,2\nEnd\n");

  g_assert_cmpstr (notes, ==,
                   "2 lines before the header are skipped\n"
                   "line 4 has the units\n"
                   "one empty line is skipped\n"
                   "one comment is skipped\n"
                   "the header is repeated once\n"
                   "one line of notes after the rows is skipped");
}

/* Rows of records within steps within cycles, as Neware writes them. */
static void
test_only_the_innermost_of_nested_rows_are_taken (void)
{
  assert_reads ("Cycle,Cap(Ah),E(Wh)\n,Step,Type,Cap(Ah)\n,,Record,Time,U,I,U2\n"
                "1,0.5,1.5\n,1,Rest,0\n,,1,00:00:00,3.7,1,9\n,,2,00:00:01,3.6,2,9\n"
                "2,0.5,1.5,1,1,Rest,0\n,2,CC,0.1,1,2,3\n,,3,00:00:02,3.5,3,9\n",
                "U I: 3.7 1|3.6 2|3.5 3|");
}

/* Rows that spreadsheets leave at the end are none; between rows they are missing values. */
static void
test_rows_of_empty_cells_count_between_rows_only (void)
{
  g_autoptr (TableFile) file = open_text ("U,I\n3.7,1\n,\n\n,\n3.6,2\n,\n,\n", NULL);
  size_t n_missing = 0;

  while (table_next_row (file, NULL) == TABLE_ROW)
    n_missing += table_cell_is_missing (file, 0) && table_cell_is_missing (file, 1);
  g_assert_cmpint (table_n_rows (file), ==, 4);
  g_assert_cmpint (n_missing, ==, 2);
  assert_refused ("U,I\n3.7,1\n,\n3.6,2\n", "line 3, column \"U\"", "empty");
}

/* A little table of settings before the data must not be taken for it, whatever separates it. */
static void
test_the_longer_of_two_tables_is_read (void)
{
  assert_reads ("Cyc,Cap\n1,3.2\nU I T\n3.7 1 20\n3.6 2 20\n3.5 3 20\n", "U I: 3.7 1|3.6 2|3.5 3|");
  assert_reads ("U I T\n3,7 1,5 2\n3,6 1,5 2\n3,5 1,5 2\n", "U I: 3.7 1.5|3.6 1.5|3.5 1.5|");
  assert_refused ("Cyc,Cap\n1,3.2\nS;U;I\nD;3.7;1\nD;3.6;2;9\nD;3.5;3\n", "line 5", "rows follow");
  assert_refused ("S;U;I\nD;3.7;1\nD;3.6;2\nS;V;I\nD;3.7;1\n", "line 4", "header of other columns");
  assert_refused ("\"U\",\"I\"\n\"3.7\",\"1\"\n\"V\",\"I\"\n\"3.6\",\"2\"\n", "line 3",
                  "header of other columns");
}

/* The sentence says what to mend. */
static void
test_what_is_no_row_between_rows_is_refused (void)
{
  assert_refused ("U,I\n3.7,1\nmV,mA\n3.6,2\n", "line 3", "looks like units");
  assert_refused ("U,I\n3.7,1\nt,U,I\n0,3.6,2\n", "line 3", "header of other columns");
  assert_refused ("U,I\n3.7,1\nx,y\n3.6,2\n3.5,3\n3.4,4\n", "line 3", "header of other columns");
  assert_refused ("U,I\n3.7,1\nPause of 5 min\n3.6,2\n", "line 3", "looks like a note");
  assert_refused ("U,I\n3.7,1\n3.6\n", "line 3", "column \"I\" is missing");
  assert_refused ("t\tU\tI\n2024-05-02 10:00:06\t1\n2024-05-02 10:00:07\t1\t2\n", "line 2",
                  "column \"I\" is missing");
  assert_refused ("U,I\n3.7,1\nx,2\n3.5,3\n", "line 3, column \"U\"", "not a number");
  assert_refused ("U,I\n3.7,1\n\x1a\n3.6,2\n", "line 3", "^Z");
}

/* Columns without names, or none: nothing is taken for them. */
static void
test_tables_without_names_are_refused (void)
{
  assert_refused ("3.7,1\n3.6,2\n", "line 1", "add a line");
  assert_refused ("\n# x\n3.7;1\n3.6;2\n", "line 3", "add a line");
  assert_refused ("CHA,3.7,1.5\nCHA,3.6,1.4\n", "line 1", "add a line");
  assert_refused ("Test\nU,I\n3.7,1,2\n3.6,2,2\n3.5,3,2\n", "line 3", "names as many");
  assert_refused ("U\n3.7\n3.6\n", "a.csv", "only one column");
  assert_refused ("Dear reader, this\nis no table.\n", "a.csv", "has no table");
  g_autofree char *endless = g_strnfill (2 * 1024 * 1024, 'x');
  assert_refused (endless, "a.csv", "is no table");
  assert_refused ("", "a.csv", "empty");
  assert_refused ("\n\n", "a.csv", "empty");
}

/* Numbers of sensors as names are fine where the first name proves that it is a line of names. */
static void
test_names_may_have_numbers (void)
{
  g_autoptr (TableFile) file = open_text ("Time,1,2\n0,3.7,3.8\n1,3.6,3.7\n", NULL);

  g_assert_cmpint (table_find_column (file, "2", NULL), ==, 2);
  g_assert_cmpint (table_next_row (file, NULL), ==, TABLE_ROW);
}

/* A protocol in one line, as Novonix writes it, is longer than any row may be. */
static void
test_lines_before_the_names_may_be_long (void)
{
  g_autofree char *protocol = g_strnfill (200000, 'x');
  g_autofree char *text = g_strconcat (protocol, "\nU,I\n3.7,1\n3.6,2\n", NULL);

  assert_reads (text, "U I: 3.7 1|3.6 2|");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/layout/every usual separator is found", test_every_usual_separator_is_found);
  g_test_add_func ("/layout/what precedes the rows is no part of them",
                   test_what_precedes_the_rows_is_no_part_of_them);
  g_test_add_func ("/layout/names may be a comment", test_names_may_be_a_comment);
  g_test_add_func ("/layout/lines that are no rows are skipped",
                   test_lines_that_are_no_rows_are_skipped);
  g_test_add_func ("/layout/what is skipped is noted", test_what_is_skipped_is_said);
  g_test_add_func ("/layout/only the innermost of nested rows are taken",
                   test_only_the_innermost_of_nested_rows_are_taken);
  g_test_add_func ("/layout/rows of empty cells count between rows only",
                   test_rows_of_empty_cells_count_between_rows_only);
  g_test_add_func ("/layout/the longer of two tables is read",
                   test_the_longer_of_two_tables_is_read);
  g_test_add_func ("/layout/what is no row between rows is refused",
                   test_what_is_no_row_between_rows_is_refused);
  g_test_add_func ("/layout/tables without names are refused",
                   test_tables_without_names_are_refused);
  g_test_add_func ("/layout/names may have numbers", test_names_may_have_numbers);
  g_test_add_func ("/layout/lines before the names may be long",
                   test_lines_before_the_names_may_be_long);
  return g_test_run ();
}
