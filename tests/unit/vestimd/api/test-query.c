/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/api/job-filter.h"
#include "daemon/vestimd/api/query.h"
#include "common/json/vestim-fields.h"

static unsigned
n_faults (const char *text)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_auto (Query) query = { .n = 0 };
  g_auto (JobFilter) filter = { .limit = 0 };

  query_parse (&query, text, errors);
  job_filter_read (&filter, &query, errors);
  return errors->len;
}

/* Names are typed by people: spaces and letters of any alphabet come encoded. */
static void
test_values_are_decoded (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_auto (Query) query = { .n = 0 };

  query_parse (&query, "q=a+b%20%c3%A9%2B&&x=&y", errors);
  g_assert_cmpuint (errors->len, ==, 0);
  g_assert_cmpstr (query_get (&query, "q"), ==, "a b \xc3\xa9+");
  g_assert_cmpstr (query_get (&query, "x"), ==, "");
  g_assert_cmpstr (query_get (&query, "y"), ==, "");
  g_assert_null (query_get (&query, "z"));
}

/* A filter that is silently ignored shows, or clears, the wrong jobs. */
static void
test_what_is_not_valid_is_a_fault (void)
{
  static const char *const invalid[] = { "q=%",
                                         "q=%4",
                                         "q=%zz",
                                         "q=%00",
                                         "q=%ff",
                                         "q=a&q=b",
                                         "limit=0",
                                         "limit=-1",
                                         "limit=1.5",
                                         "limit=",
                                         "limit=99999999999999999999",
                                         "status=",
                                         "status=queued,",
                                         "status=Queued",
                                         "status=queued,%20running",
                                         "kind=shell",
                                         "kind=",
                                         "tag=",
                                         "tag=a%0ab",
                                         "group=",
                                         "group=a/b",
                                         "executor=",
                                         "executor=Local",
                                         "after=x",
                                         "after=",
                                         "after=job_20261122-195012-000000" };

  for (size_t i = 0; i < G_N_ELEMENTS (invalid); i++)
    if (n_faults (invalid[i]) != 1)
      g_error ("%u faults in %s", n_faults (invalid[i]), invalid[i]);
  g_assert_cmpuint (n_faults ("limit=1&status=queued,running&kind=command&q="
                              "&after=job_20261122-195012-00002a"),
                    ==, 0);
  g_assert_cmpuint (n_faults (NULL), ==, 0);
}

static void
test_booleans_are_words (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_auto (Query) query = { .n = 0 };
  bool a = false, b = true, c = true;

  query_parse (&query, "a=true&b=false&c=1", errors);
  query_get_bool (&query, "a", &a, errors);
  query_get_bool (&query, "b", &b, errors);
  g_assert_cmpuint (errors->len, ==, 0);
  query_get_bool (&query, "c", &c, errors);
  g_assert_cmpuint (errors->len, ==, 1);
  g_assert_true (a && !b && c);
}

static bool
matches (const char *text, const VestimJob *job)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_auto (Query) query = { .n = 0 };
  g_auto (JobFilter) filter = { .limit = 0 };

  query_parse (&query, text, errors);
  job_filter_read (&filter, &query, errors);
  g_assert_cmpuint (errors->len, ==, 0);
  return job_filter_matches (&filter, job);
}

/* A user looks for a name as remembered, not as typed. */
static void
test_jobs_are_found_by_name_and_id_in_any_case (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  g_free (job->name);
  job->name = g_strdup ("US06 \xc3\x89tude");
  job->id = g_strdup ("job_20261122-195012-00002a");
  job->kind = VESTIM_JOB_KIND_COMMAND;
  job->state = VESTIM_JOB_QUEUED;
  g_assert_true (matches ("q=us06", job));
  g_assert_true (matches ("q=00002A", job));
  g_assert_true (matches ("q=%C3%A9tude", job));
  g_assert_false (matches ("q=us07", job));
  g_assert_true (matches ("status=queued,running&kind=command", job));
  g_assert_false (matches ("status=running", job));
  g_assert_false (matches ("kind=estimation", job));
}

/* Both are held for their user, however they came to it. A draft cannot be released. */
static void
test_held_and_paused_jobs_are_found (void)
{
  g_autoptr (VestimJob) job = vestim_job_new ();

  job->id = g_strdup ("job_20261122-195012-00002a");
  job->state = VESTIM_JOB_CREATED;
  g_assert_false (matches ("status=held", job));
  job->kind = VESTIM_JOB_KIND_COMMAND;
  g_assert_true (matches ("status=held", job));
  job->state = VESTIM_JOB_QUEUED;
  g_assert_false (matches ("status=running,held", job));
  job->paused = true;
  g_assert_true (matches ("status=running,held", job));
  g_assert_true (matches ("status=queued", job));
  g_assert_false (matches ("status=paused", job));
  job->state = VESTIM_JOB_RUNNING;
  g_assert_true (matches ("status=paused", job));
  g_assert_false (matches ("status=held,queued", job));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-query/values-are-decoded", test_values_are_decoded);
  g_test_add_func ("/api-query/what-is-not-valid-is-a-fault", test_what_is_not_valid_is_a_fault);
  g_test_add_func ("/api-query/booleans-are-words", test_booleans_are_words);
  g_test_add_func ("/api-query/held-and-paused-jobs-are-found",
                   test_held_and_paused_jobs_are_found);
  g_test_add_func ("/api-query/jobs-are-found-in-any-case",
                   test_jobs_are_found_by_name_and_id_in_any_case);
  return g_test_run ();
}
