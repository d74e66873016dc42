/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/data-traits.h"

#include "daemon/vestim-estimate/base/failure.h"

#include <math.h>
#include <string.h>

#define MAX_PERIOD_ERROR 0.05 /* share */

void
data_traits_init (DataTraits *traits)
{
  *traits = (DataTraits){
    .units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
  };
}

void
data_traits_clear (DataTraits *traits)
{
  g_clear_pointer (&traits->units, g_hash_table_unref);
}

/* (transfer full) all series (not owned), those of training first. */
static GPtrArray *
list_series (Dataset *const sets[DATA_N_SETS])
{
  GPtrArray *list = g_ptr_array_new ();

  for (int set = 0; set < DATA_N_SETS; set++)
    for (guint i = 0; i < sets[set]->series->len; i++)
      g_ptr_array_add (list, sets[set]->series->pdata[i]);
  return list;
}

static const SeriesColumn *
column_of (const Series *series, guint index)
{
  const GPtrArray *columns = series->facts->columns;

  return index < columns->len ? columns->pdata[index] : NULL;
}

/* Units */

static void
refuse_unknown_unit (const Series *without, const Series *with, guint index, GError **error)
{
  const SeriesColumn *unknown = column_of (without, index), *known = column_of (with, index);

  failure_set (error,
               "%s states no unit for \"%s\", but %s has \"%s\" [%s]: write the unit into the "
               "header, or state that of such columns with columns: {\"%s\": {\"unit\": \"%s\"}}",
               without->path, unknown->title, with->path, known->title, known->unit, known->name,
               known->unit);
}

static bool
is_soc_without_unit (const SeriesColumn *column)
{
  return !column->unit && g_ascii_strcasecmp (column->name, "SOC") == 0;
}

static bool
compare_unit (const Series *first, const Series *other, guint index, GError **error)
{
  const SeriesColumn *a = column_of (first, index), *b = column_of (other, index);

  if (!a->unit != !b->unit)
    refuse_unknown_unit (a->unit ? other : first, a->unit ? first : other, index, error);
  else if (a->unit && strcmp (a->unit, b->unit) != 0)
    failure_set (error,
                 "%s has \"%s\" in %s, but %s has \"%s\" in %s, and these units can't be converted "
                 "into each other: name the right column with columns: {\"%s\": {\"column\": …}}",
                 first->path, a->title, a->unit, other->path, b->title, b->unit, a->name);
  else if (is_soc_without_unit (a) && (a->max > DATA_LARGEST_SOC) != (b->max > DATA_LARGEST_SOC))
    failure_set (error,
                 "\"%s\" is up to %g in %s and up to %g in %s, and neither file states a unit: one "
                 "of them seems to be in percent; write the unit into the header",
                 a->name, a->max, first->path, b->max, other->path);
  else
    return true;
  return false;
}

static bool
compare_units (DataTraits *traits, const GPtrArray *all, GError **error)
{
  const Series *first = all->pdata[0];

  for (guint index = 0; index < first->facts->columns->len; index++)
    {
      const SeriesColumn *column = column_of (first, index);

      for (guint i = 1; i < all->len; i++)
        if (!compare_unit (first, all->pdata[i], index, error))
          return false;
      if (column->unit)
        g_hash_table_insert (traits->units, g_strdup (column->name), g_strdup (column->unit));
    }
  return true;
}

/* A name that no file has is a mistake: the column would be searched otherwise, without a word. */
static bool
check_named_columns (const GPtrArray *all, const VestimDataSettings *settings, GError **error)
{
  const Series *first = all->pdata[0];
  const VestimColumn *time = vestim_data_settings_find (settings, "Time");
  const char *time_column = settings->time_column ? settings->time_column
                            : time                ? time->column
                                                  : NULL;
  bool is_time_found = time_column == NULL;

  for (guint i = 0; i < all->len; i++)
    is_time_found |= ((const Series *) all->pdata[i])->facts->has_named_time;
  if (!is_time_found)
    {
      failure_set (error,
                   "selections.%s: no file has a column \"%s\": give a name that \"vestim-estimate "
                   "--check FILE\" shows",
                   settings->time_column ? "time_column" : "columns.Time.column", time_column);
      return false;
    }

  for (guint index = 0; index < first->facts->columns->len; index++)
    {
      const char *name = column_of (first, index)->name;
      const VestimColumn *setting = vestim_data_settings_find (settings, name);
      bool is_found = !setting || !setting->column;

      for (guint i = 0; i < all->len; i++)
        is_found |= column_of (all->pdata[i], index)->is_named;
      if (is_found)
        continue;
      failure_set (error,
                   "selections.columns.%s.column: no file has a column \"%s\": give a name that "
                   "\"vestim-estimate --check FILE\" shows",
                   name, setting->column);
      return false;
    }
  return true;
}

