/* SPDX-License-Identifier: MIT */

/* Files of MATLAB, written here by the library that reads them. */

#include <glib.h>
#include <math.h>
#include <matio.h>
#include <stdint.h>
#include <string.h>

#include "daemon/vestim-estimate/data/table/table.h"
#include "tests/support/scratch.h"

#define N 5

static const double volts[N] = { 4.1, 4, 3.9, 3.8, 3.7 };
static const double amps[N] = { 0, -1, -2.5, -1e-7, 3 };

typedef struct
{
  char *folder;
  char *path;
  mat_t *file;
} Fixture;

static void
begin (Fixture *fixture, enum mat_ft version)
{
  fixture->folder = scratch_new ();
  fixture->path = g_build_filename (fixture->folder, "cell.mat", NULL);
  fixture->file = Mat_CreateVer (fixture->path, NULL, version);
  g_assert_nonnull (fixture->file);
}

static void
end_writing (Fixture *fixture)
{
  g_clear_pointer (&fixture->file, Mat_Close);
}

static void
end (Fixture *fixture)
{
  end_writing (fixture);
  scratch_free (fixture->folder);
  g_free (fixture->path);
}

static matvar_t *
new_matrix (const char *name, size_t n_rows, size_t n_columns, const double *values)
{
  size_t dims[] = { n_rows, n_columns };

  return Mat_VarCreate (name, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, dims, (void *) values, 0);
}

static matvar_t *
new_text (const char *text)
{
  size_t dims[] = { 1, strlen (text) };

  return Mat_VarCreate (NULL, MAT_C_CHAR, MAT_T_UTF8, 2, dims, (void *) text, 0);
}

static matvar_t *
new_texts (const char *name, const char *const *texts, size_t n)
{
  size_t dims[] = { n, 1 };
  matvar_t *cell = Mat_VarCreate (name, MAT_C_CELL, MAT_T_CELL, 2, dims, NULL, 0);

  for (size_t i = 0; i < n; i++)
    Mat_VarSetCell (cell, (int) i, new_text (texts[i]));
  return cell;
}

static void
write_variable (Fixture *fixture, matvar_t *variable)
{
  g_assert_cmpint (Mat_VarWrite (fixture->file, variable, MAT_COMPRESSION_ZLIB), ==, 0);
  Mat_VarFree (variable);
}

/* As the public sets of measurements have it. */
static void
write_meas (Fixture *fixture, const char *name)
{
  static const char *const names[] = { "Voltage", "Current", "Battery_Temp_degC", "TimeStamp",
                                       NULL };
  static const char *const stamps[] = { "5/21/2018 3:11:00 PM", "", "c", "d", "e" };
  const size_t dims[] = { 1, 1 };
  const double temperatures[] = { 25, NAN, 25.5, INFINITY, 24 };
  matvar_t *meas = Mat_VarCreateStruct2 (name, 2, dims, names);

  Mat_VarSetStructFieldByIndex (meas, 0, 0, new_matrix (names[0], N, 1, volts));
  Mat_VarSetStructFieldByIndex (meas, 1, 0, new_matrix (names[1], N, 1, amps));
  Mat_VarSetStructFieldByIndex (meas, 2, 0, new_matrix (names[2], N, 1, temperatures));
  Mat_VarSetStructFieldByIndex (meas, 3, 0, new_texts (names[3], stamps, N));
  write_variable (fixture, meas);
}

static TableFile *
open_table (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  end_writing (fixture);
  TableFile *table = table_open (fixture->path, NULL, &error);
  g_assert_no_error (error);
  return table;
}

static void
assert_refused (Fixture *fixture, const char *why)
{
  g_autoptr (GError) error = NULL;

  end_writing (fixture);
  g_autoptr (TableFile) table = table_open (fixture->path, NULL, &error);
  g_assert_null (table);
  if (!strstr (error->message, why))
    g_error ("\"%s\" lacks \"%s\"", error->message, why);
}

