/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-file-summary.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "common/client/vestim-file-check.h"
#include "gui/base/dash-file-columns.h"

/* Of a file. Sums of such numbers don't overflow. */
#define MAX_ROWS (G_GINT64_CONSTANT (1) << 40)

/* The sentence after its path: it is shown below the path. */
static const char *
without_path (const char *text, const char *path)
{
  if (!g_str_has_prefix (text, path))
    return text;
  text += strlen (path);
  return text + strspn (text, ", ");
}

/* By its name, or as the only one with the role of that name. */
static gboolean
has_column (const VestimFileCheck *check, const char *name)
{
  const char *role = dash_file_columns_role (name);
  guint n = 0;

  for (gsize i = 0; role != NULL && check->roles[i] != NULL; i++)
    n += g_str_equal (check->roles[i], role) ? 1 : 0;
  return n == 1 || g_strv_contains ((const char *const *) check->columns, name);
}

/* (transfer full) (nullable) */
static char *
describe_missing (const char *path, const VestimFileCheck *check, const char *const *needed)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  g_autofree char *name = NULL;
  guint n = 0;

  for (gsize i = 0; needed[i] != NULL; i++)
    if (!has_column (check, needed[i]))
      g_string_append_printf (missing, "%s%s", n++ > 0 ? ", " : "", needed[i]);
  if (n == 0)
    return NULL;
  if (g_str_equal (path, check->path))
    return g_strdup_printf (ngettext ("There is no column %s.", "There are no columns %s.", n),
                            missing->str);
  name = g_path_get_basename (check->path);
  return g_strdup_printf (ngettext ("%s has no column %s.", "%s has no columns %s.", n), name,
                          missing->str);
}

/* (nullable) (transfer full) what is wrong with the first file that has a fault. */
static char *
describe_fault (const char *path, GPtrArray *checks, const char *const *needed)
{
  for (guint i = 0; i < checks->len; i++)
    {
      const VestimFileCheck *check = checks->pdata[i];
      char *missing;

      if (check->error != NULL)
        return g_strdup (without_path (check->error, path));
      missing = describe_missing (path, check, needed);
      if (missing != NULL)
        return missing;
    }
  return NULL;
}

/* (transfer full) "2 files · 6762 rows · every 1 s · SOC, Current, Temp, Voltage" */
static char *
describe_content (const char *path, GPtrArray *checks)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const VestimFileCheck *first = checks->pdata[0];
  g_autofree char *columns = g_strjoinv (", ", first->columns);
  g_autofree char *n_rows = NULL;
  double period = first->period_s;
  gint64 rows = 0;

  for (guint i = 0; i < checks->len; i++)
    {
      const VestimFileCheck *check = checks->pdata[i];

      rows += CLAMP (check->rows, 0, MAX_ROWS);
      if (check->period_s != period)
        period = NAN;
    }
  if (checks->len > 1 || !g_str_equal (path, first->path))
    g_string_append_printf (text, ngettext ("%u file · ", "%u files · ", checks->len), checks->len);
  n_rows = g_strdup_printf ("%" G_GINT64_FORMAT, rows);
  g_string_append_printf (text, ngettext ("%s row", "%s rows", (gulong) rows), n_rows);
  if (isfinite (period))
    g_string_append_printf (text, _ (" · every %.4g s"), period);
  g_string_append_printf (text, " · %s", columns);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_wrong (const VestimFileCheck *check, const char *const *needed)
{
  if (check->error != NULL)
    return TRUE;
  for (gsize i = 0; needed[i] != NULL; i++)
    if (!has_column (check, needed[i]))
      return TRUE;
  return FALSE;
}

guint
dash_file_summary_count_wrong (GPtrArray *checks, const char *const *needed)
{
  guint n;

  g_return_val_if_fail (checks != NULL && needed != NULL, 0);
  n = checks->len == 0 ? 1 : 0;
  for (guint i = 0; i < checks->len; i++)
    n += is_wrong (checks->pdata[i], needed) ? 1 : 0;
  return n;
}

char *
dash_file_summary_describe (const char *path, GPtrArray *checks, const char *const *needed,
                            gboolean *wrong)
{
  char *fault;

  g_return_val_if_fail (path != NULL && checks != NULL && needed != NULL && wrong != NULL, NULL);
  fault = describe_fault (path, checks, needed);
  *wrong = fault != NULL || checks->len == 0;
  if (checks->len == 0)
    return g_strdup (_ ("The server found nothing there."));
  return fault != NULL ? fault : describe_content (path, checks);
}

void
dash_file_summary_add_columns (GPtrArray *checks, GPtrArray *columns)
{
  g_return_if_fail (checks != NULL && columns != NULL);
  for (guint i = 0; i < checks->len; i++)
    {
      const VestimFileCheck *check = checks->pdata[i];

      /* The columns of a file with a fault may be anything. */
      for (char **column = check->columns; *column != NULL && check->error == NULL; column++)
        if (!g_ptr_array_find_with_equal_func (columns, *column, g_str_equal, NULL))
          g_ptr_array_add (columns, g_strdup (*column));
    }
}

gboolean
dash_file_summary_is_data_folder (const char *path, GPtrArray *checks)
{
  static const char *const folders[] = { "train", "val", "test" };
  guint found = 0;

  g_return_val_if_fail (path != NULL && checks != NULL, FALSE);
  for (guint i = 0; i < checks->len; i++)
    {
      const VestimFileCheck *check = checks->pdata[i];
      g_autofree char *folder = g_path_get_dirname (check->path);
      gboolean known = FALSE;

      for (gsize k = 0; k < G_N_ELEMENTS (folders) && !known; k++)
        {
          g_autofree char *expected = g_build_filename (path, folders[k], NULL);

          known = g_str_equal (folder, expected) || g_str_equal (check->path, expected);
          found |= known ? 1u << k : 0;
        }
      if (!known)
        return FALSE;
    }
  return found == 7;
}
