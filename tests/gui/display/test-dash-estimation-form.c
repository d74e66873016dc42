/* SPDX-License-Identifier: MIT */
/* The files, columns and settings of an estimation in the dialog. */
#include <adwaita.h>
#include <string.h>

#include "tests/support/gui/dialog.h"
#include "tests/support/gui/loop.h"
#include "gui/view/new-job/dash-estimation-form.h"
#include "gui/view/new-job/dash-file-set.h"

static void
drop (GtkWidget *set, const char *const *paths)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (set);
  g_auto (GValue) value = G_VALUE_INIT;
  GSList *files = NULL;
  gboolean handled = FALSE;

  for (gsize i = 0; paths[i] != NULL; i++)
    files = g_slist_append (files, g_file_new_for_path (paths[i]));
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, files);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &handled);
    }
  g_assert_true (handled);
}

static const char *
subtitle (GtkWidget *root, const char *title)
{
  GtkWidget *found = widget_search (root, widget_is_row, title);

  return found != NULL ? adw_action_row_get_subtitle (ADW_ACTION_ROW (found)) : NULL;
}

typedef struct
{
  DashForm form;
  GtkWidget *window;
  GtkWidget *estimation;
} LocalForm;

static void
local_form_open (LocalForm *self, DialogFixture *fixture)
{
  dash_form_init (&self->form, NULL);
  self->window = gtk_window_new ();
  self->estimation = GTK_WIDGET (dash_estimation_form_new (&self->form, fixture->actions, TRUE));
  gtk_window_set_child (GTK_WINDOW (self->window), self->estimation);
}

static void
local_form_close (LocalForm *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  dash_form_clear (&self->form);
}

static void
count_cb (GtkWidget *set, guint *count)
{
  ++*count;
}

static gboolean
widget_is_remove (GtkWidget *widget, const char *unused)
{
  return GTK_IS_BUTTON (widget)
         && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), "list-remove-symbolic") == 0;
}

static gboolean
widget_is_warning (GtkWidget *widget, const char *unused)
{
  return GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "warning")
         && gtk_widget_get_visible (widget);
}

static gboolean
widget_is_check (GtkWidget *widget, const char *unused)
{
  return GTK_IS_CHECK_BUTTON (widget);
}

static gboolean
widget_says (GtkWidget *widget, const char *part)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), part) != NULL;
}

static guint
count_rows (GtkWidget *root)
{
  guint n = ADW_IS_ACTION_ROW (root) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);
  return n;
}

static void
press_remove (GtkWidget *row)
{
  g_signal_emit_by_name (widget_search (row, widget_is_remove, NULL), "clicked");
}

/* The form handles the results of many files together, and only the first files and the wrong ones
 * have rows: to change a thousand rows a thousand times would block the window. */
static void
test_drop_many (DialogFixture *fixture, gconstpointer data)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;
  GtkWidget *set;
  guint changes = 0;
  LocalForm form;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *path = g_strdup_printf (i >= 480 ? "/many/%u_bad.csv" : "/many/%u.csv", i);

      g_strv_builder_add (builder, path);
    }
  paths = g_strv_builder_end (builder);
  local_form_open (&form, fixture);
  set = widget_search (form.estimation, widget_is_set, "Training Files");
  g_signal_connect (set, "changed", G_CALLBACK (count_cb), &changes);
  drop (set, (const char *const *) paths);
  g_assert_cmpuint (dash_file_set_count (DASH_FILE_SET (set)), ==, 500);
  loop_until (g_strcmp0 (subtitle (form.estimation, "/many/499_bad.csv"), "This is not a CSV file.")
              == 0);
  g_assert_cmpuint (changes, <, 50);
  g_assert_cmpuint (count_rows (set), ==, 101);
  g_assert_nonnull (widget_search (set, widget_is_row, "/many/79.csv"));
  g_assert_null (widget_search (set, widget_is_row, "/many/80.csv"));
  g_assert_nonnull (widget_search (set, widget_is_row, "And 400 more"));
  press_remove (widget_search (set, widget_is_row, "/many/499_bad.csv"));
  loop_until (widget_search (set, widget_is_row, "/many/80.csv") != NULL);
  g_assert_nonnull (widget_search (set, widget_is_row, "And 399 more"));
  g_assert_cmpuint (dash_file_set_count (DASH_FILE_SET (set)), ==, 499);
  local_form_close (&form);
}

/* Each file's row shows its content, or what is wrong with it for the selected columns and sets. */
static void
test_drop (DialogFixture *fixture, gconstpointer data)
{
  static const char *const train[] = { "/a.csv", "/a.csv", "/bad.csv", "/other.csv", NULL };
  static const char *const test[] = { "/a.csv", NULL };
  LocalForm form;

  local_form_open (&form, fixture);
  drop (widget_search (form.estimation, widget_is_set, "Training Files"), train);
  g_assert_cmpstr (subtitle (form.estimation, "/a.csv"), ==, "Checking…");
  loop_until (g_strcmp0 (subtitle (form.estimation, "/other.csv"), "There is no column Temp.")
              == 0);
  g_assert_cmpstr (subtitle (form.estimation, "/bad.csv"), ==, "This is not a CSV file.");
  g_assert_cmpstr (subtitle (form.estimation, "/a.csv"), ==,
                   "100 rows · every 1 s · SOC, Current, Temp, Voltage");
  drop (widget_search (form.estimation, widget_is_set, "Test Files"), test);
  loop_until (g_str_has_prefix (
      subtitle (widget_search (form.estimation, widget_is_set, "Test Files"), "/a.csv"),
      "Also in Training Files."));
  local_form_close (&form);
}

