/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "daemon/vestim-estimate/data/dataset.h"
#include "tests/support/scratch.h"

/* Units, times, gaps, missing cells and the sign of the current. */

static const char *const inputs[] = { "SOC", "Current", NULL };

static VestimDataSettings *
read_settings (const char *json)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (json, strlen (json), NULL);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  const VestimFieldReader reader = { vestim_json_root (doc), "", errors };
  VestimDataSettings *settings = vestim_data_settings_new ();

  vestim_data_settings_read (&reader, settings);
  g_assert_cmpuint (errors->len, ==, 0);
  return settings;
}

static Series *
read_text (const char *json, const char *text, GError **error)
{
  char *folder = scratch_new ();
  g_autofree char *path = scratch_file (folder, "a.csv", text, strlen (text));
  g_autoptr (VestimDataSettings) settings = read_settings (json);
  const SeriesRequest request = { .inputs = inputs, .target = "Voltage", .settings = settings };
  Series *series = series_read (path, &request, error);

  scratch_free (folder);
  return series;
}

static Series *
read_good (const char *json, const char *text)
{
  g_autoptr (GError) error = NULL;
  Series *series = read_text (json, text, &error);

  g_assert_no_error (error);
  return series;
}

static void
assert_refused (const char *json, const char *text, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_text (json, text, &error));
  if (!strstr (error->message, word))
    g_error ("\"%s\" does not say \"%s\"", error->message, word);
}

static bool
has_note (const Series *series, const char *word)
{
  for (guint i = 0; i < series->facts->notes->len; i++)
    if (strstr (series->facts->notes->pdata[i], word))
      return true;
  return false;
}

/* Columns */

/* A factor of 1000 that nobody notices makes every figure worthless. */
static void
test_units_are_converted (void)
{
  g_autoptr (Series) series =
      read_good ("{}", "SOC [%],Current(mA),Voltage/mV\n100,-2000,4100\n50,1500,3700\n");
  const SeriesColumn *current = series->facts->columns->pdata[1];

  g_assert_cmpfloat (series->inputs[0], ==, 1);
  g_assert_cmpfloat (series->inputs[1], ==, -2);
  g_assert_cmpfloat_with_epsilon (series->target[1], 3.7, 1e-12);
  g_assert_cmpstr (current->unit, ==, "A");
  g_assert_true (has_note (series, "converted from mA to A"));
}

/* A name of one byte of Shift-JIS is a sign of cp1252, too. */
static void
test_an_encoding_is_taken_as_given (void)
{
  static const char text[] = "SOC,\xb1,Voltage\n1,-2,4.1\n0.9,-2,4.0\n";
  static const char columns[] = "\"columns\": {\"Current\": \"ｱ\"}";
  g_autofree char *without = g_strdup_printf ("{%s}", columns);
  g_autofree char *with = g_strdup_printf ("{%s, \"encoding\": \"shift-jis\"}", columns);
  g_autoptr (Series) series = read_good (with, text);

  g_assert_cmpfloat (series->inputs[1], ==, -2);
  assert_refused (without, text, "no column \"Current\"");
}

static void
test_columns_are_found_by_their_role (void)
{
  g_autoptr (Series) series =
      read_good ("{}", "I/mA,Ecell/V,soc,Temperature\n-2000,4.1,1,25\n1500,3.7,0.5,25\n");

  g_assert_cmpfloat (series->inputs[0], ==, 1);
  g_assert_cmpfloat (series->inputs[1], ==, -2);
  g_assert_cmpfloat (series->target[1], ==, 3.7);
}

static void
test_several_columns_of_one_role_are_refused (void)
{
  const char *text = "SOC,I1 [A],I2 [A],Voltage\n1,1,2,4\n1,1,2,4\n";
  g_autoptr (Series) series =
      read_good ("{\"columns\": {\"Current\": {\"column\": \"I2 [A]\"}}}", text);

  assert_refused ("{}", text, "\"I1 [A]\", \"I2 [A]\"");
  g_assert_cmpfloat (series->inputs[1], ==, 2);
}

