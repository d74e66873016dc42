/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <unistd.h>

#include "daemon/vestimd/server-file.h"
#include "tests/support/scratch.h"

static void
test_what_is_written_is_read_back (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "server.json");
  ServerFile file;

  g_assert_cmpint (server_file_write (path, "http://[::1]:80", "0.1.0", 1795377012123), ==, 0);
  g_assert_cmpint (server_file_read (path, &file), ==, 0);
  g_assert_cmpint (file.pid, ==, getpid ());
  g_assert_cmpstr (file.url, ==, "http://[::1]:80");
  g_assert_cmpstr (file.version, ==, "0.1.0");
  g_assert_cmpstr (file.started_at, ==, "2026-11-22T19:50:12.123Z");
  g_assert_cmpint (scratch_mode (path), ==, 0600);
  server_file_clear (&file);
}

/* Clients and --status may read the file at any moment, also after someone edited it. */
static void
test_garbage_is_not_absence (void)
{
  g_autoptr (ScratchPath) folder = scratch_new ();
  g_autofree char *path = scratch_path (folder, "server.json");
  const char *const contents[] = { "",
                                   "[]",
                                   "{}",
                                   "{\"pid\": 1}",
                                   "{\"pid\": -1, \"url\": \"\", \"version\": \"\", "
                                   "\"started_at\": \"\"}",
                                   "{\"pid\": 1, \"url\": 5, \"version\": \"\", "
                                   "\"started_at\": \"\"}" };
  ServerFile file;

  g_assert_cmpint (server_file_read (path, &file), ==, -ENOENT);
  for (size_t i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      scratch_write (path, contents[i]);
      g_assert_cmpint (server_file_read (path, &file), ==, -EBADMSG);
      g_assert_null (file.url);
    }
}

/* Clients connect to the URL, and cannot connect to a wildcard address. */
static void
test_the_url_can_be_connected_to (void)
{
  g_autofree char *v4 = server_file_url ("127.0.0.1", 8001);
  g_autofree char *v6 = server_file_url ("fe80::1", 80);
  g_autofree char *any = server_file_url ("0.0.0.0", 1);
  g_autofree char *any6 = server_file_url ("::", 65535);

  g_assert_cmpstr (v4, ==, "http://127.0.0.1:8001");
  g_assert_cmpstr (v6, ==, "http://[fe80::1]:80");
  g_assert_cmpstr (any, ==, "http://127.0.0.1:1");
  g_assert_cmpstr (any6, ==, "http://[::1]:65535");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-file/what-is-written-is-read-back", test_what_is_written_is_read_back);
  g_test_add_func ("/server-file/garbage-is-not-absence", test_garbage_is_not_absence);
  g_test_add_func ("/server-file/the-url-can-be-connected-to", test_the_url_can_be_connected_to);
  return g_test_run ();
}