/* A folder that contains train, val and test fills the three sets, no matter where it is dropped.
 */
static void
test_drop_data (DialogFixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/x/data", NULL };
  LocalForm form;
  GtkWidget *set;

  local_form_open (&form, fixture);
  set = widget_search (form.estimation, widget_is_set, "Validation Files");
  drop (set, paths);
  loop_until (widget_search (set, widget_is_row, "/x/data/val") != NULL);
  g_assert_null (widget_search (set, widget_is_row, "/x/data"));
  g_assert_nonnull (widget_search (widget_search (form.estimation, widget_is_set, "Training Files"),
                                   widget_is_row, "/x/data/train"));
  g_assert_nonnull (widget_search (widget_search (form.estimation, widget_is_set, "Test Files"),
                                   widget_is_row, "/x/data/test"));
  local_form_close (&form);
}

/* The form finds a usual input under another name, or warns that the network would be trained
 * without it. */
static void
test_usual_columns (DialogFixture *fixture, gconstpointer data)
{
  DashFileSet *set;
  GtkWidget *warning, *inputs;

  dialog_open (fixture, NULL);
  set = DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Training Files"));
  inputs = dialog_row (fixture, "Inputs");
  dash_file_set_add (set, "/long.csv");
  loop_until (g_strcmp0 (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (inputs)),
                         "Current, Temperature, SOC")
              == 0);
  g_assert_null (widget_search (fixture->dialog, widget_is_warning, NULL));
  press_remove (dialog_row (fixture, "/long.csv"));
  dash_file_set_add (set, "/other.csv");
  loop_until (widget_search (fixture->dialog, widget_is_warning, NULL) != NULL);
  warning = widget_search (fixture->dialog, widget_is_warning, NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (warning)), ==,
                   "No file has Temp: choose a column to replace it, or train without it.");
  g_assert_nonnull (widget_search (fixture->dialog, widget_says, "SOC, Current without Temp,"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (widget_search (inputs, widget_is_check, NULL)),
                               FALSE);
  g_assert_null (widget_search (fixture->dialog, widget_is_warning, NULL));
}

/* A state of charge that is counted can be an input, although no file has it. */
static void
test_computed_columns (DialogFixture *fixture, gconstpointer data)
{
  GtkWidget *inputs;

  dialog_open (fixture, NULL);
  inputs = dialog_row (fixture, "Inputs");
  dash_file_set_add (
      DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Training Files")),
      "/other.csv");
  loop_until (widget_search (fixture->dialog, widget_is_warning, NULL) != NULL);
  dialog_type (fixture, "Further settings (JSON)",
               "{\"derived\":[{\"name\":\"Temp\",\"of\":\"Current\",\"mean_s\":5}]}");
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (inputs)), ==,
                   "SOC, Current, Temp");
  g_assert_null (widget_search (fixture->dialog, widget_is_warning, NULL));
  g_assert_cmpstr (subtitle (fixture->dialog, "/other.csv"), !=, "There is no column Temp.");
}

static void
test_duplicate_computed (DialogFixture *fixture, gconstpointer data)
{
  static const char *const parts[] = {
    "\"inputs\":[\"SOC\",\"I_mean\"]",
    "\"soc\":{\"capacity_ah\":3,\"initial\":\"full\"}",
    "\"derived\":[{\"name\":\"I_mean\",\"of\":\"Current\",\"mean_s\":5}]",
    "\"columns\":{\"Current\":{\"unit\":\"A\"}}",
    "\"missing\":{\"interpolate\":3}",
    "\"initial_model\":\"/m.bin\"",
    "\"time_column\":\"Date\"",
  };
  g_autoptr (GString) selections = g_string_new ("{\"folder_path\":\"/gone\"");
  g_autofree char *again = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_string_append_printf (selections, ",%s", parts[i]);
  g_string_append_c (selections, '}');
  again = dialog_duplicate (fixture, "estimation", selections->str);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (again, parts[i]) == NULL)
      g_error ("%s is missing in %s", parts[i], again);
}