static void
assert_column (TableFile *table, const char *name, const double *expected)
{
  g_autoptr (GError) error = NULL;
  int column = table_find_column (table, name, &error);
  double value = NAN;
  size_t row = 0;

  g_assert_no_error (error);
  g_assert_false (table_is_text_column (table, column));
  for (; table_next_row (table, &error) == TABLE_ROW; row++)
    {
      g_assert_true (table_number (table, column, &value, &error));
      g_assert_cmpfloat (value, ==, expected[row]);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (row, ==, N);
}

static void
assert_noted (TableFile *table, const char *sentence)
{
  g_assert_true (g_strv_contains (table_notes (table), sentence));
}

static void
test_a_struct_of_columns_is_a_table (gconstpointer user)
{
  enum mat_ft version = GPOINTER_TO_INT (user);
  Fixture fixture = { 0 };

  begin (&fixture, version);
  write_meas (&fixture, "meas");
  g_autoptr (TableFile) table = open_table (&fixture);

  g_assert_cmpint (table_n_columns (table), ==, 4);
  g_assert_cmpstr (table_format (table), ==, version == MAT_FT_MAT73 ? "MATLAB 7.3" : "MATLAB 5");
  g_assert_cmpstr (table_unit (table, table_find_column (table, "Battery_Temp", NULL)), ==, "degC");
  g_assert_null (table_unit (table, table_find_column (table, "Voltage", NULL)));
  g_assert_null (table_encoding (table));
  assert_column (table, "Current", amps);
  g_assert_cmpuint (strlen (table_digest (table)), ==, 64);
  end (&fixture);
}

static void
test_cells_without_a_value_are_noted (gconstpointer user)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  double value = 0;
  size_t length = 0;

  begin (&fixture, GPOINTER_TO_INT (user));
  write_meas (&fixture, "meas");
  g_autoptr (TableFile) table = open_table (&fixture);
  int temperature = table_find_column (table, "Battery_Temp", NULL);
  int stamp = table_find_column (table, "TimeStamp", NULL);

  g_assert_true (table_is_text_column (table, stamp));
  table_next_row (table, NULL);
  const char *text = table_text (table, stamp, &length);
  g_assert_cmpmem (text, length, "5/21/2018 3:11:00 PM", 20);
  g_assert_false (table_cell_is_missing (table, temperature));
  table_next_row (table, NULL);
  g_assert_true (table_cell_is_missing (table, temperature));
  g_assert_true (table_cell_is_missing (table, stamp));
  g_assert_false (table_number (table, temperature, &value, &error));
  g_assert_nonnull (strstr (error->message, "row 2, column \"Battery_Temp_degC\": \"nan\" is not"));
  table_next_row (table, NULL);
  table_next_row (table, NULL);
  g_assert_false (table_number (table, temperature, &value, NULL));
  g_assert_false (table_cell_is_missing (table, temperature));
  end (&fixture);
}

static void
test_vectors_outside_of_structs_are_a_table (gconstpointer user)
{
  Fixture fixture = { 0 };
  size_t across[] = { 1, N };
  int16_t whole[N] = { -3, 0, 7, 32767, -32768 };
  mat_complex_split_t parts = { (void *) volts, (void *) amps };
  const double expected[N] = { -3, 0, 7, 32767, -32768 };

  begin (&fixture, GPOINTER_TO_INT (user));
  write_variable (&fixture, new_matrix ("V", N, 1, volts));
  write_variable (&fixture, Mat_VarCreate ("I", MAT_C_INT16, MAT_T_INT16, 2, across, whole, 0));
  write_variable (&fixture, new_matrix ("capacity", 1, 1, volts));
  write_variable (&fixture, new_matrix ("short", 3, 1, volts));
  write_variable (
      &fixture, Mat_VarCreate ("z", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, across, &parts, MAT_F_COMPLEX));
  g_autoptr (TableFile) table = open_table (&fixture);

  g_assert_cmpint (table_n_columns (table), ==, 2);
  assert_noted (table, "\"capacity\" is a single number: it is left out");
  assert_noted (table, "\"short\" has 3 values, not as many as the other columns: it is left out");
  assert_noted (table, "\"z\" is complex: it is left out");
  assert_column (table, "I", expected);
  end (&fixture);
}

