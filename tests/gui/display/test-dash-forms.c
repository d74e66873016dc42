/* SPDX-License-Identifier: MIT */
/* The dialog that creates jobs, against a server that can refuse them. */
#include <adwaita.h>
#include <string.h>

#include "tests/support/gui/dialog.h"
#include "tests/support/gui/loop.h"
#include "gui/view/new-job/dash-file-set.h"

#define ENVIRONMENT "Environment: one NAME=value per line, -NAME removes a variable"

typedef struct
{
  const char *field;
  const char *title; /* of the row that must show it */
  const char *message;
} FieldError;

static gboolean
has_focus (GtkWidget *widget)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

static void
check_errors (DialogFixture *fixture, const FieldError *errors, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      GtkWidget *at = dialog_row (fixture, errors[i].title);

      dialog_refuse (fixture, errors[i].field, "is wrong");
      dialog_press_create (fixture);
      loop_until (dialog_fault_at (at) != NULL);
      g_assert_cmpstr (dialog_fault_at (at), ==, errors[i].message);
      g_assert_null (dialog_fault_above (fixture));
      if (!gtk_widget_get_mapped (at))
        g_error ("%s is in a collapsed row", errors[i].field);
      if (!has_focus (at))
        g_error ("%s has no focus", errors[i].field);
    }
}

/* An error of a command appears at the field that contains the wrong value. */
static void
test_refused_command (DialogFixture *fixture, gconstpointer data)
{
  static const FieldError errors[] = {
    { "name", "Name", "is wrong" },
    { "priority", "Priority", "is wrong" },
    { "hold", "Hold", "is wrong" },
    { "selections.argv", "Command line", "is wrong" },
    { "selections.argv[3]", "Command line", "[3]: is wrong" },
    { "selections.cwd", "Working folder (empty: the job’s own folder)", "is wrong" },
    { "selections.env", ENVIRONMENT, "is wrong" },
    { "selections.env.A.B", ENVIRONMENT, "A.B: is wrong" },
    { "selections.timeout_s", "Time limit, like 90 s or 2 h (empty: none)", "is wrong" },
    { "selections.restart", "Restart After Interruption", "is wrong" },
    { "selections.stdin", "File for the standard input (empty: none)", "is wrong" },
    { "selections.stop_signal", "Signal of a Stop", "is wrong" },
    { "selections.stop_grace_s", "Time from this signal to KILL (empty: 5 s)", "is wrong" },
    { "selections.pty", "Pseudo Terminal", "is wrong" },
    { "selections.log_timestamps", "Times in the Log", "is wrong" },
    { "selections.keep_leftovers", "Keep Background Processes", "is wrong" },
  };

  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "true");
  check_errors (fixture, errors, G_N_ELEMENTS (errors));
}

static void
test_refused_estimation (DialogFixture *fixture, gconstpointer data)
{
  static const FieldError errors[] = {
    { "selections.inputs", "Inputs", "is wrong" },
    { "selections.target", "Target", "is wrong" },
    { "selections.model", "Model", "is wrong" },
    { "selections.layers", "Layers (sizes, for example 18, 18)", "is wrong" },
    { "selections.max_epochs", "Training limit (epochs)", "is wrong" },
    { "selections.seed", "Seed", "is wrong" },
    { "selections.optimizer", "Optimizer", "is wrong" },
    { "selections.schedule", "Learning rate schedule", "is wrong" },
    { "selections.schedule.factor", "Schedule factor", "is wrong" },
    { "selections.sweep.learning_rate[1]", "Learning rate", "[1]: is wrong" },
    { "selections.sweep.model[0]", "Further settings (JSON)", "sweep.model[0]: is wrong" },
    { "selections.preprocessing.filters", "Further settings (JSON)",
      "preprocessing.filters: is wrong" },
  };

  dialog_open (fixture, NULL);
  dialog_add_files (fixture);
  check_errors (fixture, errors, G_N_ELEMENTS (errors));
}

/* An error of a field that the form does not have, or that is hidden with the other kind, is shown
 * too. */
static void
test_refused_elsewhere (DialogFixture *fixture, gconstpointer data)
{
  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "true");
  dialog_refuse (fixture, "kind", "is wrong");
  dialog_press_create (fixture);
  loop_until (dialog_fault_above (fixture) != NULL);
  g_assert_cmpstr (dialog_fault_above (fixture), ==, "kind: is wrong");
  dialog_refuse (fixture, "selections.seed", "is unknown");
  dialog_press_create (fixture);
  loop_until (g_strcmp0 (dialog_fault_above (fixture), "selections.seed: is unknown") == 0);
  dialog_refuse (fixture, "", "The body is wrong");
  dialog_press_create (fixture);
  loop_until (g_strcmp0 (dialog_fault_above (fixture), "The body is wrong") == 0);
}