/* A column whose unit does not fit its name may be anything. */
static void
test_a_wrong_unit_is_refused_unless_stated (void)
{
  const char *text = "SOC,Current [A/kg],Voltage\n1,500,4\n1,500,4\n";
  g_autoptr (Series) stated = read_good (
      "{\"columns\": {\"Current\": {\"column\": \"Current [A/kg]\", \"unit\": \"mA\"}}}", text);

  assert_refused ("{}", text, "the unit \"A/kg\" is not one of a current");
  assert_refused ("{}", "SOC,Current (raw),Voltage\n1,500,4\n1,500,4\n", "the unit \"raw\"");
  g_assert_cmpfloat (stated->inputs[1], ==, 0.5);
}

static void
test_names_can_be_units (void)
{
  g_autoptr (Series) series = read_good ("{}", "SOC%,Amps,Volts\n50,1,4\n50,1,4\n");

  g_assert_cmpfloat (series->inputs[0], ==, 0.5);
  g_assert_cmpstr (((SeriesColumn *) series->facts->columns->pdata[1])->unit, ==, "A");
}

/* A unit without a column does not contradict a file that states one. */
static void
test_units_can_be_stated (void)
{
  g_autoptr (Series) plain = read_good ("{\"columns\": {\"Current\": {\"unit\": \"mA\"}}}",
                                        "SOC,Current,Voltage\n1,500,4\n1,500,4\n");
  g_autoptr (Series) stated = read_good ("{\"columns\": {\"Current\": {\"unit\": \"mA\"}}}",
                                         "SOC,Current [A],Voltage\n1,0.5,4\n1,0.5,4\n");
  g_autoptr (Series) named =
      read_good ("{\"columns\": {\"Current\": {\"column\": \"x\", \"unit\": \"mA\"}}}",
                 "SOC,x,Voltage\n1,500,4\n1,500,4\n");

  g_assert_cmpfloat (plain->inputs[1], ==, 0.5);
  g_assert_cmpfloat (stated->inputs[1], ==, 0.5);
  g_assert_cmpfloat (named->inputs[1], ==, 0.5);
  assert_refused ("{\"columns\": {\"Current\": {\"unit\": \"furlong\"}}}",
                  "SOC,Current,Voltage\n1,500,4\n1,500,4\n", "selections.columns.Current.unit");
}

/* Times */

static void
assert_times (const char *json, const char *title, const char *first, const char *second,
              double wanted)
{
  g_autofree char *text =
      g_strdup_printf ("%s;SOC;Current;Voltage\n%s;1;1;4\n%s;1;1;4\n", title, first, second);
  g_autoptr (Series) series = read_good (json, text);

  g_assert_nonnull (series->times);
  g_assert_cmpfloat_with_epsilon (series->times[1] - series->times[0], wanted, 1e-9);
}

static void
test_times_become_seconds (void)
{
  assert_times ("{}", "Time", "0", "1", 1);
  assert_times ("{}", "Time [ms]", "0", "100", 0.1);
  assert_times ("{}", "Prog Time", "00:00:00.5", "00:01:00", 59.5);
  assert_times ("{}", "~Time[h]", "0", "0.5", 1800);
  assert_times ("{}", "Date_Time", "2021-03-04 10:00:00", "2021-03-04 10:00:02", 2);
  assert_times ("{}", "Total Time", "0d 23:59:59", "1d 00:00:00", 1);
  assert_times ("{\"time_column\": \"clock\"}", "clock", "3", "5", 2);
  assert_times ("{\"columns\": {\"Time\": {\"column\": \"n\", \"unit\": \"min\"}}}", "n", "3", "5",
                120);
}

/* The time since the start of a step starts again with each step. */
static void
test_the_time_of_the_test_wins (void)
{
  g_autoptr (Series) series =
      read_good ("{}", "Time,Step Time,Test Time,SOC,Current,Voltage\n0,0,7,1,1,4\n0,0,8,1,1,4\n");

  g_assert_cmpfloat (series->times[0], ==, 7);
}

