/* SPDX-License-Identifier: MIT */
/* How a job is queued, in the dialog that creates jobs. */
#include <adwaita.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "gui/view/new-job/dash-new-job.h"
#include "tests/support/gui/dialog.h"
#include "tests/support/gui/loop.h"

#define ID "job_20261122-195012-000001"
#define OTHER "job_20261122-195012-000002"
#define EXPANDER "Queue and Limits"

static gboolean
is_expanded (DialogFixture *fixture)
{
  return adw_expander_row_get_expanded (ADW_EXPANDER_ROW (dialog_row (fixture, EXPANDER)));
}

/* (transfer full) what was sent for the queue: the members of the body that come after its
 * selections. */
static char *
sent (DialogFixture *fixture, const char *request)
{
  static const char *const usual[] = { "name", "kind", "priority", "hold", "selections" };
  g_autoptr (JsonNode) body =
      vestim_node_parse_text (fake_server_last_body (fixture->server, request));

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    json_object_remove_member (json_node_get_object (body), usual[i]);
  return vestim_node_dup_text (body);
}

static char *
create (DialogFixture *fixture)
{
  dialog_press_create (fixture);
  loop_until (fixture->dialog == NULL);
  return sent (fixture, "POST /jobs");
}

static void
open_command (DialogFixture *fixture)
{
  dialog_open (fixture, NULL);
  dialog_choose_kind (fixture, "command");
  dialog_type (fixture, "Command line", "true");
}

/* Servers that don't know these fields would refuse them. */
static void
test_nothing (DialogFixture *fixture, gconstpointer data)
{
  g_autofree char *body = NULL;

  open_command (fixture);
  g_assert_false (is_expanded (fixture));
  body = create (fixture);
  g_assert_cmpstr (body, ==, "{}");
}

static gboolean
is_switch (GtkWidget *widget, const char *unused)
{
  return GTK_IS_SWITCH (widget);
}

static void
set_switch (DialogFixture *fixture, const char *title, gboolean active)
{
  gtk_switch_set_active (GTK_SWITCH (widget_search (dialog_row (fixture, title), is_switch, NULL)),
                         active);
}

static void
test_filled (DialogFixture *fixture, gconstpointer data)
{
  g_autofree char *body = NULL;

  open_command (fixture);
  g_assert_false (
      gtk_widget_get_sensitive (dialog_row (fixture, "Delay before a retry, like 10 s or 5 min")));
  dialog_type (fixture, "Group", "lab");
  dialog_type (fixture, "CPUs", "4");
  dialog_type (fixture, "Memory, like 512M or 8G (0: any)", "8G");
  dialog_type (fixture, "GPUs", "1");
  adw_combo_row_set_selected (ADW_COMBO_ROW (dialog_row (fixture, "Limits Are Enforced")), 1);
  dialog_type (fixture, "Retries", "3");
  g_assert_true (
      gtk_widget_get_sensitive (dialog_row (fixture, "Delay before a retry, like 10 s or 5 min")));
  dialog_type (fixture, "Delay before a retry, like 10 s or 5 min", "5 min");
  set_switch (fixture, "Retry After a Timeout", FALSE);
  dialog_type (fixture, "Not before, like 2026-12-24 18:00", "2026-12-24T18:00:00Z");
  dialog_type (fixture, "Tags, with commas between them", "nightly, cell 3");
  dialog_type (fixture, "Only once at a time under the name", "sync");
  set_switch (fixture, "Pinned", TRUE);
  body = create (fixture);
  g_assert_cmpstr (
      body, ==,
      "{\"group\":\"lab\",\"resources\":{\"cpus\":4,\"memory_mb\":8192,\"gpus\":1,"
      "\"enforce\":true},\"retry\":{\"max\":3,\"delay_s\":300,\"backoff\":1,\"on\":[\"failed\","
      "\"lost\"],\"never_exit_codes\":[]},\"start_after\":\"2026-12-24T18:00:00Z\",\"tags\":["
      "\"nightly\",\"cell 3\"],\"unique\":\"sync\",\"pinned\":true}");
}

/* (nullable) the job of the list in the picker. */
static gboolean
is_choice (GtkWidget *widget, const char *text)
{
  GtkWidget *label = GTK_IS_LIST_BOX_ROW (widget) && gtk_widget_has_css_class (widget, "choice")
                         ? gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (widget))
                         : NULL;

  return label != NULL && g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text);
}

static gboolean
is_menu_button (GtkWidget *widget, const char *unused)
{
  return GTK_IS_MENU_BUTTON (widget);
}

static gboolean
is_icon_button (GtkWidget *widget, const char *icon)
{
  return GTK_IS_BUTTON (widget)
         && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (widget)), icon) == 0;
}

