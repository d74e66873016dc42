/* SPDX-License-Identifier: MIT */
#include "tests/support/gui/dialog.h"

#include <string.h>

#include "common/json/vestim-json.h"
#include "tests/support/gui/loop.h"
#include "gui/view/new-job/dash-file-set.h"
#include "gui/view/new-job/dash-new-job.h"

#define ID "job_20261122-195012-000001"

GtkApplication *
dialog_application_new (void)
{
  AdwApplication *application = adw_application_new ("org.vestim.Test", G_APPLICATION_NON_UNIQUE);

  g_application_set_resource_base_path (G_APPLICATION (application), "/org/vestim/Dashboard");
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  return GTK_APPLICATION (application);
}

static void
show_cb (GSimpleAction *action, GVariant *id, DialogFixture *fixture)
{
  g_free (fixture->shown);
  fixture->shown = g_variant_dup_string (id, NULL);
}

void
dialog_set_up (DialogFixture *fixture, gconstpointer application)
{
  GSimpleAction *show = g_simple_action_new ("show-job", G_VARIANT_TYPE_STRING);

  fixture->server = fake_server_new ("secret");
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), "secret");
  fixture->actions = dash_actions_new (fixture->connection);
  dash_connection_open (fixture->connection);
  loop_until (dash_connection_get_state (fixture->connection) == DASH_CONNECTION_ONLINE);
  fixture->application = GTK_APPLICATION ((gpointer) application);
  g_signal_connect (show, "activate", G_CALLBACK (show_cb), fixture);
  g_action_map_add_action (G_ACTION_MAP (fixture->application), G_ACTION (show));
  g_object_unref (show);
  fixture->parent = GTK_WINDOW (gtk_application_window_new (fixture->application));
  gtk_window_present (fixture->parent);
}

void
dialog_tear_down (DialogFixture *fixture, gconstpointer data)
{
  if (fixture->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->dialog));
  gtk_window_destroy (fixture->parent);
  g_assert_null (fixture->dialog);
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->actions)->ref_count == 1);
  g_assert_finalize_object (fixture->actions);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
  g_free (fixture->shown);
}

static void
open_dialog (DialogFixture *fixture, DashJob *from, gboolean edit)
{
  GListModel *windows = gtk_window_get_toplevels ();

  dash_new_job_open (fixture->parent, fixture->connection, fixture->actions, from, edit);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (DASH_IS_NEW_JOB (window))
        fixture->dialog = window;
    }
  g_assert_nonnull (fixture->dialog);
  g_object_add_weak_pointer (G_OBJECT (fixture->dialog), (gpointer *) &fixture->dialog);
}

void
dialog_open (DialogFixture *fixture, DashJob *from)
{
  open_dialog (fixture, from, FALSE);
}

void
dialog_edit (DialogFixture *fixture, DashJob *draft)
{
  open_dialog (fixture, draft, TRUE);
}

static void
put_job (DialogFixture *fixture, const char *kind, const char *status, const char *selections)
{
  DashJobStore *store = dash_connection_get_store (fixture->connection);
  g_autofree char *head =
      g_strdup_printf ("\"name\":\"first\",\"kind\":%s,\"status\":\"%s\",\"priority\":7,"
                       "\"selections\":%s",
                       kind, status, selections);

  fake_server_remove_job (fixture->server, ID);
  loop_until (dash_job_store_lookup (store, ID) == NULL);
  fake_server_put_job_full (fixture->server, ID, head, "\"details\":{}");
  loop_until (dash_job_store_lookup (store, ID) != NULL);
  dialog_open (fixture, dash_job_store_lookup (store, ID));
}

void
dialog_open_draft (DialogFixture *fixture, const char *selections)
{
  put_job (fixture, "null", "created", selections);
}

