/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-files-page.h"

#include <adwaita.h>

#include "tests/support/gui/dialog.h"
#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"

#define ID "job_20261122-195012-000001"
#define N_FILES 3000

typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  GtkWidget *window;
  DashFilesPage *page;
  GListModel *items;
} Fixture;

static gboolean
is_list (GtkWidget *widget, const char *unused)
{
  return GTK_IS_LIST_VIEW (widget);
}

static GtkWidget *
list_view (Fixture *fixture)
{
  return widget_search (GTK_WIDGET (fixture->page), is_list, NULL);
}

/* Lists N_FILES files. The one with index `grown` has `size` bytes, the others have one. */
static void
list (Fixture *fixture, guint grown, guint size)
{
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; i < N_FILES; i++)
    g_string_append_printf (json,
                            "%s{\"name\":\"f%04u.csv\",\"size\":%u,\"modified_at\":"
                            "\"2026-11-22T20:00:00.000Z\"}",
                            i > 0 ? "," : "", i, i == grown ? size : 1);
  g_string_append_c (json, ']');
  fake_server_set_answer (fixture->server, "/jobs/" ID "/files", 200, json->str);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  DashJobStore *store;

  fixture->server = fake_server_new (NULL);
  fake_server_put_job (fixture->server, ID, "one", "running", 0.5);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), NULL);
  store = dash_connection_get_store (fixture->connection);
  dash_connection_open (fixture->connection);
  loop_until (dash_job_store_lookup (store, ID) != NULL);
  fixture->page = g_object_new (DASH_TYPE_FILES_PAGE, NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  fixture->items = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list_view (fixture))));
  dash_files_page_set_connection (fixture->page, fixture->connection);
  dash_files_page_set_job (fixture->page, dash_job_store_lookup (store, ID));
  list (fixture, 0, 1);
  dash_files_page_refresh (fixture->page);
  gtk_window_present (GTK_WINDOW (fixture->window));
  loop_until (g_list_model_get_n_items (fixture->items) == N_FILES);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
}

static guint
count_rows (Fixture *fixture)
{
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list_view (fixture)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    n++;
  return n;
}

static void
test_rows (Fixture *fixture, gconstpointer data)
{
  loop_until (count_rows (fixture) > 0);
  g_assert_cmpuint (count_rows (fixture), <, 500);
}

static void
changed_cb (GListModel *items, guint position, guint removed, guint added, guint *changes)
{
  changes[0]++;
  changes[1] = position;
  changes[2] = removed;
  changes[3] = added;
}

static void
test_growth (Fixture *fixture, gconstpointer data)
{
  guint changes[4] = { 0 };

  g_signal_connect (fixture->items, "items-changed", G_CALLBACK (changed_cb), changes);
  list (fixture, 1234, 99);
  dash_files_page_refresh (fixture->page);
  loop_until (changes[0] > 0);
  g_assert_cmpuint (changes[1], ==, 1234);
  g_assert_cmpuint (changes[2], ==, 1);
  g_assert_cmpuint (changes[3], ==, 1);
  dash_files_page_refresh (fixture->page);
  loop_until (fake_server_count (fixture->server, "GET /jobs/" ID "/files") == 3);
  fake_server_set_answer (fixture->server, "/jobs/" ID "/files", 200, "[]");
  loop_until (
      (dash_files_page_refresh (fixture->page), g_list_model_get_n_items (fixture->items) == 0));
  g_assert_cmpuint (changes[0], ==, 2); /* the same list changes nothing */
}

#define ADD(name, function) \
  g_test_add ("/files-page/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("of thousands of files only the visible ones have rows", test_rows);
  ADD ("a file that grows changes only its own row", test_growth);
  return g_test_run ();
}