static void
test_times_that_are_not_understood_are_told (void)
{
  g_autoptr (Series) odd = read_good ("{}", "Time,SOC,Current,Voltage\nnoon,1,1,4\nlater,1,1,4\n");
  g_autoptr (Series) serial =
      read_good ("{}", "DateTime,SOC,Current,Voltage\n44000.5,1,1,4\n44000.6,1,1,4\n");
  g_autoptr (Series) ambiguous = read_good (
      "{}", "Date,SOC,Current,Voltage\n01/02/2021 10:00:00,1,1,4\n02/02/2021 10:00:00,1,1,4\n");

  g_assert_true (!odd->times && has_note (odd, "\"noon\""));
  g_assert_true (!serial->times && has_note (serial, "days, seconds or milliseconds"));
  g_assert_true (!ambiguous->times && has_note (ambiguous, "month"));
  assert_refused ("{\"time_column\": \"DateTime\"}",
                  "DateTime,SOC,Current,Voltage\n44000.5,1,1,4\n44000.6,1,1,4\n", "days, seconds");
  assert_refused (
      "{\"time_column\": \"Date\"}",
      "Date,SOC,Current,Voltage\n01/02/2021 10:00:00,1,1,4\n02/02/2021 10:00:00,1,1,4\n", "month");
}

#define UNORDERED "Time,SOC,Current,Voltage\n0,1,0,4\n2,1,2,4\n1,1,1,4\n2,1,9,4\n3,1,3,4\n"

static void
assert_currents (const Series *series, const char *wanted)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (size_t row = 0; row < series->n_rows; row++)
    g_string_append_printf (found, "%s%g", row ? " " : "", series->inputs[2 * row + 1]);
  g_assert_cmpstr (found->str, ==, wanted);
}

static void
test_wrong_times_are_refused_sorted_or_dropped (void)
{
  g_autoptr (Series) sorted = read_good ("{\"on_time_error\": \"sort\"}", UNORDERED);
  g_autoptr (Series) dropped = read_good ("{\"on_time_error\": \"drop\"}", UNORDERED);

  assert_refused ("{}", UNORDERED,
                  "line 4, column \"Time\": the time goes back from 2 s to 1 s (2 rows of ");
  assert_currents (sorted, "0 1 2 3");
  assert_currents (dropped, "0 2 3");
  g_assert_cmpuint (dropped->facts->n_time_errors, ==, 2);
  g_assert_true (has_note (sorted, "in 2 of 5 rows: the rows are sorted by \"Time\", and 1 with"));
  g_assert_true (
      has_note (dropped, "2 of 5 rows are left out, because the time in \"Time\" goes back"));
}

/* The advice to sort or drop would lose all steps but one, or mix them. */
static void
test_times_of_steps_are_refused_with_another_advice (void)
{
  const char *steps = "Time,SOC,Current,Voltage\n"
                      "0,1,0,4\n1,1,1,4\n0,1,2,4\n1,1,3,4\n0,1,4,4\n1,1,5,4\n";

  assert_refused ("{}", steps, "\"drop\" would leave 2 rows");
}

/* Absent columns */

static void
test_what_to_do_about_absent_columns (void)
{
  const char *text = "Q,Current,Voltage\n1,0,4\n1,1,4\n";

  assert_refused ("{}", text, "name it with the setting columns, or count it with the setting soc");
  assert_refused ("{\"columns\": {\"SOC\": {\"column\": \"Charge\"}}}", text,
                  "there is no column \"SOC\"");
}

/* Units that no file needs */

/* The model would keep such a unit, and refuse the first file that needs it. */
static void
test_stated_units_must_be_of_the_column (void)
{
  const char *text = "SOC,Current [A],Voltage\n1,0,4\n1,1,4\n";
  g_autoptr (Series) good = read_good ("{\"columns\": {\"Current\": {\"unit\": \"mA\"}}}", text);

  assert_refused ("{\"columns\": {\"Current\": {\"unit\": \"V\"}}}", text,
                  "selections.columns.Current.unit: \"V\" is not a unit of this column");
  assert_refused (
      "{\"columns\": {\"Current\": {\"unit\": \"furlong\"}}}", text,
      "selections.columns.Current.unit: \"furlong\" is not a unit that can be converted");
  assert_currents (good, "0 1");
}

/* Gaps */