static void
test_a_matrix_needs_names (gconstpointer user)
{
  static const char *const names[] = { "Voltage [V]", "Current [A]" };
  double values[2 * N];
  Fixture fixture = { 0 };

  memcpy (values, volts, sizeof volts);
  memcpy (values + N, amps, sizeof amps);
  begin (&fixture, GPOINTER_TO_INT (user));
  write_variable (&fixture, new_matrix ("data", N, 2, values));
  write_variable (&fixture, new_texts ("names", names, 2));
  g_autoptr (TableFile) table = open_table (&fixture);
  g_assert_cmpint (table_n_columns (table), ==, 2);
  g_assert_cmpstr (table_unit (table, 1), ==, "A");
  assert_column (table, "Current", amps);
  end (&fixture);

  begin (&fixture, GPOINTER_TO_INT (user));
  write_variable (&fixture, new_matrix ("data", N, 2, values));
  assert_refused (&fixture, "has no columns of equal length");
  end (&fixture);
}

/* Which of them a user means can't be known. */
static void
test_several_tables_are_refused (gconstpointer user)
{
  Fixture fixture = { 0 };

  begin (&fixture, GPOINTER_TO_INT (user));
  write_meas (&fixture, "charge");
  write_meas (&fixture, "drive");
  assert_refused (&fixture, "has several tables (charge, drive)");
  end (&fixture);

  begin (&fixture, GPOINTER_TO_INT (user));
  write_variable (&fixture, new_matrix ("a", 2, 1, volts));
  write_variable (&fixture, new_matrix ("b", 2, 1, volts));
  write_variable (&fixture, new_matrix ("c", 3, 1, volts));
  write_variable (&fixture, new_matrix ("d", 3, 1, volts));
  assert_refused (&fixture, "has columns of several lengths, 2 of each");
  end (&fixture);
}

static void
test_an_array_of_structs_is_no_table (gconstpointer user)
{
  static const char *const names[] = { "V", "I", NULL };
  const size_t dims[] = { 2, 1 };
  Fixture fixture = { 0 };
  matvar_t *rows = Mat_VarCreateStruct2 ("rows", 2, dims, names);

  for (size_t i = 0; i < 4; i++)
    Mat_VarSetStructFieldByIndex (rows, i % 2, i / 2, new_matrix (names[i % 2], 1, 1, volts));
  begin (&fixture, GPOINTER_TO_INT (user));
  write_variable (&fixture, rows);
  assert_refused (&fixture, "has no columns of equal length");
  end (&fixture);
}

static void
append (GByteArray *bytes, const void *data, size_t length)
{
  static const guint8 zeros[8] = { 0 };

  g_byte_array_append (bytes, data, (guint) length);
  g_byte_array_append (bytes, zeros, (8 - length % 8) % 8);
}

static void
append_element (GByteArray *bytes, uint32_t type, const void *data, size_t length)
{
  const uint32_t tag[] = { type, (uint32_t) length };

  g_byte_array_append (bytes, (const guint8 *) tag, sizeof tag);
  append (bytes, data, length);
}

/* What MATLAB writes for a variable T of its class table, as far as it is known. */
static void
append_object (const char *path)
{
  static const uint32_t flags[] = { MAT_C_OPAQUE, 0 };
  static const uint32_t marks[] = { 0xdd000000, 2, 1, 1, 1, 1 };
  static const int32_t dims[] = { 6, 1 };
  const uint32_t number_flags[] = { MAT_C_UINT32, 0 };
  g_autoptr (GByteArray) numbers = g_byte_array_new (), object = g_byte_array_new ();
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autofree char *before = NULL;
  size_t length = 0;

  append_element (numbers, MAT_T_UINT32, number_flags, sizeof number_flags);
  append_element (numbers, MAT_T_INT32, dims, sizeof dims);
  append_element (numbers, MAT_T_INT8, "", 0);
  append_element (numbers, MAT_T_UINT32, marks, sizeof marks);
  append_element (object, MAT_T_UINT32, flags, sizeof flags);
  append_element (object, MAT_T_INT8, "T", 1);
  append_element (object, MAT_T_INT8, "MCOS", 4);
  append_element (object, MAT_T_INT8, "table", 5);
  append_element (object, MAT_T_MATRIX, numbers->data, numbers->len);

  g_assert_true (g_file_get_contents (path, &before, &length, NULL));
  g_byte_array_append (whole, (const guint8 *) before, (guint) length);
  append_element (whole, MAT_T_MATRIX, object->data, object->len);
  g_assert_true (g_file_set_contents (path, (const char *) whole->data, whole->len, NULL));
}