/* With settings that have no field, a sweep over words, and missing files. */
static void
test_duplicate_estimation (DialogFixture *fixture, gconstpointer data)
{
  g_autofree char *again = dialog_duplicate (
      fixture, "estimation",
      "{\"folder_path\":\"/gone\",\"inputs\":[\"I\",\"a&b\"],\"target\":\"U\",\"model\":\"GRU\","
      "\"seed\":9007199254740993,\"sweep\":{\"model\":[\"LSTM\",\"FNN\"],\"learning_rate\":"
      "[0.001,0.01]},\"preprocessing\":{\"filters\":[]}}");

  g_assert_cmpstr (again, ==,
                   "{\"train_files\":[\"/gone/train\"],\"validation_files\":[\"/gone/val\"],"
                   "\"test_files\":[\"/gone/test\"],\"inputs\":[\"I\",\"a&b\"],\"target\":\"U\","
                   "\"model\":\"GRU\",\"layers\":[10],\"max_epochs\":100,\"lookback\":100,"
                   "\"seed\":9007199254740993,\"preprocessing\":{\"filters\":[]},\"sweep\":"
                   "{\"learning_rate\":[0.001,0.01],\"model\":[\"LSTM\",\"FNN\"]}}");
}

/* An unusable path is not counted, and removing it removes its error. */
static void
test_remove_wrong (DialogFixture *fixture, gconstpointer data)
{
  GtkWidget *path;

  dialog_open (fixture, NULL);
  dialog_add_files (fixture);
  path = dash_file_set_get_path_row (
      DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Training Files")));
  dash_file_set_add (
      DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Training Files")), "/bad.csv");
  loop_until (widget_search (fixture->dialog, widget_says,
                             "Files: 1 to train, 1 to validate, 1 to test. 1 can’t be used.")
              != NULL);
  dialog_refuse (fixture, "selections.train_files[1]", "can't be read");
  dialog_press_create (fixture);
  loop_until (g_strcmp0 (dialog_fault_at (path), "[1]: can't be read") == 0);
  press_remove (dialog_row (fixture, "/bad.csv"));
  g_assert_null (dialog_fault_at (path));
  loop_until (widget_search (fixture->dialog, widget_says, "1 to test. 1 can’t") == NULL);
}

/* Each field shows its default, and an unchanged schedule is not sent. */
static void
test_schedule (DialogFixture *fixture, gconstpointer data)
{
  static const char *const schedules[][2] = {
    { "{\"kind\":\"plateau\"}", NULL },
    { "{\"kind\":\"plateau\",\"factor\":0.5,\"patience\":5}", NULL },
    { "{\"factor\":0.25}", "\"schedule\":{\"factor\":0.25}," },
    { "{\"kind\":\"step\",\"period\":7}", "\"schedule\":{\"kind\":\"step\",\"period\":7}," },
    { "{\"kind\":\"step\",\"factor\":0.5,\"period\":10}", "\"schedule\":{\"kind\":\"step\"}," },
  };

  dialog_open (fixture, NULL);
  g_assert_cmpstr (dialog_typed (fixture, "Schedule factor"), ==, "0.5");
  g_assert_cmpstr (dialog_typed (fixture, "Schedule patience (epochs)"), ==, "5");
  g_assert_cmpstr (dialog_typed (fixture, "Schedule period (epochs)"), ==, "10");
  gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  for (gsize i = 0; i < G_N_ELEMENTS (schedules); i++)
    {
      g_autofree char *selections =
          g_strdup_printf ("{\"folder_path\":\"/gone\",\"schedule\":%s}", schedules[i][0]);
      g_autofree char *again = dialog_duplicate (fixture, "estimation", selections);

      if (schedules[i][1] != NULL)
        g_assert_nonnull (strstr (again, schedules[i][1]));
      else
        g_assert_null (strstr (again, "schedule"));
    }
}

/* Unusable files without a row are counted. */
static void
test_many_wrong (DialogFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) json = g_string_new ("{\"train_files\":[");

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (json, "%s\"/many/%u_bad.csv\"", i > 0 ? "," : "", i);
  g_string_append (json, "]}");
  dialog_open_draft (fixture, json->str);
  loop_until (g_strcmp0 (subtitle (fixture->dialog, "And 2900 more"), "2900 of them can’t be used")
              == 0);
  /* With a row for each file this took minutes. */
  g_assert_nonnull (subtitle (fixture->dialog, "/many/99_bad.csv"));
  g_assert_null (subtitle (fixture->dialog, "/many/100_bad.csv"));
}

#define ADD(name, function) \
  g_test_add ("/estimation form/" name, DialogFixture, application, dialog_set_up, function, \
              dialog_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = dialog_application_new ();
  ADD ("dropped files are checked", test_drop);
  ADD ("hundreds of files can be dropped at once", test_drop_many);
  ADD ("a data folder fills the three sets", test_drop_data);
  ADD ("usual columns are found, or their absence is shown", test_usual_columns);
  ADD ("columns that the settings compute are offered", test_computed_columns);
  ADD ("computed columns are duplicated", test_duplicate_computed);
  ADD ("an estimation is duplicated with all its settings", test_duplicate_estimation);
  ADD ("a schedule shows its defaults", test_schedule);
  ADD ("unusable files are not counted, and can be removed", test_remove_wrong);
  ADD ("errors of thousands of files are counted", test_many_wrong);
  return g_test_run ();
}