/* Sign of the current */

static void
refuse_sign (const Series *series, const Series *other, GError **error)
{
  g_autofree char *evidence = current_sign_explain (&series->facts->sign);
  g_autofree char *against = current_sign_explain (&other->facts->sign);

  failure_set (error,
               "%s: %s; but in %s, %s: give current_sign, \"discharge_negative\" or "
               "\"discharge_positive\", and the files with the other sign are converted",
               series->path, evidence, other->path, against);
}

static bool
compare_signs (DataTraits *traits, const GPtrArray *all, VestimCurrentSign wanted, GError **error)
{
  const Series *known = NULL, *converted = NULL, *unknown = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      const Series *series = all->pdata[i];
      const SeriesFacts *facts = series->facts;

      if (facts->is_sign_converted)
        converted = series;
      if (facts->sign.sign == VESTIM_SIGN_AS_WRITTEN)
        unknown = facts->has_current ? series : unknown;
      else if (!known)
        known = series;
      else if (wanted == VESTIM_SIGN_AS_WRITTEN && facts->sign.sign != known->facts->sign.sign)
        {
          refuse_sign (series, known, error);
          return false;
        }
    }

  traits->current_sign = wanted != VESTIM_SIGN_AS_WRITTEN ? wanted
                         : known                          ? known->facts->sign.sign
                                                          : VESTIM_SIGN_AS_WRITTEN;
  if (converted && unknown)
    failure_set (error,
                 "%s: the voltage does not show the sign of the current, but %s has the other "
                 "sign: leave the file out, or give all files one sign",
                 unknown->path, converted->path);
  return !converted || !unknown;
}

bool
data_traits_compare (DataTraits *traits, Dataset *const sets[DATA_N_SETS],
                     const VestimDataSettings *settings, GError **error)
{
  g_autoptr (GPtrArray) all = list_series (sets);

  return check_named_columns (all, settings, error) && compare_units (traits, all, error)
         && compare_signs (traits, all, settings->current_sign, error);
}

/* Periods */

static bool
is_other_period (double a, double b)
{
  return fabs (a / b - 1) > MAX_PERIOD_ERROR;
}

bool
data_traits_compare_periods (DataTraits *traits, Dataset *const sets[DATA_N_SETS],
                             bool do_periods_matter, GPtrArray *notes, GError **error)
{
  g_autoptr (GPtrArray) all = list_series (sets);
  const Series *known = NULL, *unknown = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      const Series *series = all->pdata[i];
      double period = series_period (series);

      if (!isfinite (period))
        unknown = series;
      else if (!known)
        {
          known = series;
          traits->period_s = period;
        }
      else if (is_other_period (period, traits->period_s))
        {
          g_autofree char *sentence =
              g_strdup_printf ("%s has a row every %g s, but %s has one every %g s", series->path,
                               period, known->path, traits->period_s);

          if (do_periods_matter)
            {
              failure_set (error,
                           "%s, and a network that remembers rows learns one period: resample "
                           "the files with preprocessing.resample_s",
                           sentence);
              return false;
            }
          g_ptr_array_add (notes, g_steal_pointer (&sentence));
        }
    }
  if (known && unknown)
    g_ptr_array_add (notes,
                     g_strdup_printf ("%s has no times: its rows are taken as %g s apart, as "
                                      "in %s",
                                      unknown->path, traits->period_s, known->path));
  return true;
}

const char *
data_traits_unit (const DataTraits *traits, const VestimPreprocessing *preprocessing,
                  const char *name)
{
  const VestimDerived *derived =
      preprocessing ? vestim_derived_find (preprocessing->derived, name) : NULL;

  if (derived)
    return derived->kind == VESTIM_DERIVED_PRODUCT
               ? NULL
               : data_traits_unit (traits, preprocessing, derived->of);
  if (!vestim_preprocessing_computes (preprocessing, name))
    return g_hash_table_lookup (traits->units, name);
  if (preprocessing->soc && strcmp (name, VESTIM_SOC_COLUMN) == 0)
    return "1";
  return g_hash_table_contains (traits->units, VESTIM_POWER_VOLTAGE)
                 && g_hash_table_contains (traits->units, VESTIM_POWER_CURRENT)
             ? "W"
             : NULL;
}

/* A model */