static void
test_gaps_cut_a_file (void)
{
  const char *text = "Time,SOC,Current,Voltage\n"
                     "0,1,0,4\n1,1,1,4\n2,1,2,4\n7,1,3,4\n8,1,4,4\n13.1,1,5,4\n14.1,1,6,4\n";
  g_autoptr (Series) series = read_good ("{}", text);
  g_autoptr (Series) longer = read_good ("{\"max_gap\": 6}", text);

  g_assert_cmpuint (series->n_rows, ==, 7);
  g_assert_cmpuint (series_n_segments (series), ==, 2);
  g_assert_cmpuint (series_segment_begin (series, 1), ==, 5);
  g_assert_cmpuint (series_segment_end (series, 0), ==, 5);
  g_assert_cmpuint (series_segment_of (series, 4), ==, 0);
  g_assert_cmpuint (series_segment_of (series, 5), ==, 1);
  g_assert_cmpuint (series->facts->n_gaps, ==, 1);
  g_assert_cmpuint (longer->facts->n_gaps, ==, 0);
}

/* What was before a pause of an hour must not explain what comes after it. */
static void
test_windows_end_at_a_cut (void)
{
  g_autoptr (Series) series = read_good (
      "{}", "Time,SOC,Current,Voltage\n0,1,0,4\n1,1,1,4\n2,1,2,4\n3600,1,3,4\n3601,1,4,4\n");

  series->scaled_inputs = g_new0 (float, 10);
  NetworkWindow first = series_window (series, 3, 3), second = series_window (series, 4, 3);

  g_assert_true (first.rows == series->scaled_inputs + 6 && first.repeats == 2);
  g_assert_true (second.rows == series->scaled_inputs + 6 && second.repeats == 1);
}

/* The rows that are kept for validation have the cuts that they had. */
static void
test_the_segments_of_a_part_stay (void)
{
  g_autoptr (Series) series =
      read_good ("{}", "Time,SOC,Current,Voltage\n0,1,0,4\n1,1,1,4\n2,1,2,4\n90,1,3,4\n91,1,4,4\n");
  g_autoptr (GArray) in_segment = series_split_segments (series, 4);
  g_autoptr (GArray) at_cut = NULL;
  g_autoptr (GArray) before = NULL;

  g_assert_cmpuint (in_segment->len, ==, 1);
  g_assert_cmpuint (series_n_segments (series), ==, 2);
  at_cut = series_split_segments (series, 3);
  g_assert_cmpuint (at_cut->len, ==, 1);
  g_assert_cmpuint (series_n_segments (series), ==, 1);
  before = series_split_segments (series, 2);
  g_assert_cmpuint (before->len, ==, 1);
}

/* Missing cells */

#define HOLES "Time,SOC,Current,Voltage\n0,1,0,4\n1,1,,4\n2,1,NaN,4\n3,1,3,4\n4,1,4,4\n"

static void
test_missing_cells_are_refused_dropped_or_filled (void)
{
  g_autoptr (Series) dropped = read_good ("{\"missing\": \"drop\"}", HOLES);
  g_autoptr (Series) filled = read_good ("{\"missing\": {\"interpolate\": 2}}", HOLES);

  assert_refused ("{}", HOLES, "line 3, column \"Current\": the cell is missing");
  assert_refused ("{\"missing\": {\"interpolate\": 1}}", HOLES, "line 3: 2 successive cells");
  assert_currents (dropped, "0 3 4");
  assert_currents (filled, "0 1 2 3 4");
  g_assert_cmpuint (dropped->facts->n_missing, ==, 2);
  g_assert_cmpuint (dropped->facts->n_dropped, ==, 2);
  g_assert_true (has_note (dropped, "2 of 5 rows are left out, because cells are missing"));
}

static void
test_the_ends_of_a_file_are_not_filled (void)
{
  assert_refused ("{\"missing\": {\"interpolate\": 5}}",
                  "SOC,Current,Voltage\n1,,4\n1,1,4\n1,2,4\n", "line 2");
  assert_refused ("{\"missing\": {\"interpolate\": 5}}",
                  "SOC,Current,Voltage\n1,1,4\n1,1,4\n1,,4\n", "line 4");
}

/* Words are no missing cells. */
static void
test_other_texts_are_not_missing (void)
{
  assert_refused ("{\"missing\": \"drop\"}", "SOC,Current,Voltage\n1,1,4\n1,x,4\n1,2,4\n",
                  "\"x\" is not a number");
}

/* Sign */

