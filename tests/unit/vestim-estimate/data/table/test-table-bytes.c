/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>
#include <zlib.h>

#include "daemon/vestim-estimate/data/table/table-bytes.h"
#include "daemon/vestim-estimate/data/table/table.h"
#include "tests/support/scratch.h"

/* From the bytes on disk to UTF-8: encodings, compression, and files that are no text. */

static TableFile *
open_bytes (const char *bytes, size_t length, const char *encoding, GError **error)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", bytes, length);
  TableFile *file = table_open (path, encoding, error);

  scratch_free (folder);
  return file;
}

/* Text in another encoding. */
static GByteArray *
encode (const char *text, const char *converter, const char *mark)
{
  gsize length = 0;
  g_autofree char *encoded = g_convert (text, -1, converter, "UTF-8", NULL, &length, NULL);
  GByteArray *bytes = g_byte_array_new ();

  g_assert_nonnull (encoded);
  g_byte_array_append (bytes, (const guint8 *) mark, (guint) strlen (mark));
  g_byte_array_append (bytes, (const guint8 *) encoded, (guint) length);
  return bytes;
}

static void
gzip (GByteArray *packed, const char *text, size_t length)
{
  z_stream stream = { 0 };
  guint8 *buffer = g_malloc (length + 1000);

  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  stream.next_in = (Bytef *) text;
  stream.avail_in = (uInt) length;
  stream.next_out = buffer;
  stream.avail_out = (uInt) length + 1000;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_append (packed, buffer, (guint) stream.total_out);
  deflateEnd (&stream);
  g_free (buffer);
}

/* Each with the names that its cyclers use. */
static void
test_encodings_are_found (void)
{
  static const struct
  {
    const char *text, *converter, *mark, *encoding, *name, *unit;
  } cases[] = {
    { "t,Temp [°C]\n1,20\n", "UTF-8", "", "UTF-8", "Temp", "°C" },
    { "t,Temp [°C]\n1,20\n", "UTF-8", "\xef\xbb\xbf", "UTF-8", "Temp", "°C" },
    { "t,Temp [°C]\n1,20\n", "UTF-16LE", "\xff\xfe", "UTF-16LE", "Temp", "°C" },
    { "t,Temp [°C]\n1,20\n", "UTF-16BE", "\xfe\xff", "UTF-16BE", "Temp", "°C" },
    { "t,Temp [°C]\n1,20\n", "UTF-16LE", "", "UTF-16LE", "Temp", "°C" },
    { "t,Temp [°C]\n1,20\n", "UTF-16BE", "", "UTF-16BE", "Temp", "°C" },
    { "t,Temp [°C]\n1,20\n", "CP1252", "", "cp1252", "Temp", "°C" },
    { "t,I [µA]\n1,20\n", "CP1252", "", "cp1252", "I", "µA" },
    { "t;Größe;T\n1;2;3\n", "CP1252", "", "cp1252", "Größe", NULL },
    { "t;Température (°C);T\n1;2;3\n", "CP1252", "", "cp1252", "Température", "°C" },
    { "时间(s),电压(V)\n1,3.7\n", "GB18030", "", "GB18030", "电压", "V" },
    { "t,温度(℃)\n1,20\n", "GB18030", "", "GB18030", "温度", "℃" },
    { "t,T1(℃)\n1,20\n", "GB18030", "", "GB18030", "T1", "℃" },
    { "t,电流（mA）\n1,20\n", "GB18030", "", "GB18030", "电流", "mA" },
    { "時間(s),電圧(V)\n1,3.7\n", "CP932", "", "Shift-JIS", "電圧", "V" },
    { "時間(s),温度(℃)\n1,3.7\n", "CP932", "", "Shift-JIS", "温度", "℃" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = encode (cases[i].text, cases[i].converter, cases[i].mark);
      g_autoptr (GError) error = NULL;
      g_autoptr (TableFile) file = open_bytes ((char *) bytes->data, bytes->len, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (table_encoding (file), ==, cases[i].encoding);
      g_assert_cmpstr (table_columns (file)[1], ==, cases[i].name);
      g_assert_cmpstr (table_unit (file, 1), ==, cases[i].unit);
      g_assert_cmpint (table_next_row (file, NULL), ==, TABLE_ROW);
      g_assert_cmpint (table_next_row (file, NULL), ==, TABLE_END);
    }
}

/* Whoever knows the encoding says so. */
static void
test_an_encoding_can_be_given (void)
{
  g_autoptr (GByteArray) bytes = encode ("t,ｱｲｳ\n1,2\n", "CP932", "");
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_bytes ((char *) bytes->data, bytes->len, "shift-jis", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (table_columns (file)[1], ==, "ｱｲｳ");
  g_assert_null (open_bytes ("t,U\n", 4, "latin9", &error));
  g_assert_nonnull (strstr (error->message, "cp1252, GB18030, Shift-JIS"));
}

/* A guess is called one. */
static void
test_an_encoding_that_is_not_clear_is_said (void)
{
  g_autoptr (TableFile) file = open_bytes ("t,U\xff\xfe\xfd\xff\n1,2\n", 12, NULL, NULL);

  g_assert_nonnull (strstr (table_notes (file)[0], "not clear"));
}

/* No row may be lost or doubled where a character or line spans two reads. */
static void
test_long_texts_are_converted_whole (void)
{
  static const char *const converters[] = { "UTF-16LE", "CP1252", "GB18030" };

  for (size_t i = 0; i < G_N_ELEMENTS (converters); i++)
    {
      g_autoptr (GString) text = g_string_new (i == 2 ? "n,温度,压\n" : "n,T °C,x\n");
      g_autoptr (GError) error = NULL;

      for (int row = 0; row < 60000; row++)
        g_string_append_printf (text, "%d,%d.5,%s\n", row, row, i == 2 ? "恒流放电" : "°");
      g_autoptr (GByteArray) bytes = encode (text->str, converters[i], "");
      g_autoptr (TableFile) file = open_bytes ((char *) bytes->data, bytes->len, NULL, &error);
      double value = 0;

      g_assert_no_error (error);
      for (int row = 0; row < 60000; row++)
        {
          size_t length = 0;

          g_assert_cmpint (table_next_row (file, &error), ==, TABLE_ROW);
          g_assert_true (table_number (file, 1, &value, &error));
          g_assert_cmpfloat (value, ==, row + 0.5);
          table_text (file, 2, &length);
          g_assert_cmpint (length, ==, i == 2 ? 12 : 2);
        }
      g_assert_cmpint (table_next_row (file, &error), ==, TABLE_END);
      g_autofree char *digest =
          g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
      g_assert_cmpstr (table_digest (file), ==, digest);
    }
}

static void
assert_refused (const char *bytes, size_t length, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = open_bytes (bytes, length, NULL, &error);

  while (file && table_next_row (file, &error) == TABLE_ROW)
    continue;
  if (!error || !strstr (error->message, reason))
    g_error ("\"%s\" does not say \"%s\"", error ? error->message : "nothing", reason);
}

static void
test_gzip_is_unpacked (void)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new ("U,I\n");
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append_printf (text, "%d,%d\n", i, -i);
  gzip (packed, text->str, 333333);
  gzip (packed, text->str + 333333, text->len - 333333);
  g_byte_array_append (packed, (const guint8 *) "\0\0\0\0", 4);

  g_autoptr (TableFile) file = open_bytes ((char *) packed->data, packed->len, NULL, &error);
  g_assert_no_error (error);
  while (table_next_row (file, &error) == TABLE_ROW)
    continue;
  g_autofree char *digest =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, packed->data, packed->len);
  g_assert_no_error (error);
  g_assert_cmpint (table_n_rows (file), ==, 100000);
  g_assert_cmpstr (table_digest (file), ==, digest);
  g_assert_nonnull (strstr (table_notes (file)[0], "gzip"));
}

/* Half a file must not pass for a whole one. */
static void
test_damaged_gzip_is_refused (void)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  static const char text[] = "U,I\n1,2\n3,4\n5,6\n";

  gzip (packed, text, strlen (text));
  assert_refused ((char *) packed->data, packed->len - 5, "end early");
  packed->data[packed->len - 6] ^= 1;
  assert_refused ((char *) packed->data, packed->len, "are wrong");
  packed->data[packed->len - 6] ^= 1;
  g_byte_array_append (packed, (const guint8 *) "x", 1);
  assert_refused ((char *) packed->data, packed->len, "gzip");
}