/* With several errors the topmost field gets the focus. Editing a field removes its error. */
static void
test_first_fault (DialogFixture *fixture, gconstpointer data)
{
  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Time limit, like 90 s or 2 h (empty: none)", "soon");
  dialog_type (fixture, "Command line", "echo 'a");
  dialog_press_create (fixture);
  g_assert_cmpstr (dialog_fault_at (dialog_row (fixture, "Command line")), ==,
                   "A quote is not closed: type the closing quote.");
  g_assert_nonnull (
      dialog_fault_at (dialog_row (fixture, "Time limit, like 90 s or 2 h (empty: none)")));
  g_assert_true (has_focus (dialog_row (fixture, "Command line")));
  dialog_type (fixture, "Command line", "echo 'a'");
  g_assert_null (dialog_fault_at (dialog_row (fixture, "Command line")));
  g_assert_nonnull (
      dialog_fault_at (dialog_row (fixture, "Time limit, like 90 s or 2 h (empty: none)")));
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs"), ==, 0);
}

/* An entry cuts off the end of a long line; the rest must not run. */
static void
test_long_command (DialogFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) line = g_string_new ("[\"echo\"");
  GtkWidget *row;

  for (guint i = 0; i < 100000; i++)
    g_string_append (line, ",\"a\"");
  g_string_append (line, "]");
  g_string_prepend (line, "{\"argv\":");
  g_string_append (line, "}");
  dialog_open_draft (fixture, line->str);
  row = dialog_row (fixture, "Command line");
  g_assert_nonnull (dialog_fault_at (row));
  dialog_press_create (fixture);
  g_assert_true (g_str_has_prefix (dialog_fault_at (row), "The line is longer than 65000 bytes"));
  g_string_truncate (line, 0);
  for (guint i = 0; i < 550000; i++)
    g_string_append (line, "a ");
  dialog_type (fixture, "Command line", line->str);
  dialog_press_create (fixture);
  g_assert_true (g_str_has_prefix (dialog_fault_at (row), "The line is longer than 65000 bytes"));
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs"), ==, 0);
}

/* A setting that has its own field is refused in the field for further settings. */
static void
test_set_twice (DialogFixture *fixture, gconstpointer data)
{
  dialog_open (fixture, NULL);
  dialog_add_files (fixture);
  dialog_type (fixture, "Further settings (JSON)", "{\"train_files\":[]}");
  dialog_press_create (fixture);
  g_assert_cmpstr (dialog_fault_at (dialog_row (fixture, "Further settings (JSON)")), ==,
                   "train_files has its own field above.");
  g_assert_cmpuint (fake_server_count (fixture->server, "POST /jobs"), ==, 0);
}

/* A server that is not ready refuses the job for now; the same input later makes one job. */
static void
test_refused_for_now (DialogFixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *body;
    const char *message;
  } answers[] = {
    { 413, "{\"status\":413,\"detail\":\"The body is too large.\"}", "The body is too large." },
    { 429, "<html>slow down</html>", "The server is busy, or about to stop." },
    { 507, "{\"status\":507,\"detail\":\"The disk is full.\"}", "The disk is full." },
  };

  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "true");
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      fake_server_set_answer (fixture->server, "/jobs", answers[i].status, answers[i].body);
      dialog_press_create (fixture);
      loop_until (g_strcmp0 (dialog_fault_above (fixture), answers[i].message) == 0);
      g_assert_cmpstr (dialog_typed (fixture, "Command line"), ==, "true");
    }
  fake_server_set_answer (fixture->server, "/jobs", 0, NULL);
  fake_server_set_fault (fixture->server, "/jobs", FAKE_LOST, 4);
  dialog_press_create (fixture);
  loop_until (fake_server_count (fixture->server, "POST /jobs") == 7);
  loop_until (
      gtk_widget_get_sensitive (widget_search (fixture->dialog, widget_is_button, "C_reate")));
  g_assert_null (fixture->shown);
  dialog_press_create (fixture);
  loop_until (fixture->shown != NULL && fixture->dialog == NULL);
  g_assert_cmpuint (fake_server_count_changes (fixture->server), ==, 1);
}

