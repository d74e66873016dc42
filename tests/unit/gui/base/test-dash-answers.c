/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gui/base/dash-file-info.h"
#include "gui/base/dash-server-info.h"
#include "gui/base/dash-snapshot.h"

#define JOB \
  "{\"job_id\":\"job_20261122-195012-%06x\",\"name\":\"n\",\"kind\":\"command\",\"status\":" \
  "\"queued\",\"priority\":0,\"selections\":{\"argv\":[\"x\"]},\"job_folder\":\"/f\"," \
  "\"attempt\":1,\"created_at\":\"2026-11-22T19:50:12.123Z\",\"updated_at\":" \
  "\"2026-11-22T19:50:12.123Z\",\"started_at\":null,\"finished_at\":null,\"progress\":null," \
  "\"message\":null,\"details\":{}}"

/* A job that is twice in a list would be two equal rows. */
static void
test_list (void)
{
  g_autofree char *one = g_strdup_printf (JOB, 1);
  g_autofree char *two = g_strdup_printf (JOB, 2);
  g_autofree char *text = g_strdup_printf ("[%s,%s,%s]", two, one, two);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = dash_snapshot_parse_list (text, strlen (text), &error);
  const DashSnapshot *first;

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  first = list->pdata[0];
  g_assert_cmpstr (first->job->id, ==, "job_20261122-195012-000002");
  g_assert_cmpstr (first->folder, ==, "/f");
  g_assert_cmpstr (first->job->selections, ==, "{\"argv\":[\"x\"]}");
}

/* Half a list is worse than none: the old list stays. */
static void
test_garbled_list (void)
{
  static const char *const texts[] = { "", "{}", "[1]", "[{\"job_id\":\"x\"}]", "[{]", "\xff" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (dash_snapshot_parse_list (texts[i], strlen (texts[i]), &error));
      g_assert_nonnull (error);
    }
}

/* Any program may answer at that address; only a vestimd is accepted. */
static void
test_status (void)
{
  static const char good[] = "{\"status\":\"online\",\"pid\":7,\"version\":\"1\",\"uptime_s\":2.5,"
                             "\"max_running\":3,\"jobs\":{\"running\":2},\"jobs_bytes\":null}";
  static const char *const bad[] = { "{}", "[]", "{\"status\":\"ok\"}", "<html>" };
  g_autoptr (GError) error = NULL;
  g_autoptr (DashServerInfo) info = dash_server_info_parse (good, strlen (good), &error);

  g_assert_no_error (error);
  g_assert_cmpint (info->jobs[VESTIM_JOB_RUNNING], ==, 2);
  g_assert_cmpint (info->jobs_bytes, ==, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (dash_server_info_parse (bad[i], strlen (bad[i]), NULL));
}

static void
test_queue_status (void)
{
  static const char text[] =
      "{\"status\":\"online\",\"paused\":true,\"capacity\":{\"cpus\":8,\"memory_mb\":16000,"
      "\"gpus\":9e18},\"in_use\":{\"cpus\":-3},\"groups\":[{\"name\":\"lab\",\"max_running\":2,"
      "\"paused\":true,\"queued\":5,\"running\":1},{\"name\":\"other\",\"max_running\":null}]}";
  g_autoptr (DashServerInfo) info = dash_server_info_parse (text, strlen (text), NULL);
  const DashGroup *lab = info->groups->pdata[0];
  const DashGroup *other = info->groups->pdata[1];

  g_assert_true (info->paused);
  g_assert_cmpint (info->capacity.cpus, ==, 8);
  g_assert_cmpint (info->capacity.memory_mb, ==, 16000);
  g_assert_cmpint (info->capacity.gpus, ==, G_MAXINT);
  g_assert_cmpint (info->in_use.cpus, ==, 0);
  g_assert_cmpint (info->groups->len, ==, 2);
  g_assert_cmpstr (lab->name, ==, "lab");
  g_assert_cmpint (lab->max_running, ==, 2);
  g_assert_true (lab->paused);
  g_assert_cmpint (lab->queued, ==, 5);
  g_assert_cmpint (lab->running, ==, 1);
  g_assert_cmpint (other->max_running, ==, -1);
  g_assert_false (other->paused);
}

/* A small popover and a spin button show what the server reports about itself. */
static void
test_hostile_status (void)
{
  g_autoptr (GString) text =
      g_string_new ("{\"status\":\"online\",\"max_running\":9e18,\"uptime_s\":-1,"
                    "\"jobs\":[7],\"version\":\"1\\n<b>");
  g_autoptr (DashServerInfo) info = NULL;

  for (int i = 0; i < 10000; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\"}");
  info = dash_server_info_parse (text->str, text->len, NULL);
  g_assert_cmpint (info->max_running, ==, 100000);
  g_assert_cmpint (g_utf8_strlen (info->version, -1), ==, 41);
  g_assert_true (g_str_has_prefix (info->version, "1 <b>x"));
}

static void
test_files (void)
{
  static const char text[] = "[{\"name\":\"tasks/1/model.bin\",\"size\":12,\"modified_at\":"
                             "\"2026-11-22T19:50:12.123Z\"}]";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = dash_file_info_parse_list (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (((DashFileInfo *) list->pdata[0])->name, ==, "tasks/1/model.bin");
  g_assert_cmpint (((DashFileInfo *) list->pdata[0])->size, ==, 12);
  g_assert_null (dash_file_info_parse_list ("[{}]", 4, NULL));
}

/* A file that its job named in another encoding can still be opened and saved. */
static void
test_other_names (void)
{
  static const char text[] = "[{\"name\":\"caf\xef\xbf\xbd 1.csv\",\"path\":\"caf%E9%201.csv\"}]";
  static const char hostile[] = "[{\"name\":\"x\",\"path\":\"a%00b\"}]";
  g_autoptr (GPtrArray) list = dash_file_info_parse_list (text, strlen (text), NULL);

  g_assert_nonnull (list);
  g_assert_cmpstr (((DashFileInfo *) list->pdata[0])->name, ==, "caf\xe9 1.csv");
  g_assert_null (dash_file_info_parse_list (hostile, strlen (hostile), NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answers/a list has each job once", test_list);
  g_test_add_func ("/answers/a garbled list is an error", test_garbled_list);
  g_test_add_func ("/answers/only a vestimd is accepted", test_status);
  g_test_add_func ("/answers/the status of the queue is read", test_queue_status);
  g_test_add_func ("/answers/absurd values of a server are limited", test_hostile_status);
  g_test_add_func ("/answers/files have names and sizes", test_files);
  g_test_add_func ("/answers/the name of a file may be any bytes", test_other_names);
  return g_test_run ();
}
