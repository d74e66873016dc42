/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/attempt/heartbeat.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

typedef struct
{
  JobFolder folder;
  int fd;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  job_folder_init (&f->folder);
  f->fd = fd_open_folder (f->folder.path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  fd_clear (&f->fd);
  job_folder_clear (&f->folder);
}

static void
test_each_text_replaces_the_one_before (Fixture *f, gconstpointer data)
{
  const Heartbeat first = { .beat = G_MAXUINT64, .age_ms = G_MAXINT64, .started_at = G_MAXINT64 };
  const Heartbeat next = { .beat = 2, .age_ms = 5, .started_at = 0 };
  Heartbeat heartbeat;

  g_assert_cmpint (heartbeat_create (f->fd, &first), ==, 0);
  g_assert_true (heartbeat_read (f->fd, &heartbeat));
  g_assert_cmpmem (&heartbeat, sizeof heartbeat, &first, sizeof first);
  g_assert_cmpint (heartbeat_write (f->fd, &next), ==, 0);
  g_assert_true (heartbeat_read (f->fd, &heartbeat));
  g_assert_cmpmem (&heartbeat, sizeof heartbeat, &next, sizeof next);
}

/* Other programs may read it; and a text of another length would leave a rest behind. */
static void
test_the_text_is_one_line_of_json_of_fixed_width (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  heartbeat_create (f->fd, &(Heartbeat){ .beat = 7, .age_ms = 60000 });
  text = job_folder_read (&f->folder, "heartbeat.json");
  g_assert_cmpstr (text, ==,
                   "{\"version\":1,\"beat\":                   7,"
                   "\"age_ms\":               60000,\"started_at\":                   0}\n");
}

/* It is no longer our claim, or the folder is gone: the shim must hear of it. */
static void
test_a_file_that_is_gone_is_not_made_again (Fixture *f, gconstpointer data)
{
  g_autofree char *path = job_folder_file (&f->folder, "heartbeat.json");
  Heartbeat heartbeat = { .beat = 1 };

  g_assert_cmpint (heartbeat_write (f->fd, &heartbeat), ==, -ENOENT);
  g_assert_cmpint (heartbeat_create (f->fd, &heartbeat), ==, 0);
  g_assert_cmpint (heartbeat_create (f->fd, &heartbeat), ==, -EEXIST);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (heartbeat_write (f->fd, &heartbeat), ==, -ENOENT);
  g_assert_false (heartbeat_read (f->fd, &heartbeat));
  g_assert_cmpuint (heartbeat.beat, ==, 0);
}

static void
test_a_damaged_text_is_no_beat (void)
{
  static const char *const texts[] = {
    "",
    "{\"version\":1,\"beat\":",
    "{\"version\":1,\"beat\":0}",
    "{\"version\":1,\"beat\":-1}",
    "{\"version\":1,\"beat\":\"1\"}",
    "{\"version\":1,\"age_ms\":1}",
    "{\"version\":2,\"beat\":1}",
  };
  Heartbeat heartbeat;

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_false (heartbeat_parse (&heartbeat, texts[i], strlen (texts[i])));
      g_assert_cmpuint (heartbeat.beat, ==, 0);
    }
}

#define ADD(name) g_test_add ("/heartbeat/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (each_text_replaces_the_one_before);
  ADD (the_text_is_one_line_of_json_of_fixed_width);
  ADD (a_file_that_is_gone_is_not_made_again);
  g_test_add_func ("/heartbeat/a_damaged_text_is_no_beat", test_a_damaged_text_is_no_beat);
  return g_test_run ();
}
