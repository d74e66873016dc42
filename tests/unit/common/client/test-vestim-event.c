/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-event.h"

#include "common/json/vestim-json.h"

static void
test_a_job_comes_with_its_folder (void)
{
  g_autoptr (VestimEvent) event = vestim_event_parse (
      "job", "{\"job_id\":\"j\",\"status\":\"running\",\"job_folder\":\"/f\"}", NULL);

  g_assert_cmpint (event->kind, ==, VESTIM_EVENT_JOB);
  g_assert_cmpint (event->job->state, ==, VESTIM_JOB_RUNNING);
  g_assert_cmpstr (event->folder, ==, "/f");
}

static void
test_jobs_are_removed_by_their_ids (void)
{
  g_autoptr (VestimEvent) one = vestim_event_parse ("deleted", "{\"job_id\":\"a\"}", NULL);
  g_autoptr (VestimEvent) some =
      vestim_event_parse ("cleared", "{\"all\":false,\"job_ids\":[\"a\",\"b\"]}", NULL);
  g_autoptr (VestimEvent) all = vestim_event_parse ("cleared", "{\"all\":true}", NULL);

  g_assert_cmpint (one->kind, ==, VESTIM_EVENT_REMOVED);
  g_assert_cmpstr (one->job_ids[0], ==, "a");
  g_assert_cmpuint (g_strv_length (some->job_ids), ==, 2);
  g_assert_cmpint (all->kind, ==, VESTIM_EVENT_REMOVED);
  g_assert_null (all->job_ids);
}

/* A later server may send more types, with data of any form. */
static void
test_other_types_are_for_others (void)
{
  g_autoptr (VestimEvent) reset = vestim_event_parse ("reset", "{}", NULL);
  g_autoptr (VestimEvent) other = vestim_event_parse ("weather", "sunny", NULL);

  g_assert_cmpint (reset->kind, ==, VESTIM_EVENT_RESET);
  g_assert_cmpint (other->kind, ==, VESTIM_EVENT_OTHER);
}

static void
test_wrong_data_are_an_error (void)
{
  static const char *const events[][2] = {
    { "job", "{\"job_id\":" },        { "job", "{}" },     { "deleted", "{}" },
    { "deleted", "{\"job_id\":7}" },  { "cleared", "{}" }, { "cleared", "[]" },
    { "cleared", "{\"job_ids\":7}" }, { "cleared", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vestim_event_parse (events[i][0], events[i][1], &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == VESTIM_JSON_ERROR);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/a-job-comes-with-its-folder", test_a_job_comes_with_its_folder);
  g_test_add_func ("/event/jobs-are-removed-by-their-ids", test_jobs_are_removed_by_their_ids);
  g_test_add_func ("/event/other-types-are-for-others", test_other_types_are_for_others);
  g_test_add_func ("/event/wrong-data-are-an-error", test_wrong_data_are_an_error);
  return g_test_run ();
}