/* Nobody but MATLAB reads them, and nearly everyone saves tables so. */
static void
test_an_object_is_refused_with_the_way_out (void)
{
  Fixture fixture = { 0 };

  begin (&fixture, MAT_FT_MAT5);
  end_writing (&fixture);
  append_object (fixture.path);
  assert_refused (&fixture, "table2struct (T, 'ToScalar', true)");
  end (&fixture);

  begin (&fixture, MAT_FT_MAT5);
  write_meas (&fixture, "meas");
  end_writing (&fixture);
  append_object (fixture.path);
  g_autoptr (TableFile) table = open_table (&fixture);
  g_assert_cmpint (table_n_columns (table), ==, 4);
  g_assert_cmpuint (g_strv_length ((char **) table_notes (table)), ==, 1);
  end (&fixture);
}

/* Opens the file with these bytes. Whether it is refused. */
static bool
is_refused (const Fixture *fixture, const char *bytes, size_t length)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, bytes, (gssize) length, NULL));
  g_autoptr (TableFile) table = table_open (fixture->path, NULL, &error);
  g_assert_true ((table != NULL) == (error == NULL));
  return table == NULL;
}

/* The library takes what is missing as zeros. */
static void
test_a_damaged_file_is_refused (void)
{
  Fixture fixture = { 0 };
  g_autofree char *bytes = NULL;
  size_t length = 0;

  begin (&fixture, MAT_FT_MAT5);
  write_meas (&fixture, "meas");
  end_writing (&fixture);
  g_assert_true (g_file_get_contents (fixture.path, &bytes, &length, NULL));
  for (size_t cut = 1; cut < length; cut += 23)
    g_assert_true (length - cut < 19 || is_refused (&fixture, bytes, length - cut));
  for (size_t at = 136; at < length; at += 7)
    {
      bytes[at] ^= 0x10;
      g_assert_true (is_refused (&fixture, bytes, length));
      bytes[at] ^= 0x10;
    }
  g_assert_false (is_refused (&fixture, bytes, length));
  end (&fixture);
}

static void
test_other_files_of_matlab_are_refused (void)
{
  Fixture fixture = { 0 };
  g_autofree char *bytes = NULL;
  size_t length = 0;

  begin (&fixture, MAT_FT_MAT5);
  end_writing (&fixture);
  assert_refused (&fixture, "has no columns of equal length");
  g_assert_true (g_file_get_contents (fixture.path, &bytes, &length, NULL));
  bytes[125] = 9;
  g_assert_true (g_file_set_contents (fixture.path, bytes, (gssize) length, NULL));
  assert_refused (&fixture, "save it with -v7");
  g_assert_true (g_file_set_contents (fixture.path, "\211HDF\r\n\032\n012345678", -1, NULL));
  assert_refused (&fixture, "an HDF5 file that MATLAB did not write");
  end (&fixture);
}

static void
add (const char *name, GTestDataFunc test)
{
  g_autofree char *five = g_strconcat ("/mat/5: ", name, NULL);
  g_autofree char *seven = g_strconcat ("/mat/7.3: ", name, NULL);

  g_test_add_data_func (five, GINT_TO_POINTER (MAT_FT_MAT5), test);
  g_test_add_data_func (seven, GINT_TO_POINTER (MAT_FT_MAT73), test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("a struct of columns is a table", test_a_struct_of_columns_is_a_table);
  add ("cells without a value are noted", test_cells_without_a_value_are_noted);
  add ("vectors outside of structs are a table", test_vectors_outside_of_structs_are_a_table);
  add ("a matrix needs names", test_a_matrix_needs_names);
  add ("several tables are refused", test_several_tables_are_refused);
  add ("an array of structs is no table", test_an_array_of_structs_is_no_table);
  g_test_add_func ("/mat/an object is refused with advice",
                   test_an_object_is_refused_with_the_way_out);
  g_test_add_func ("/mat/a damaged file is refused", test_a_damaged_file_is_refused);
  g_test_add_func ("/mat/other files of MATLAB are refused",
                   test_other_files_of_matlab_are_refused);
  return g_test_run ();
}