static GtkWidget *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window))
        return window;
    }
  return NULL;
}

static void
answer (const char *label)
{
  g_signal_emit_by_name (widget_search (find_question (), widget_is_button, label), "clicked");
}

static void
test_close (DialogFixture *fixture, gconstpointer data)
{
  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  loop_until (fixture->dialog == NULL);

  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "true");
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  loop_until (find_question () != NULL);
  answer ("_Keep Editing");
  loop_until (find_question () == NULL);
  g_assert_cmpstr (dialog_typed (fixture, "Command line"), ==, "true");
  gtk_window_close (GTK_WINDOW (fixture->dialog));
  loop_until (find_question () != NULL);
  answer ("_Discard");
  loop_until (fixture->dialog == NULL);
}

/* The proposed name follows the settings until the user types one. */
static void
test_name (DialogFixture *fixture, gconstpointer data)
{
  dialog_open (fixture, NULL);
  g_assert_cmpstr (dialog_typed (fixture, "Name"), ==, "LSTM 10");
  dash_file_set_add (DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Test Files")),
                     "/cycles/test/");
  loop_until (g_str_equal (dialog_typed (fixture, "Name"), "cycles, LSTM 10"));
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "/usr/bin/make all -j2");
  g_assert_cmpstr (dialog_typed (fixture, "Name"), ==, "make all");
  dialog_type (fixture, "Name", "mine");
  dialog_type (fixture, "Command line", "true");
  g_assert_cmpstr (dialog_typed (fixture, "Name"), ==, "mine");
  dialog_type (fixture, "Name", "");
  dialog_type (fixture, "Command line", "false");
  g_assert_cmpstr (dialog_typed (fixture, "Name"), ==, "false");
}

static void
test_duplicate_command (DialogFixture *fixture, gconstpointer data)
{
  const char *selections =
      "{\"argv\":[\"sh\",\"-c\",\"echo 'a' | wc > $X\",\"\"],\"cwd\":\"/tmp/a "
      "b\",\"env\":{\"PATH\":"
      "\"/opt/bin\",\"LANG\":null,\"T\":\"a\\nb\"},\"timeout_s\":1234567.5,\"restart\":true,"
      "\"stdin\":\"in.txt\",\"stop_signal\":\"INT\",\"stop_grace_s\":90,\"pty\":true,"
      "\"log_timestamps\":true,\"keep_leftovers\":true}";
  g_autofree char *again = dialog_duplicate (fixture, "command", selections);

  g_assert_cmpstr (again, ==, selections);
}

#define MODEL_ROW "Path of a model or job folder, or ID of a job"

static void
test_duplicate_evaluation (DialogFixture *fixture, gconstpointer data)
{
  const char *selections = "{\"models\":[\"job_20261122-195012-00002a\",\"/m/model.bin\"],"
                           "\"files\":[\"/a.csv\",\"/data\"]}";
  g_autofree char *again = dialog_duplicate (fixture, "evaluation", selections);

  g_assert_cmpstr (again, ==, selections);
}

/* What was typed last counts without a press of its button. */
static void
test_evaluation (DialogFixture *fixture, gconstpointer data)
{
  GtkWidget *files;

  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "evaluation");
  files = dash_file_set_get_path_row (
      DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Files")));
  dialog_press_create (fixture);
  g_assert_cmpstr (dialog_fault_at (dialog_row (fixture, MODEL_ROW)), ==,
                   "Add a finished estimation or a model file.");
  g_assert_cmpstr (dialog_fault_at (files), ==, "Add a file or folder.");

  dialog_type (fixture, MODEL_ROW, "/m/model.bin");
  gtk_editable_set_text (GTK_EDITABLE (files), "/a.csv");
  dialog_refuse (fixture, "selections.models", "is wrong");
  dialog_press_create (fixture);
  loop_until (dialog_fault_at (dialog_row (fixture, MODEL_ROW)) != NULL);
  g_assert_cmpstr (dialog_fault_at (dialog_row (fixture, MODEL_ROW)), ==, "is wrong");
  g_assert_nonnull (dialog_row (fixture, "/m/model.bin"));
  g_assert_cmpstr (dialog_typed (fixture, "Name"), ==, "Evaluation of 1 model");
}

/* The selections of a draft are any JSON. The form keeps what it can't show, or says that it is
 * lost. */