static bool
soc_fits (const DataTraits *traits, const Series *series, const SeriesColumn *column,
          GError **error)
{
  if (!is_soc_without_unit (column) || !(traits->soc_max > 0)
      || (column->max > DATA_LARGEST_SOC) == (traits->soc_max > DATA_LARGEST_SOC))
    return true;
  failure_set (error,
               "\"%s\" is up to %g in %s, which states no unit, and up to %g in the training files "
               "of the model: one of them seems to be in %%; write the unit into the header",
               column->title, column->max, series->path, traits->soc_max);
  return false;
}

/* All columns at once, so that one correction is enough. */
static void
refuse_no_units (const DataTraits *traits, const Series *series, GError **error)
{
  const GPtrArray *columns = series->facts->columns;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) units = g_string_new (NULL);
  g_autoptr (GString) setting = g_string_new (NULL);

  for (guint i = 0; i < columns->len; i++)
    {
      const SeriesColumn *column = columns->pdata[i];
      const char *wanted = g_hash_table_lookup (traits->units, column->name);
      const char *comma = names->len > 0 ? ", " : "";

      if (!wanted || column->unit)
        continue;
      g_string_append_printf (names, "%s\"%s\"", comma, column->name);
      g_string_append_printf (units, "%s\"%s\" in %s", comma, column->name, wanted);
      g_string_append_printf (setting, "%s\"%s\": {\"unit\": \"%s\"}", comma, column->name, wanted);
    }
  failure_set (error,
               "%s states no unit for %s, but the model was trained with %s: write the unit into "
               "the header, or train with columns: {%s}, which then counts for such files",
               series->path, names->str, units->str, setting->str);
}

/* A unit that the model does not know is the canonical one, as in all of its training files. */
bool
data_traits_fit (const DataTraits *traits, const Series *series, GError **error)
{
  const SeriesFacts *facts = series->facts;

  for (guint i = 0; i < facts->columns->len; i++)
    {
      const SeriesColumn *column = facts->columns->pdata[i];
      const char *wanted = g_hash_table_lookup (traits->units, column->name);

      if (!soc_fits (traits, series, column, error))
        return false;
      if (!wanted || g_strcmp0 (wanted, column->unit) == 0)
        continue;
      if (column->unit)
        failure_set (
            error,
            "%s has \"%s\" in %s, but the model was trained with %s, and these units can't "
            "be converted into each other: name the right column \"%s\"",
            series->path, column->title, column->unit, wanted, column->name);
      else
        refuse_no_units (traits, series, error);
      return false;
    }

  if (facts->is_sign_converted || facts->sign.sign == VESTIM_SIGN_AS_WRITTEN
      || traits->current_sign == VESTIM_SIGN_AS_WRITTEN || facts->sign.sign == traits->current_sign)
    return true;

  g_autofree char *evidence = current_sign_explain (&facts->sign);
  failure_set (error,
               "%s: %s, but the model was trained with the other sign: change the sign in the "
               "file, or train with current_sign, which converts such files",
               series->path, evidence);
  return false;
}

bool
data_traits_fit_period (const DataTraits *traits, const Series *series, GError **error)
{
  double period = series_period (series);

  if (!(traits->period_s > 0) || !isfinite (period) || !is_other_period (period, traits->period_s))
    return true;
  failure_set (error,
               "%s has a row every %g s, but the model was trained with one every %g s: resample "
               "the file, or train with preprocessing.resample_s, which resamples such files",
               series->path, period, traits->period_s);
  return false;
}

/* Notes */

GPtrArray *
data_traits_notes (Dataset *const sets[DATA_N_SETS])
{
  g_autoptr (GPtrArray) all = list_series (sets);
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GHashTable) firsts = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *notes = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < all->len; i++)
    {
      const Series *series = all->pdata[i];

      for (guint k = 0; k < series->facts->notes->len; k++)
        {
          char *note = series->facts->notes->pdata[k];
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, note));

          if (n == 0)
            {
              g_ptr_array_add (order, note);
              g_hash_table_insert (firsts, note, series->path);
            }
          g_hash_table_insert (counts, note, GUINT_TO_POINTER (n + 1));
        }
    }

  for (guint i = 0; i < order->len; i++)
    {
      const char *note = order->pdata[i], *path = g_hash_table_lookup (firsts, note);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, note));

      g_ptr_array_add (notes, n > 1 ? g_strdup_printf ("%s and %u more: %s", path, n - 1, note)
                                    : g_strdup_printf ("%s: %s", path, note));
    }
  return notes;
}