/* A few bytes must not keep the machine busy for hours. */
static void
test_a_gzip_bomb_is_refused (void)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new ("U,I\n");

  while (text->len < 100 * 1000 * 1000)
    g_string_append (text,
                     "1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n");
  gzip (packed, text->str, text->len);
  assert_refused ((char *) packed->data, packed->len, "300 times");
}

/* What is no text is named, with the way to a table. */
static void
test_other_kinds_of_files_are_named (void)
{
  static const char jet[] = "\0\1\0\0Standard Jet DB\0";
  static const char nul[] = "U,I\n1,2\n\0\0\0";

  assert_refused ("PK\3\4....xl/workbook.xml", 23, "save the sheet as CSV");
  assert_refused ("PK\3\4....data.csv", 16, "ZIP");
  assert_refused ("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "Excel");
  assert_refused ("BIO-LOGIC MODULAR FILE\x1a", 23, ".mpt");
  assert_refused (jet, sizeof jet - 1, "Arbin");
  assert_refused ("SQLite format 3", 15, "SQLite");
  assert_refused ("%PDF-1.7\n", 9, "PDF");
  assert_refused ("  <!DOCTYPE html>\n<p>1,2</p>\n", 29, "web page");
  assert_refused (nul, sizeof nul - 1, "line 3 has a NUL byte");
  assert_refused ("\xff\xfeU\0,\0I\0\n\0"
                  "1",
                  11, "UTF-16");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bytes/encodings are found", test_encodings_are_found);
  g_test_add_func ("/bytes/an encoding can be given", test_an_encoding_can_be_given);
  g_test_add_func ("/bytes/an unclear encoding is noted",
                   test_an_encoding_that_is_not_clear_is_said);
  g_test_add_func ("/bytes/long texts are converted whole", test_long_texts_are_converted_whole);
  g_test_add_func ("/bytes/gzip is unpacked", test_gzip_is_unpacked);
  g_test_add_func ("/bytes/damaged gzip is refused", test_damaged_gzip_is_refused);
  g_test_add_func ("/bytes/a gzip bomb is refused", test_a_gzip_bomb_is_refused);
  g_test_add_func ("/bytes/other kinds of files are named", test_other_kinds_of_files_are_named);
  return g_test_run ();
}