static void
test_duplicate_other_shapes (DialogFixture *fixture, gconstpointer data)
{
  static const char *const drafts[][3] = {
    { "{\"sweep\":[1]}", "Further settings (JSON)", "{\"sweep\":[1]}" },
    { "{\"argv\":[\"a\"],\"env\":[[1]]}", "Command line", "a" },
    { "{\"argv\":[[1],\"a\"],\"env\":{\"A\":1}}", "Command line", "a" },
    { "{\"argv\":[\"a\"],\"env\":{\"A\":\"a\\u0000b\"}}", "Command line", "a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (drafts); i++)
    {
      dialog_open_draft (fixture, drafts[i][0]);
      g_assert_cmpstr (dialog_typed (fixture, drafts[i][1]), ==, drafts[i][2]);
      if (strstr (drafts[i][0], "env") != NULL)
        g_assert_nonnull (dialog_fault_at (dialog_row (fixture, ENVIRONMENT)));
      gtk_window_destroy (GTK_WINDOW (fixture->dialog));
    }
}

static gboolean
has_hyphens (GtkLabel *label)
{
  g_autofree char *attributes = gtk_label_get_attributes (label) != NULL
                                    ? pango_attr_list_to_string (gtk_label_get_attributes (label))
                                    : NULL;

  return attributes == NULL || strstr (attributes, "insert-hyphens false") == NULL;
}

static gboolean
widget_is_hyphened (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && has_hyphens (GTK_LABEL (widget))
         && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

/* A hyphen at the end of a line would look like part of the path or the command. */
static void
test_hyphens (DialogFixture *fixture, gconstpointer data)
{
  GtkTextBuffer *buffer;
  GtkTextIter at;

  dialog_open (fixture, NULL);
  dialog_add_files (fixture);
  g_assert_nonnull (widget_search (fixture->dialog, widget_is_row, "/a.csv"));
  g_assert_null (widget_search (fixture->dialog, widget_is_hyphened, "/a.csv"));
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "/opt/a/b");
  g_assert_null (widget_search (fixture->dialog, widget_is_hyphened, "/opt/a/b"));
  buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (widget_search (fixture->dialog, widget_is_text, NULL)));
  gtk_text_buffer_set_text (buffer, "A=/usr", -1);
  gtk_text_buffer_insert_at_cursor (buffer, "/local", -1);
  gtk_text_buffer_get_end_iter (buffer, &at);
  while (gtk_text_iter_backward_char (&at))
    {
      g_autoptr (GSList) tags = gtk_text_iter_get_tags (&at);
      gboolean hyphens = TRUE;

      g_assert_nonnull (tags);
      g_object_get (tags->data, "insert-hyphens", &hyphens, NULL);
      g_assert_false (hyphens);
    }
}

/* The platform's narrowest window shows the whole form. */
static void
test_width (DialogFixture *fixture, gconstpointer data)
{
  static const char *const kinds[] = { "estimation", "evaluation", "command" };

  dialog_open (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      int minimum;

      dialog_choose_kind (fixture, kinds[i]);
      loop_until (widget_search (fixture->dialog, widget_is_text, NULL) != NULL);
      gtk_widget_measure (fixture->dialog, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                          NULL);
      g_assert_cmpint (minimum, <=, 360);
    }
}

#define ADD(name, function) \
  g_test_add ("/forms/" name, DialogFixture, application, dialog_set_up, function, dialog_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = dialog_application_new ();
  ADD ("a refused command shows the errors at its fields", test_refused_command);
  ADD ("a refused estimation shows the errors at its fields", test_refused_estimation);
  ADD ("errors of no visible field are shown above the form", test_refused_elsewhere);
  ADD ("the first wrong field gets the focus", test_first_fault);
  ADD ("a setting with a field can't be set twice", test_set_twice);
  ADD ("a truncated command is refused", test_long_command);
  ADD ("a busy server gets one job later", test_refused_for_now);
  ADD ("closing asks only after input", test_close);
  ADD ("a name is proposed", test_name);
  ADD ("a command is duplicated exactly", test_duplicate_command);
  ADD ("an evaluation is duplicated exactly", test_duplicate_evaluation);
  ADD ("an evaluation needs models and files", test_evaluation);
  ADD ("a draft of any shape is duplicated", test_duplicate_other_shapes);
  ADD ("paths are wrapped without hyphens", test_hyphens);
  ADD ("the form fits into a narrow window", test_width);
  return g_test_run ();
}