char *
dialog_duplicate (DialogFixture *fixture, const char *kind, const char *selections)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", kind);
  g_autoptr (VestimJsonDoc) doc = NULL;
  const char *body;
  const char *raw;
  size_t length;

  put_job (fixture, quoted, "completed", selections);
  g_assert_cmpstr (dialog_typed (fixture, "Name"), ==, "first (copy)");
  g_assert_cmpstr (dialog_typed (fixture, "Priority"), ==, "7");
  dialog_press_create (fixture);
  loop_until (fixture->dialog == NULL);
  body = fake_server_last_body (fixture->server, "POST /jobs");
  doc = vestim_json_parse (body, strlen (body), NULL);
  raw = vestim_json_raw (vestim_json_member (vestim_json_root (doc), "selections"), &length);
  return g_strndup (raw, length);
}

GtkWidget *
widget_search (GtkWidget *root, gboolean (*test) (GtkWidget *, const char *), const char *text)
{
  GtkWidget *found = test (root, text) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = widget_search (child, test, text);
  return found;
}

gboolean
widget_is_row (GtkWidget *widget, const char *title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

gboolean
widget_is_button (GtkWidget *widget, const char *label)
{
  return GTK_IS_BUTTON (widget)
         && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

gboolean
widget_is_set (GtkWidget *widget, const char *title)
{
  return DASH_IS_FILE_SET (widget)
         && g_str_equal (adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (widget)), title);
}

gboolean
widget_is_stack (GtkWidget *widget, const char *page)
{
  return GTK_IS_STACK (widget) && gtk_stack_get_child_by_name (GTK_STACK (widget), page) != NULL;
}

static gboolean
is_shown_bar (GtkWidget *widget, const char *style)
{
  return GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, style)
         && gtk_widget_get_visible (widget);
}

gboolean
widget_is_text (GtkWidget *widget, const char *unused)
{
  return GTK_IS_TEXT_VIEW (widget);
}

GtkWidget *
dialog_row (DialogFixture *fixture, const char *title)
{
  GtkWidget *found = widget_search (fixture->dialog, widget_is_row, title);

  if (found == NULL)
    g_error ("there is no row “%s”", title);
  return found;
}

void
dialog_type (DialogFixture *fixture, const char *title, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (dialog_row (fixture, title)), text);
}

const char *
dialog_typed (DialogFixture *fixture, const char *title)
{
  return gtk_editable_get_text (GTK_EDITABLE (dialog_row (fixture, title)));
}

void
dialog_choose_kind (DialogFixture *fixture, const char *kind)
{
  gtk_stack_set_visible_child_name (
      GTK_STACK (widget_search (fixture->dialog, widget_is_stack, kind)), kind);
}

void
dialog_press_create (DialogFixture *fixture)
{
  GtkWidget *button = widget_search (fixture->dialog, widget_is_button, "C_reate");

  loop_until (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

void
dialog_add_files (DialogFixture *fixture)
{
  dash_file_set_add (
      DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Training Files")), "/a.csv");
  dash_file_set_add (
      DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Validation Files")), "/b.csv");
  dash_file_set_add (DASH_FILE_SET (widget_search (fixture->dialog, widget_is_set, "Test Files")),
                     "/c.csv");
}

const char *
dialog_fault_at (GtkWidget *of)
{
  GtkWidget *next = gtk_widget_get_next_sibling (of);

  if (next == NULL || !gtk_widget_has_css_class (next, "fault-row"))
    return NULL;
  return gtk_label_get_text (GTK_LABEL (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (next))));
}

const char *
dialog_fault_above (DialogFixture *fixture)
{
  GtkWidget *bar = widget_search (fixture->dialog, is_shown_bar, "fault-bar");

  return bar != NULL ? gtk_label_get_text (GTK_LABEL (bar)) : NULL;
}

void
dialog_refuse (DialogFixture *fixture, const char *field, const char *message)
{
  g_autofree char *body =
      g_strdup_printf ("{\"status\":422,\"detail\":\"The request is not valid.\",\"errors\":"
                       "[{\"field\":\"%s\",\"message\":\"%s\"}]}",
                       field, message);

  fake_server_set_answer (fixture->server, "/jobs", 422, body);
}
