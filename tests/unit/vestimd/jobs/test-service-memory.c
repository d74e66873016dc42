/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "daemon/vestimd/jobs/service-fetch.h"
#include "tests/support/service-fixture.h"

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

/* A service that keeps no job that neither waits nor runs. */
static Fixture *
forgetful_fixture (void)
{
  Fixture *fixture = fixture_new (1);

  fixture->jobs_in_memory = 0;
  fixture_restart (fixture);
  return fixture;
}

/* `(transfer full)` the ID of a draft that has left memory. */
static char *
absent_draft (Fixture *fixture)
{
  char *id = fixture_create (fixture, 0, true, TRUE_COMMAND);

  fixture_settle (fixture);
  g_assert_null (service_find (fixture->service, id));
  g_assert_nonnull (service_find_entry (fixture->service, id));
  return id;
}

typedef struct
{
  Fixture *fixture;
  const char *id;
  bool is_done;
  int code;
  char *name;        /* of the job in memory when the fetch was done */
  ServiceHold *hold; /* (nullable) it then gets the job */
} Fetched;

static void
on_fetched (void *user, int code)
{
  Fetched *fetched = user;
  Job *job = service_find (fetched->fixture->service, fetched->id);

  fetched->is_done = true;
  fetched->code = code;
  fetched->name = job != NULL ? g_strdup (job_get (job)->name) : NULL;
  if (fetched->hold != NULL)
    service_hold_job (fetched->hold, job);
}

static void
test_a_job_is_fetched_and_leaves_again (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *id = absent_draft (fixture);
  Fetched fetched = { fixture, id, false, -1, NULL, NULL };

  g_assert_cmpuint (service_count_absent (fixture->service), ==, 1);
  service_fetch_job (fixture->service, id, on_fetched, &fetched);
  g_assert_false (fetched.is_done);
  fixture_wait (fixture, &fetched.is_done);
  g_assert_cmpint (fetched.code, ==, 0);
  g_assert_cmpstr (fetched.name, ==, "Job 1");
  fixture_settle (fixture);
  g_assert_null (service_find (fixture->service, id));
  g_assert_cmpuint (service_count (fixture->service, VESTIM_JOB_CREATED), ==, 1);
  g_free (fetched.name);
  fixture_free (fixture);
}

