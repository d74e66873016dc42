/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/vestim-estimate/data/table/table.h"
#include "tests/support/read-series.h"
#include "daemon/vestim-estimate/data/series.h"

/* A file of any bytes is refused with a sentence, or read as rows of finite numbers. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What people read is UTF-8, whatever the file has. */
static void
assert_utf8 (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

static void
check_facts (TableFile *file)
{
  for (int i = 0; i < table_n_columns (file); i++)
    {
      assert_utf8 (table_columns (file)[i]);
      assert_utf8 (table_unit (file, i) ? table_unit (file, i) : "");
    }
  for (const char *const *note = table_notes (file); *note; note++)
    assert_utf8 (*note);
}

static void
read_all_cells (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TableFile) file = table_open (path, NULL, &error);
  TableResult result = TABLE_FAILED;

  g_assert_true ((file != NULL) == (error == NULL));
  if (file)
    check_facts (file);

  while (file && (result = table_next_row (file, &error)) == TABLE_ROW)
    for (int i = 0; i < table_n_columns (file); i++)
      {
        g_autoptr (GError) fault = NULL;
        double value = NAN;

        if (table_number (file, i, &value, &fault))
          g_assert_true (isfinite (value) && !table_cell_is_missing (file, i));
        else
          assert_utf8 (fault->message);
      }
  g_assert_true ((result == TABLE_FAILED) == (error != NULL));
  assert_utf8 (error ? error->message : "");
  if (result == TABLE_END)
    check_facts (file);
}

static void
read_table_as_series (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Series) series =
      read_series (path, (const char *const[]){ "SOC", "Current", NULL }, "Voltage", &error);

  g_assert_true ((series != NULL) == (error == NULL));
  for (size_t row = 0; series && row < series->n_rows; row++)
    g_assert_true (isfinite (series->inputs[2 * row]) && isfinite (series->target[row]));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("table", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, size);
  read_all_cells (path);
  read_table_as_series (path);
  close (fd);
  return 0;
}