static void
add_dependency (DialogFixture *fixture, const char *text)
{
  GtkWidget *set = dialog_row (fixture, "After These Jobs");
  GtkWidget *choice;

  gtk_menu_button_popup (GTK_MENU_BUTTON (widget_search (set, is_menu_button, NULL)));
  choice = widget_search (set, is_choice, text);
  g_assert_nonnull (choice);
  g_signal_emit_by_name (gtk_widget_get_parent (choice), "row-activated", choice);
}

/* The picker offers jobs that may complete. The server's fault is shown at the job that it is
 * about. */
static void
test_dependencies (DialogFixture *fixture, gconstpointer data)
{
  DashJobStore *store = dash_connection_get_store (fixture->connection);
  g_autofree char *body = NULL;

  fake_server_put_job (fixture->server, ID, "first & <b>", "running", 0.5);
  fake_server_put_job (fixture->server, OTHER, "second", "completed", 1);
  fake_server_put_job (fixture->server, "job_20261122-195012-000003", "third", "failed", 1);
  loop_until (dash_job_store_count_all (store) == 3);
  open_command (fixture);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (dialog_row (fixture, EXPANDER)), TRUE);
  g_assert_null (widget_search (fixture->dialog, is_choice, "third: Failed"));
  add_dependency (fixture, "first & <b>: Running");
  add_dependency (fixture, "second: Completed");
  adw_combo_row_set_selected (ADW_COMBO_ROW (dialog_row (fixture, "second")), 1);
  dialog_refuse (fixture, "depends_on[1]", "is wrong");
  dialog_press_create (fixture);
  loop_until (dialog_fault_at (dialog_row (fixture, "second")) != NULL);
  g_assert_cmpstr (dialog_fault_at (dialog_row (fixture, "second")), ==, "is wrong");
  fake_server_set_answer (fixture->server, "/jobs", 0, NULL);
  g_signal_emit_by_name (widget_search (dialog_row (fixture, "first &amp; &lt;b&gt;"),
                                        is_icon_button, "list-remove-symbolic"),
                         "clicked");
  body = create (fixture);
  g_assert_cmpstr (body, ==, "{\"depends_on\":[{\"job_id\":\"" OTHER "\",\"when\":\"over\"}]}");
}

static void
test_refused (DialogFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *field;
    const char *title;
    const char *message;
  } errors[] = {
    { "group", "Group", "is wrong" },
    { "resources.cpus", "CPUs", "is wrong" },
    { "resources.memory_mb", "Memory, like 512M or 8G (0: any)", "is wrong" },
    { "resources.gpus", "GPUs", "is wrong" },
    { "resources.enforce", "Limits Are Enforced", "is wrong" },
    { "resources", "CPUs", "is wrong" },
    { "retry.max", "Retries", "is wrong" },
    { "retry.delay_s", "Delay before a retry, like 10 s or 5 min", "is wrong" },
    { "start_after", "Not before, like 2026-12-24 18:00", "is wrong" },
    { "depends_on", "After These Jobs", "is wrong" },
    { "tags[1]", "Tags, with commas between them", "[1]: is wrong" },
    { "unique", "Only once at a time under the name", "is wrong" },
    { "note", "Note", "is wrong" },
  };

  open_command (fixture);
  dialog_type (fixture, "Retries", "1");
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      GtkWidget *row = dialog_row (fixture, errors[i].title);

      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (dialog_row (fixture, EXPANDER)), FALSE);
      dialog_refuse (fixture, errors[i].field, "is wrong");
      dialog_press_create (fixture);
      loop_until (dialog_fault_at (row) != NULL);
      g_assert_cmpstr (dialog_fault_at (row), ==, errors[i].message);
      g_assert_null (dialog_fault_above (fixture));
      g_assert_true (is_expanded (fixture));
    }
  dialog_type (fixture, "CPUs", "many");
  dialog_press_create (fixture);
  g_assert_cmpstr (dialog_fault_at (dialog_row (fixture, "CPUs")), ==, "Type a whole number.");
}

#define QUEUED \
  "\"group\":\"lab\",\"resources\":{\"cpus\":2,\"memory_mb\":512,\"gpus\":0},\"depends_on\":" \
  "[{\"job_id\":\"" OTHER "\",\"when\":\"over\"}],\"tags\":[\"a\"],\"note\":\"n\""

static DashJob *
put_job (DialogFixture *fixture, const char *status)
{
  DashJobStore *store = dash_connection_get_store (fixture->connection);
  g_autofree char *head =
      g_strdup_printf ("\"name\":\"first\",\"kind\":\"command\",\"status\":\"%s\",\"priority\":0,"
                       "\"selections\":{\"argv\":[\"true\"]}," QUEUED,
                       status);

  fake_server_put_job_full (fixture->server, ID, head, "\"details\":{}");
  loop_until (dash_job_store_lookup (store, ID) != NULL);
  return dash_job_store_lookup (store, ID);
}