static void
test_a_job_that_is_not_in_memory_can_be_changed_started_and_deleted (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *id = absent_draft (fixture);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  Fetched fetched = { fixture, id, false, -1, NULL, NULL };

  fixture_rename (fixture, id, &answer);
  fixture_wait (fixture, &answer.is_done);
  answer_clear (&answer);
  fixture_settle (fixture);
  g_assert_null (service_find (fixture->service, id));
  service_fetch_job (fixture->service, id, on_fetched, &fetched);
  fixture_wait (fixture, &fetched.is_done);
  g_assert_cmpstr (fetched.name, ==, "renamed");
  g_free (fetched.name);

  service_start_job (fixture->service, id, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  answer_clear (&answer);
  fixture_settle (fixture);
  attempt_started (fixture, fixture_last_attempt (fixture));
  g_assert_nonnull (service_find (fixture->service, id));
  attempt_ended (fixture, fixture_last_attempt (fixture), &(AttemptResult){ .exit_code = 0 });
  fixture_settle (fixture);
  g_assert_null (service_find (fixture->service, id));
  g_assert_cmpuint (service_count (fixture->service, VESTIM_JOB_COMPLETED)
                        + service_count (fixture->service, VESTIM_JOB_FAILED),
                    ==, 1);

  service_delete (fixture->service, id, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  answer_clear (&answer);
  g_assert_null (service_find_entry (fixture->service, id));
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  fixture_free (fixture);
}

/* Makes copies of the first job, up to `n` jobs, and restarts the service. */
static void
make_drafts (Fixture *fixture, int n)
{
  g_autofree char *id = fixture_create (fixture, 0, true, TRUE_COMMAND);
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  g_autoptr (GString) sql = g_string_new ("CREATE TEMP TABLE copy AS SELECT * FROM jobs; BEGIN;");
  sqlite3 *db;

  for (int i = 2; i <= n; i++)
    g_string_append_printf (sql,
                            "UPDATE copy SET sequence = %d, job_id = '%.20s%06x';"
                            "INSERT INTO jobs SELECT * FROM copy;",
                            i, id, (unsigned) i);
  g_string_append (sql, "COMMIT;");
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql->str, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  fixture_restart (fixture);
}

static void
test_a_clear_deletes_absent_jobs_in_parts (void)
{
  Fixture *fixture = forgetful_fixture ();
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  make_drafts (fixture, 600);
  g_ptr_array_set_size (fixture->events, 0);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpuint (answer.count, ==, 600);
  g_assert_cmpuint (fixture->events->len, ==, 2);
  g_assert_cmpstr (fixture->events->pdata[0], ==, "cleared 500");
  g_assert_cmpstr (fixture->events->pdata[1], ==, "cleared all");
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  answer_clear (&answer);
  fixture_restart (fixture);
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  fixture_free (fixture);
}

/* The second one finds jobs whose deletion is on its way. */
static void
test_two_clears_of_absent_jobs_both_end (void)
{
  Fixture *fixture = forgetful_fixture ();
  Answer one = { 0 }, other = { 0 };
  ServiceCall first = answer_call (&one, NULL), second = answer_call (&other, NULL);

  make_drafts (fixture, 300);
  service_clear (fixture->service, SERVICE_ALL_STATES, &first);
  service_clear (fixture->service, SERVICE_ALL_STATES, &second);
  fixture_wait (fixture, &one.is_done);
  fixture_wait (fixture, &other.is_done);
  g_assert_cmpuint (one.count + other.count, ==, 300);
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  answer_clear (&one);
  answer_clear (&other);
  fixture_free (fixture);
}

/* The registry is gone for a while. */
static void
test_a_clear_of_absent_jobs_that_cannot_be_stored_changes_nothing (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  make_drafts (fixture, 300);
  g_assert_cmpint (g_rename (path, other), ==, 0);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_expect (fixture, &answer, SERVICE_E_DAMAGED);
  g_assert_cmpuint (service_total (fixture->service), ==, 300);
  g_assert_cmpint (g_rename (other, path), ==, 0);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpuint (answer.count, ==, 300);
  answer_clear (&answer);
  fixture_free (fixture);
}

/* What is deleted stays so; the answer says that there may be more. */
static void
test_a_clear_of_absent_jobs_ends_when_the_service_stops (void)
{
  Fixture *fixture = forgetful_fixture ();
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  make_drafts (fixture, 600);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  fixture_restart (fixture);
  g_assert_true (answer.is_done);
  g_assert_cmpint (answer.code, ==, SERVICE_E_STOPPING);
  g_assert_cmpuint (service_total (fixture->service), ==, 100);
  answer_clear (&answer);
  fixture_free (fixture);
}

/* Otherwise a job could be in memory, and change, while it is being deleted. */
static void
test_a_fetch_waits_for_the_deletion_of_its_job (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *id = absent_draft (fixture);
  Fetched fetched = { fixture, id, false, -1, NULL, NULL };
  Answer cleared = { 0 }, renamed = { 0 };
  ServiceCall call = answer_call (&cleared, NULL);

  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  service_fetch_job (fixture->service, id, on_fetched, &fetched);
  fixture_rename (fixture, id, &renamed);
  fixture_wait (fixture, &fetched.is_done);
  fixture_wait (fixture, &renamed.is_done);
  fixture_wait (fixture, &cleared.is_done);
  g_assert_cmpuint (cleared.count, ==, 1);
  g_assert_cmpint (fetched.code, ==, 0);
  g_assert_null (fetched.name);
  g_assert_cmpint (renamed.code, ==, SERVICE_E_NOT_FOUND);
  answer_clear (&cleared);
  answer_clear (&renamed);
  fixture_free (fixture);
}

/* A list holds the jobs that it has while it fetches others. */
static void
test_a_held_job_stays_in_memory (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *id = absent_draft (fixture);
  g_autofree char *other = NULL;
  ServiceHold *hold = service_hold_new (fixture->service);
  Fetched fetched = { fixture, id, false, -1, NULL, hold };

  service_fetch_job (fixture->service, id, on_fetched, &fetched);
  fixture_wait (fixture, &fetched.is_done);
  g_free (fetched.name);
  other = fixture_create (fixture, 0, true, TRUE_COMMAND);
  fixture_settle (fixture);
  g_assert_nonnull (service_find (fixture->service, id));
  g_assert_nonnull (service_find (fixture->service, other));
  service_hold_free (hold);
  fixture_settle (fixture);
  g_assert_null (service_find (fixture->service, id));
  g_assert_null (service_find (fixture->service, other));
  fixture_free (fixture);
}

typedef struct
{
  Fixture *fixture;
  const char *id;
  Answer renamed;
  bool is_done;
  bool was_absent; /* the job was renamed, and then not in memory, when the fetch was done */
} Other;

static void
on_others_fetched (void *user, int code)
{
  Other *other = user;

  g_assert_cmpint (code, ==, 0);
  other->is_done = true;
  other->was_absent =
      other->renamed.is_done && service_find (other->fixture->service, other->id) == NULL;
}

/* The fetch may have read a row of the job before the change. Whether the change is stored before
 * the fetch is over, is chance. */
static void
test_a_job_that_changes_during_a_fetch_stays_in_memory (void)
{
  enum
  {
    N = 2000
  };
  Fixture *fixture = forgetful_fixture ();
  g_autoptr (GArray) sequences = g_array_new (false, false, sizeof (int64_t));
  g_autofree char *id = NULL;
  Other other = { .fixture = fixture };
  JobIndexWalk walk;

  make_drafts (fixture, N);
  for (int64_t i = 2; i <= N; i++)
    g_array_append_val (sequences, i);
  walk = service_walk (fixture->service, 2);
  id = vestim_job_id_of_stamp (service_next_older (fixture->service, &walk)->brief.stamp, 1);
  other.id = id;
  fixture_rename (fixture, id, &other.renamed);
  service_fetch (fixture->service, (const int64_t *) (const void *) sequences->data, sequences->len,
                 on_others_fetched, &other);
  fixture_wait (fixture, &other.is_done);
  fixture_wait (fixture, &other.renamed.is_done);
  g_assert_false (other.was_absent);
  answer_clear (&other.renamed);
  fixture_free (fixture);
}

/* ---- Search ---- */

typedef struct
{
  bool is_done;
  ServiceSearch *search;
} Found;

static void
on_search (void *user, int code, ServiceSearch *search)
{
  Found *found = user;

  g_assert_cmpint (code, ==, 0);
  found->is_done = true;
  found->search = search;
}

static bool
is_renamed (const void *filter, const VestimJob *job)
{
  return strcmp (job->name, filter) == 0;
}

static void
test_a_search_finds_absent_jobs (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *other = absent_draft (fixture);
  g_autofree char *renamed = absent_draft (fixture);
  Found found = { 0 };

  g_assert_cmpstr (other, !=, renamed);
  service_search (fixture->service, is_renamed, "Job 2", on_search, &found);
  fixture_wait (fixture, &found.is_done);
  g_assert_cmpuint (service_search_found (found.search)->len, ==, 1);
  g_assert_cmpint (g_array_index (service_search_found (found.search), int64_t, 0), ==,
                   vestim_job_id_sequence (renamed));
  service_search_free (found.search);
  fixture_free (fixture);
}

/* The search may have read the job before it was renamed. */
static void
test_a_job_that_changes_during_a_search_stays_in_memory (void)
{
  Fixture *fixture = forgetful_fixture ();
  g_autofree char *id = absent_draft (fixture);
  Found found = { 0 };
  Answer answer = { 0 };

  service_search (fixture->service, is_renamed, "renamed", on_search, &found);
  fixture_rename (fixture, id, &answer);
  fixture_wait (fixture, &answer.is_done);
  fixture_wait (fixture, &found.is_done);
  fixture_settle (fixture);
  g_assert_nonnull (service_find (fixture->service, id));
  service_search_free (found.search);
  answer_clear (&answer);
  fixture_rename (fixture, id, &answer);
  fixture_wait (fixture, &answer.is_done);
  answer_clear (&answer);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/service_memory/" #name, test_##name)
  ADD (a_job_is_fetched_and_leaves_again);
  ADD (a_job_that_is_not_in_memory_can_be_changed_started_and_deleted);
  ADD (a_clear_deletes_absent_jobs_in_parts);
  ADD (two_clears_of_absent_jobs_both_end);
  ADD (a_clear_of_absent_jobs_that_cannot_be_stored_changes_nothing);
  ADD (a_clear_of_absent_jobs_ends_when_the_service_stops);
  ADD (a_fetch_waits_for_the_deletion_of_its_job);
  ADD (a_held_job_stays_in_memory);
  ADD (a_job_that_changes_during_a_fetch_stays_in_memory);
  ADD (a_search_finds_absent_jobs);
  ADD (a_job_that_changes_during_a_search_stays_in_memory);
  return g_test_run ();
}
