/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/data/table/table.h"
#include "tests/support/scratch.h"

/* Files in the formats of other programs, and files that are refused. */

static TableFile *
open_data (const char *data, size_t length, GError **error)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", data, length);
  TableFile *file = table_open (path, NULL, error);

  scratch_free (folder);
  return file;
}

/* All numbers of the named columns, row after row, as text. */
static char *
read_table (const char *text, const char *const *names)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_data (text, strlen (text), &error);
  GString *table = g_string_new (NULL);
  TableResult result = TABLE_END;

  g_assert_no_error (error);
  while ((result = table_next_row (file, &error)) == TABLE_ROW)
    for (const char *const *name = names; *name; name++)
      {
        double value = 0;
        int column = table_find_column (file, *name, &error);

        g_assert_no_error (error);
        table_number (file, column, &value, &error);
        g_assert_no_error (error);
        g_string_append_printf (table, "%g%s", value, name[1] ? " " : "|");
      }
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, TABLE_END);
  return g_string_free (table, FALSE);
}

/* The message that refuses the file, at its header or later. */
static char *
refusal (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_data (text, strlen (text), &error);
  double value = 0;

  while (file && !error && table_next_row (file, &error) == TABLE_ROW)
    for (int i = 0; i < table_n_columns (file) && !error; i++)
      if (!table_is_text_column (file, i))
        table_number (file, i, &value, &error);
  g_assert_nonnull (error);
  return g_strdup (error->message);
}

static void
assert_refused (const char *text, const char *place, const char *reason)
{
  g_autofree char *sentence = refusal (text);

  if (!strstr (sentence, "/a.csv") || !strstr (sentence, place) || !strstr (sentence, reason))
    g_error ("\"%s\" does not say \"%s\" and \"%s\"", sentence, place, reason);
}

/* The formats of spreadsheets and test benches from many makers and countries. */
static void
test_all_kinds_of_tables_are_read (void)
{
  static const char *const texts[] = {
    "U,I\n3.7,1\n3.6,-2.5\n",
    "U;I\n3,7;1\n3,6;-2,5\n",
    "U\tI\n3,7\t1\n3,6\t-2,5\n",
    "U;I\r\n3.7;1\r\n3.6;-2.5",
    "U\tI\r3.7\t1\r3.6\t-2.5\r",
    "\xef\xbb\xbf\"U\";\"I\"\r\n\"3,7\";\"1\"\r\n 3,6 ; \"-2,5\" \r\n",
    "U,\tI\n3.7,\t1\n3.6,\t-2.5\n\n \n,\n",
    "Note, long;U;I\n\"a;\"\"b\";3,7;1\nx;3,6;-2,5\n;;\n",
    "\"U\",\"Note\",I\n\"3.7\",\"a,b\",1\n\"3.6\",\"\",-2.5\n",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *table = read_table (texts[i], (const char *const[]){ "U", "I", NULL });

      g_assert_cmpstr (table, ==, "3.7 1|3.6 -2.5|");
    }
}

/* Units in a header are for people; the settings name the quantity. */
static void
test_units_are_no_part_of_a_name (void)
{
  g_autofree char *table = read_table (
      "Time [s],Voltage (V), Current/A ,Temp [\xb0"
      "C],m/s^2,a (b) [c]\n1,2,3,4,5,6\n",
      (const char *const[]){ "Time", "Voltage", "Current", "Temp", "m", "a (b)", NULL });

  g_assert_cmpstr (table, ==, "1 2 3 4 5 6|");
  table = (g_free (table), read_table ("Voltage [V],Voltage [mV],Voltage\n1,2,3\n",
                                       (const char *const[]){ "Voltage", "Voltage [mV]", NULL }));
  g_assert_cmpstr (table, ==, "3 2|");
}

/* What cyclers write, and names that only look as if they had a unit. */
static void
test_units_are_found_in_titles (void)
{
  static const char *const cases[][3] = {
    { "I/mA", "I", "mA" },
    { "Ewe/V", "Ewe", "V" },
    { "<I>/mA", "<I>", "mA" },
    { "Q charge/discharge/mA.h", "Q charge/discharge", "mA.h" },
    { "Current(A)", "Current", "A" },
    { "Voltage / V", "Voltage", "V" },
    { "Cell Temperature [°C]", "Cell Temperature", "°C" },
    { "Aux T1 / °C", "Aux T1", "°C" },
    { "Test Time / s", "Test Time", "s" },
    { "电流(mA)", "电流", "mA" },
    { "电流（mA）", "电流", "mA" },
    { "Capacitance charge/µF", "Capacitance charge", "µF" },
    { "I_mA", "I", "mA" },
    { "time_h", "time", "h" },
    { "voltage_volt", "voltage", "volt" },
    { "Amps", "Amps", "A" },
    { "temperature_t1_celsius", "temperature_t1", "celsius" },
    { "SOC [%]", "SOC", "%" },
    { "Voltage#V", "Voltage", "V" },
    { "Voltage, V", "Voltage", "V" },
    { "mAmps", "mAmps", "mA" },
    { "current_a", "current", "a" },
    { "voltage_ma", "voltage_ma", NULL },
    { "Aux #1", "Aux #1", NULL },
    { "ox/red", "ox/red", NULL },
    { "dV/dt", "dV/dt", NULL },
    { "Step_Index", "Step_Index", NULL },
    { "Phase_C", "Phase_C", NULL },
    { "[V]", "[V]", NULL },
    { "Voltage", "Voltage", NULL },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("Other;%s\n1;2\n", cases[i][0]);
      g_autoptr (TableFile) file = open_data (text, strlen (text), NULL);

      g_assert_cmpstr (table_columns (file)[1], ==, cases[i][1]);
      g_assert_cmpstr (table_unit (file, 1), ==, cases[i][2]);
      g_assert_cmpint (table_find_column (file, cases[i][0], NULL), ==, 1);
    }
}