static void
test_duplicate (DialogFixture *fixture, gconstpointer data)
{
  g_autofree char *body = NULL;

  dialog_open (fixture, put_job (fixture, "created"));
  g_assert_true (is_expanded (fixture));
  g_assert_cmpstr (dialog_typed (fixture, "Memory, like 512M or 8G (0: any)"), ==, "512M");
  /* The other job is not in the list: the ID stands for it. */
  g_assert_nonnull (dialog_row (fixture, OTHER));
  body = create (fixture);
  g_assert_cmpstr (body, ==,
                   "{\"group\":\"lab\",\"resources\":{\"cpus\":2,\"memory_mb\":512,\"gpus\":0},"
                   "\"depends_on\":[{\"job_id\":\"" OTHER "\",\"when\":\"over\"}],\"tags\":[\"a\"],"
                   "\"note\":\"n\"}");
}

static void
save (DialogFixture *fixture)
{
  GtkWidget *button = widget_search (fixture->dialog, widget_is_button, "_Save");

  g_signal_emit_by_name (button, "clicked");
  /* The fake server does not answer with the job, so the dialog stays open. */
  loop_until (gtk_widget_get_sensitive (button));
}

static void
expect_body (DialogFixture *fixture, const char *expected)
{
  g_assert_cmpstr (fake_server_last_body (fixture->server, "PATCH /jobs/" ID), ==, expected);
}

static void
test_edit (DialogFixture *fixture, gconstpointer data)
{
  DashJob *draft = put_job (fixture, "created");

  dialog_edit (fixture, draft);
  dialog_type (fixture, "Tags, with commas between them", "");
  save (fixture);
  expect_body (fixture, "{\"name\":\"first\",\"tags\":[]}");
}

static gboolean
is_switcher (GtkWidget *widget, const char *unused)
{
  return GTK_IS_STACK_SWITCHER (widget);
}

/* A queued job keeps its kind. Only changes are sent, so that tags and note can be saved although
 * the job has started. If the job started, nothing that was typed is lost. */
static void
test_edit_queued (DialogFixture *fixture, gconstpointer data)
{
  dialog_edit (fixture, put_job (fixture, "queued"));
  g_assert_false (gtk_widget_get_visible (widget_search (fixture->dialog, is_switcher, NULL)));
  dialog_type (fixture, "Tags, with commas between them", "");
  save (fixture);
  expect_body (fixture, "{\"name\":\"first\",\"tags\":[]}");
  dialog_type (fixture, "Command line", "false");
  dialog_type (fixture, "Priority", "3");
  fake_server_set_answer (fixture->server, "/jobs/" ID, 409,
                          "{\"detail\":\"Its start has begun.\"}");
  save (fixture);
  expect_body (fixture, "{\"name\":\"first\",\"priority\":3,\"selections\":{\"argv\":[\"false\"]},"
                        "\"tags\":[]}");
  g_assert_cmpstr (dialog_fault_above (fixture), ==,
                   "The job was not changed. Its start has begun. What you entered is still here.");
  g_assert_cmpstr (dialog_typed (fixture, "Command line"), ==, "false");
}

/* The menu of the groups has this action. */
static void
test_group (DialogFixture *fixture, gconstpointer data)
{
  g_autofree char *body = NULL;

  open_command (fixture);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (dialog_row (fixture, EXPANDER)), TRUE);
  gtk_widget_activate_action (dialog_row (fixture, "Group"), "queue-form.group", "s", "night_1");
  g_assert_cmpstr (dialog_typed (fixture, "Group"), ==, "night_1");
  body = create (fixture);
  g_assert_cmpstr (body, ==, "{\"group\":\"night_1\"}");
}

#define ADD(name, function) \
  g_test_add ("/queue-form/" name, DialogFixture, application, dialog_set_up, function, \
              dialog_tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GtkApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = dialog_application_new ();
  ADD ("fields that were not changed are not sent", test_nothing);
  ADD ("what was typed is sent", test_filled);
  ADD ("jobs to wait for are chosen from a list", test_dependencies);
  ADD ("a refused job shows the errors at its fields", test_refused);
  ADD ("a known group is chosen", test_group);
  ADD ("a copy has the fields of its original", test_duplicate);
  ADD ("an edited job sends what was changed", test_edit);
  ADD ("a queued job is edited, also when it starts meanwhile", test_edit_queued);
  return g_test_run ();
}
