/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-download.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "tests/support/gui/fake-server.h"
#include "tests/support/gui/loop.h"

#define ID "job_20261122-195012-000001"
#define PATH "/jobs/" ID "/files/big.csv"

typedef struct
{
  FakeServer *server;
  DashConnection *connection;
  char *folder;
  GFile *copy;
  GError *error;
  goffset reported; /* of the progress */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_server_new (NULL);
  fake_server_put_job (fixture->server, ID, "one", "completed", 1);
  fixture->connection = dash_connection_new (fake_server_get_url (fixture->server), NULL);
  fixture->folder = g_dir_make_tmp ("vestim-XXXXXX", NULL);
  fixture->copy = g_file_new_build_filename (fixture->folder, "big.csv", NULL);
  dash_connection_open (fixture->connection);
  loop_until (dash_connection_get_state (fixture->connection) == DASH_CONNECTION_ONLINE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_file_delete (fixture->copy, NULL, NULL);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* nothing else is left there */
  g_clear_error (&fixture->error);
  g_object_unref (fixture->copy);
  g_free (fixture->folder);
  dash_connection_close (fixture->connection);
  loop_until (G_OBJECT (fixture->connection)->ref_count == 1);
  g_assert_finalize_object (fixture->connection);
  fake_server_free (fixture->server);
}

static void
progress_cb (goffset done, goffset total, gpointer reported)
{
  *(goffset *) reported = done;
}

static gboolean
download (Fixture *fixture, GFile *copy)
{
  g_autoptr (GAsyncResult) result = NULL;

  dash_download_async (fixture->connection, ID, "big.csv", copy, progress_cb, &fixture->reported,
                       NULL, loop_result_cb, &result);
  loop_until (result != NULL);
  return dash_download_finish (result, &fixture->error);
}

static void
expect_content (GFile *copy, const char *content)
{
  g_autofree char *found = NULL;

  g_assert_true (g_file_load_contents (copy, NULL, &found, NULL, NULL, NULL));
  g_assert_true (g_str_equal (found, content));
}

/* (transfer full) a little more than two pieces of four MiB. */
static char *
big_text (void)
{
  GString *text = g_string_new (NULL);

  while (text->len < 9 * 1024 * 1024)
    g_string_append_printf (text, "%zu,3.7\n", text->len);
  return g_string_free (text, FALSE);
}

static void
test_pieces (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = big_text ();
  g_autoptr (GFile) upper = g_file_get_child (fixture->copy, "new");
  g_autoptr (GFile) copy = g_file_get_child (upper, "big.csv");

  fake_server_set_file (fixture->server, ID, "big.csv", text);
  g_assert_true (download (fixture, copy));
  g_assert_no_error (fixture->error);
  expect_content (copy, text);
  g_assert_cmpint (fixture->reported, ==, (goffset) strlen (text));
  g_assert_cmpuint (fake_server_count (fixture->server, "GET " PATH), ==, 3);
  g_assert_true (g_file_delete (copy, NULL, NULL));
  g_assert_true (g_file_delete (upper, NULL, NULL));
}

static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->copy), "a longer one", -1, NULL));
  fake_server_set_file (fixture->server, ID, "big.csv", "short");
  g_assert_true (download (fixture, fixture->copy));
  expect_content (fixture->copy, "short");
  fake_server_set_file (fixture->server, ID, "big.csv", "");
  g_assert_true (download (fixture, fixture->copy));
  expect_content (fixture->copy, "");
}

static void
test_link (Fixture *fixture, gconstpointer data)
{
  const char *link = g_file_peek_path (fixture->copy);
  g_autoptr (GFile) target = g_file_new_build_filename (fixture->folder, "target", NULL);

  g_assert_true (g_file_set_contents (g_file_peek_path (target), "before", -1, NULL));
  g_assert_cmpint (symlink ("target", link), ==, 0);
  fake_server_set_file (fixture->server, ID, "big.csv", "after");
  g_assert_true (download (fixture, fixture->copy));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  expect_content (target, "after");
  g_assert_true (g_file_delete (target, NULL, NULL));
}

static void
test_fifo (Fixture *fixture, gconstpointer data)
{
  const char *fifo = g_file_peek_path (fixture->copy);
  GStatBuf status;

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  fake_server_set_file (fixture->server, ID, "big.csv", "after");
  g_assert_false (download (fixture, fixture->copy));
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_assert_true (g_lstat (fifo, &status) == 0 && S_ISFIFO (status.st_mode));
}

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  static const FakeFault faults[] = { FAKE_NO_PART, FAKE_CUT, FAKE_BUSY, FAKE_ELSEWHERE };

  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->copy), "before", -1, NULL));
  fake_server_set_file (fixture->server, ID, "big.csv", "after");
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      fake_server_set_fault (fixture->server, PATH, faults[i], 4);
      g_assert_false (download (fixture, fixture->copy));
      g_assert_cmpint ((int) fixture->error->domain, ==, (int) VESTIM_ERROR);
      g_clear_error (&fixture->error);
      expect_content (fixture->copy, "before");
      fake_server_set_fault (fixture->server, PATH, FAKE_OK, 0);
    }
}

static gboolean
break_off_cb (gpointer data)
{
  Fixture *fixture = data;

  if (fake_server_count (fixture->server, "GET " PATH) == 0)
    return G_SOURCE_CONTINUE;
  fake_server_set_answer (fixture->server, PATH, 404, "{\"detail\":\"It is gone.\"}");
  return G_SOURCE_REMOVE;
}

/* The part that arrived does not replace the whole file. */
static void
test_half (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = big_text ();

  fake_server_set_file (fixture->server, ID, "big.csv", text);
  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->copy), "before", -1, NULL));
  g_idle_add_full (G_PRIORITY_DEFAULT, break_off_cb, fixture, NULL);
  g_assert_false (download (fixture, fixture->copy));
  g_assert_error (fixture->error, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET " PATH), ==, 2);
  expect_content (fixture->copy, "before");
}

static void
test_no_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) copy = g_file_new_for_path ("/proc/nowhere/big.csv");

  fake_server_set_file (fixture->server, ID, "big.csv", "text");
  g_assert_false (download (fixture, copy));
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpuint (fake_server_count (fixture->server, "GET " PATH), ==, 0);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/download/a file of several pieces arrives in new folders", test_pieces);
  ADD ("/download/an old file is replaced, also by an empty one", test_replaced);
  ADD ("/download/a link stays, and its target is replaced", test_link);
  ADD ("/download/a pipe is not replaced", test_fifo);
  ADD ("/download/a failure leaves the old file", test_failure);
  ADD ("/download/half a file replaces nothing", test_half);
  ADD ("/download/without a writable place nothing is requested", test_no_place);
  return g_test_run ();
}