/* Whoever asks for a number first asks whether there is one. */
static void
test_cells_are_texts_and_may_be_missing (void)
{
  static const char text[] = "A,B,C\n,\" NaN \",1\nNA,n/a,2\nnull,-,3\n--,abc,4\n";
  g_autoptr (TableFile) file = open_data (text, strlen (text), NULL);
  size_t length = 0;

  for (int row = 0; row < 4; row++)
    {
      g_assert_cmpint (table_next_row (file, NULL), ==, TABLE_ROW);
      g_assert_cmpint (table_line (file), ==, row + 2);
      g_assert_true (table_cell_is_missing (file, 0));
      g_assert_true (table_cell_is_missing (file, 1) == (row < 3));
    }
  g_autofree char *cell = g_strndup (table_text (file, 1, &length), 3);
  g_assert_cmpstr (cell, ==, "abc");
  g_assert_cmpint (length, ==, 3);
}

static void
test_a_table_says_what_it_was_taken_for (void)
{
  static const char text[] = "U;I\n3,7;1\n";
  g_autoptr (TableFile) file = open_data (text, strlen (text), NULL);
  double value = 0;

  g_assert_null (table_decimal (file));
  g_assert_cmpint (table_next_row (file, NULL), ==, TABLE_ROW);
  g_assert_true (table_number (file, 0, &value, NULL));
  g_assert_cmpstr (table_decimal (file), ==, ",");
  g_assert_cmpstr (table_separator (file), ==, ";");
  g_assert_cmpstr (table_encoding (file), ==, "UTF-8");
  g_assert_cmpstr (table_format (file), ==, "table");
  g_assert_cmpint (table_header_line (file), ==, 1);
  g_assert_null (table_notes (file)[0]);
}

/* Taking one of two would be a guess. */
static void
test_an_ambiguous_name_is_refused_with_the_candidates (void)
{
  static const char text[] = "Voltage [V],Voltage (mV),Temp [C]\n1,2,3\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_data (text, strlen (text), NULL);

  g_assert_cmpint (table_find_column (file, "Voltage", &error), ==, -1);
  g_assert_nonnull (strstr (error->message, "line 1"));
  g_assert_nonnull (strstr (error->message, "\"Voltage [V]\", \"Voltage (mV)\""));
  g_assert_cmpint (table_find_column (file, "Voltage (mV)", NULL), ==, 1);

  /* Selections must use the names that a check reports. */
  const char *const *names = table_columns (file);
  g_assert_cmpstr (names[0], ==, "Voltage [V]");
  g_assert_cmpstr (names[1], ==, "Voltage (mV)");
  g_assert_cmpstr (names[2], ==, "Temp");
}

static void
test_what_is_no_table_is_refused_with_its_place (void)
{
  assert_refused ("U;I\n3,7;1\n3.6;1\n", "line 3, column \"U\"", "decimal point");
  assert_refused ("U;I\n3.7;1\n3.6;1,5\n", "line 3, column \"I\"", "decimal comma");
  assert_refused ("U;I\n1.234,5;1\n3;1\n", "line 2, column \"U\"", "not a number");
  assert_refused ("U,I\n\"3,7\",1\n3,6\n", "line 2, column \"U\"", "decimal comma");
  assert_refused ("U,I\n1,2\n\"3,4\n", "line 3, column 1", "quote");
  assert_refused ("U,I\n1,2\n\"3\"x,4\n", "line 3, column 1", "quote");
  assert_refused ("U,\"I\n1,2\n", "line 1, column 2", "quote");
  assert_refused ("U;I\n1;2\n1;2;3\n", "line 3", "column 3 is one too many");
  assert_refused ("U;I\n1;2\n1\n", "line 3", "column \"I\" is missing");
  assert_refused ("U;I\n1;2\n;\n1;2\n", "line 3", "empty");
  assert_refused ("U,I\r1,2\n3,4\n", "line 2", "3 cells");
}

/* A hostile header must not take seconds. */
static void
test_too_many_columns_are_refused (void)
{
  g_autofree char *line = g_strnfill (60000, ',');

  assert_refused (line, "line 1", "columns");
}

/* The provenance of a result names the bytes that were read. */
static void
test_the_digest_is_that_of_the_file (void)
{
  g_autoptr (GString) text = g_string_new ("U,I\n");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append_printf (text, "%d,%d\n", i, -i);
  g_string_append (text, "\n\n");

  g_autoptr (TableFile) file = open_data (text->str, text->len, &error);
  while (table_next_row (file, &error) == TABLE_ROW)
    continue;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
  g_assert_no_error (error);
  g_assert_cmpstr (table_digest (file), ==, digest);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/all kinds of tables are read", test_all_kinds_of_tables_are_read);
  g_test_add_func ("/table/units are not part of a name", test_units_are_no_part_of_a_name);
  g_test_add_func ("/table/units are found in titles", test_units_are_found_in_titles);
  g_test_add_func ("/table/cells are texts and may be missing",
                   test_cells_are_texts_and_may_be_missing);
  g_test_add_func ("/table/a table says what it was taken for",
                   test_a_table_says_what_it_was_taken_for);
  g_test_add_func ("/table/an ambiguous name is refused with the candidates",
                   test_an_ambiguous_name_is_refused_with_the_candidates);
  g_test_add_func ("/table/a file that is not a table is refused with the place",
                   test_what_is_no_table_is_refused_with_its_place);
  g_test_add_func ("/table/too many columns are refused", test_too_many_columns_are_refused);
  g_test_add_func ("/table/the digest is that of the file", test_the_digest_is_that_of_the_file);
  return g_test_run ();
}