/* A resistance of `ohm`, with 20 steps of the current. */
static char *
make_cell (double ohm)
{
  GString *text = g_string_new ("SOC,Current,Voltage\n");

  for (int row = 0; row < 40; row++)
    {
      double current = row / 2 % 2 ? -1 - row * 0.1 : 0.5;

      g_string_append_printf (text, "1,%g,%g\n", current, 3.7 + ohm * current - row * 1e-4);
    }
  return g_string_free (text, FALSE);
}

static void
test_the_voltage_shows_the_sign (void)
{
  g_autofree char *usual = make_cell (0.02), *turned = make_cell (-0.02);
  g_autoptr (Series) negative = read_good ("{}", usual);
  g_autoptr (Series) positive = read_good ("{}", turned);

  g_assert_cmpint (negative->facts->sign.sign, ==, VESTIM_SIGN_DISCHARGE_NEGATIVE);
  g_assert_cmpint (positive->facts->sign.sign, ==, VESTIM_SIGN_DISCHARGE_POSITIVE);
  g_assert_false (positive->facts->is_sign_converted);
  g_assert_cmpfloat (positive->inputs[1], ==, 0.5);
}

static void
test_a_stated_sign_converts (void)
{
  g_autofree char *usual = make_cell (0.02), *turned = make_cell (-0.02);
  const char *stated = "{\"current_sign\": \"discharge_negative\"}";
  g_autoptr (Series) same = read_good (stated, usual);
  g_autoptr (Series) converted = read_good (stated, turned);

  g_assert_cmpfloat (same->inputs[1], ==, 0.5);
  g_assert_cmpfloat (converted->inputs[1], ==, -0.5);
  g_assert_true (has_note (converted, "the currents are multiplied by -1"));
}

static void
test_few_steps_are_no_evidence (void)
{
  g_autoptr (Series) series =
      read_good ("{}", "SOC,Current,Voltage\n1,0,4\n1,-1,3.9\n1,0,4\n1,-1,3.9\n");

  g_assert_cmpint (series->facts->sign.sign, ==, VESTIM_SIGN_AS_WRITTEN);
  g_assert_true (series->facts->has_current);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series-read/units", test_units_are_converted);
  g_test_add_func ("/series-read/roles", test_columns_are_found_by_their_role);
  g_test_add_func ("/series-read/several", test_several_columns_of_one_role_are_refused);
  g_test_add_func ("/series-read/wrong-units", test_a_wrong_unit_is_refused_unless_stated);
  g_test_add_func ("/series-read/names-as-units", test_names_can_be_units);
  g_test_add_func ("/series-read/stated-units", test_units_can_be_stated);
  g_test_add_func ("/series-read/times", test_times_become_seconds);
  g_test_add_func ("/series-read/test-time", test_the_time_of_the_test_wins);
  g_test_add_func ("/series-read/odd-times", test_times_that_are_not_understood_are_told);
  g_test_add_func ("/series-read/order", test_wrong_times_are_refused_sorted_or_dropped);
  g_test_add_func ("/series-read/absent", test_what_to_do_about_absent_columns);
  g_test_add_func ("/series-read/units-of-the-column", test_stated_units_must_be_of_the_column);
  g_test_add_func ("/series-read/times-of-steps",
                   test_times_of_steps_are_refused_with_another_advice);
  g_test_add_func ("/series-read/gaps", test_gaps_cut_a_file);
  g_test_add_func ("/series-read/windows", test_windows_end_at_a_cut);
  g_test_add_func ("/series-read/parts", test_the_segments_of_a_part_stay);
  g_test_add_func ("/series-read/missing", test_missing_cells_are_refused_dropped_or_filled);
  g_test_add_func ("/series-read/ends", test_the_ends_of_a_file_are_not_filled);
  g_test_add_func ("/series-read/words", test_other_texts_are_not_missing);
  g_test_add_func ("/series-read/encoding", test_an_encoding_is_taken_as_given);
  g_test_add_func ("/series-read/sign", test_the_voltage_shows_the_sign);
  g_test_add_func ("/series-read/stated-sign", test_a_stated_sign_converts);
  g_test_add_func ("/series-read/few-steps", test_few_steps_are_no_evidence);
  return g_test_run ();
}
