/* SPDX-License-Identifier: MIT */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "tests/support/service-fixture.h"

/* Changes of many jobs, and changes of one job among many. */

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"
#define MANY 300

/* Every second job waits for the one before; each asks for another amount of memory. */
#define VARY \
  "UPDATE jobs SET group_name = 'group-' || (sequence % 4)," \
  " resources = '{\"cpus\":1,\"memory_mb\":' || (1 + sequence % 100) || ',\"gpus\":0}'," \
  " depends_on = CASE WHEN sequence % 2 = 0 THEN '[{\"job_id\":\"' || substr(job_id, 1, 20)" \
  " || printf('%06x', sequence - 1) || '\",\"when\":\"completed\"}]' END"

static void
set_max_running (Fixture *fixture, int n)
{
  ServiceSettings values = *service_get_settings (fixture->service);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  values.max_running = n;
  service_set_settings (fixture->service, &values, SERVICE_MAX_RUNNING, &call);
  fixture_expect (fixture, &answer, 0);
}

/* A service that starts nothing, with `n` jobs. `change`: (nullable) SQL. */
static Fixture *
fixture_with (int n, bool hold, const char *change)
{
  Fixture *fixture = fixture_new (0);
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  g_autofree char *sql =
      g_strdup_printf ("CREATE TEMP TABLE copy AS SELECT * FROM jobs;"
                       "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS"
                       " (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n;"
                       "BEGIN;"
                       "CREATE TEMP TRIGGER make AFTER DELETE ON n BEGIN"
                       " UPDATE copy SET sequence = OLD.i, rank = OLD.i * 1048576,"
                       "  job_id = substr(job_id, 1, 20) || printf('%%06x', OLD.i);"
                       " INSERT INTO jobs SELECT * FROM copy; END;"
                       "DELETE FROM n; %s; COMMIT;",
                       n, change != NULL ? change : "SELECT 1");
  sqlite3 *db;

  g_free (fixture_create (fixture, 0, hold, TRUE_COMMAND));
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  fixture_restart (fixture);
  g_assert_cmpuint (service_total (fixture->service), ==, (size_t) n);
  return fixture;
}

static size_t
count (Fixture *fixture, VestimJobState state)
{
  return service_count (fixture->service, state);
}

static void
test_a_stop_of_all_starts_none (void)
{
  Fixture *fixture = fixture_with (MANY, false, NULL);
  const AttemptResult bad = result_exit (1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  ExecutorAttempt *attempt;

  set_max_running (fixture, 1);
  fixture_settle (fixture);
  attempt = fixture_last_attempt (fixture);
  attempt_started (fixture, attempt);
  service_stop_all (fixture->service, &call);
  attempt->events.ended (attempt->user, &bad); /* its slot is free while the others are stopped */
  fixture_wait (fixture, &answer.is_done);
  g_assert_cmpint (answer.code, ==, 0);
  g_assert_cmpuint (answer.count, ==, MANY - 1);
  fixture_settle (fixture);
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 1);
  g_assert_cmpuint (count (fixture, VESTIM_JOB_STOPPED), ==, MANY - 1);
  answer_clear (&answer);
  fixture_restart (fixture);
  g_assert_cmpuint (count (fixture, VESTIM_JOB_STOPPED), ==, MANY - 1);
  fixture_free (fixture);
}

/* The registry is gone for a while. */
static void
test_a_stop_of_all_that_cannot_be_stored_changes_nothing (void)
{
  Fixture *fixture = fixture_with (MANY, false, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "registry.db", NULL);
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  g_assert_cmpint (g_rename (path, other), ==, 0);
  service_stop_all (fixture->service, &call);
  fixture_expect (fixture, &answer, SERVICE_E_DAMAGED);
  g_assert_cmpuint (count (fixture, VESTIM_JOB_QUEUED), ==, MANY);
  g_assert_cmpint (g_rename (other, path), ==, 0);
  service_stop_all (fixture->service, &call);
  fixture_expect (fixture, &answer, 0);
  g_assert_cmpuint (count (fixture, VESTIM_JOB_STOPPED), ==, MANY);
  fixture_free (fixture);
}

static void
test_changes_of_all_jobs_at_the_same_time_all_end (void)
{
  Fixture *fixture = fixture_with (MANY, false, NULL);
  Answer answers[4] = { 0 };

  for (int i = 0; i < 4; i++)
    {
      ServiceCall call = answer_call (&answers[i], NULL);

      if (i % 2 == 0)
        service_stop_all (fixture->service, &call);
      else
        service_clear (fixture->service, SERVICE_ALL_STATES, &call);
    }
  for (int i = 0; i < 4; i++)
    fixture_expect (fixture, &answers[i], 0);
  g_assert_cmpuint (service_total (fixture->service), ==, 0);
  fixture_free (fixture);
}

/* Changes that were begun are answered before the service is gone. */
static void
test_a_service_that_stops_ends_what_it_has_begun (void)
{
  Fixture *fixture = fixture_with (MANY, false, NULL);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_stop_all (fixture->service, &call);
  fixture_restart (fixture);
  g_assert_true (answer.is_done);
  g_assert_true (answer.code == 0 || answer.code == SERVICE_E_STOPPING);
  g_assert_cmpuint (count (fixture, VESTIM_JOB_STOPPED), ==, answer.code == 0 ? MANY : 0);
  answer_clear (&answer);
  fixture_free (fixture);
}

/* New drafts would displace the others from memory, and the clear would miss these. */
static void
test_a_clear_misses_no_job_that_could_leave_memory (void)
{
  Fixture *fixture = fixture_with (MANY, true, NULL);
  const VestimJob values = { .kind = VESTIM_JOB_KIND_COMMAND, .selections = (char *) TRUE_COMMAND };
  const ServiceFields fields = { &values,
                                 VESTIM_JOB_FIELD_SET (kind) | VESTIM_JOB_FIELD_SET (selections) };
  Answer cleared = { 0 }, created[20] = { 0 };
  ServiceCall call = answer_call (&cleared, NULL);

  fixture->jobs_in_memory = 100;
  fixture_restart (fixture);
  service_clear (fixture->service, SERVICE_ALL_STATES, &call);
  for (size_t i = 0; i < G_N_ELEMENTS (created); i++)
    {
      ServiceCall create = answer_call (&created[i], NULL);

      service_create (fixture->service, &fields, true, &create);
    }
  fixture_wait (fixture, &cleared.is_done);
  g_assert_cmpuint (cleared.count, ==, MANY);
  for (size_t i = 0; i < G_N_ELEMENTS (created); i++)
    fixture_expect (fixture, &created[i], 0);
  g_assert_cmpuint (service_total (fixture->service), ==, G_N_ELEMENTS (created));
  answer_clear (&cleared);
  fixture_free (fixture);
}

/* ---- One among many ---- */

static char *
dup_id (Fixture *fixture, int64_t sequence)
{
  JobIndexWalk walk = service_walk (fixture->service, sequence + 1);

  return g_strdup (job_get (service_next_older (fixture->service, &walk)->job)->id);
}

/* The last job of all moves to the place after the first one, again and again. */
static void
test_moves_into_one_place_change_few_ranks (void)
{
  enum
  {
    N_MOVES = 80
  };
  Fixture *fixture = fixture_with (MANY, false, NULL);
  const RegistryStats *stats = registry_get_stats (fixture->registry);
  const Queue *queue = service_get_queue (fixture->service);
  uint64_t before = stats->commit_changes.sum;

  for (int i = 0; i < N_MOVES; i++)
    {
      int64_t last = queue_line_last (queue, 0)->sequence;
      g_autofree char *first_id = dup_id (fixture, queue_line_first (queue, 0)->sequence);
      g_autofree char *last_id = dup_id (fixture, last);
      Answer answer = { 0 };
      ServiceCall call = answer_call (&answer, NULL);

      service_move (fixture->service, last_id, SERVICE_MOVE_AFTER, first_id, &call);
      fixture_expect (fixture, &answer, 0);
      g_assert_cmpint (queue_line_next (queue, queue_line_first (queue, 0))->sequence, ==, last);
    }
  g_assert_cmpuint (stats->commit_changes.sum - before, <, 2 * N_MOVES);
  fixture_free (fixture);
}

/* The steps of the queue for ten ends of attempts, each with the next start. */
static uint64_t
count_steps (int n_jobs)
{
  Fixture *fixture = fixture_with (n_jobs, false, VARY);
  const AttemptResult good = result_exit (0);
  uint64_t before;

  set_max_running (fixture, 2);
  fixture_settle (fixture);
  before = queue_count_steps (service_get_queue (fixture->service));
  for (int i = 0; i < 10; i++)
    {
      ExecutorAttempt *attempt = fixture_last_attempt (fixture);
      unsigned n = fixture->executor.attempts->len;

      attempt_started (fixture, attempt);
      attempt_ended (fixture, attempt, &good);
      while (fixture->executor.attempts->len == n)
        uv_run (&fixture->loop, UV_RUN_ONCE);
    }
  before = queue_count_steps (service_get_queue (fixture->service)) - before;
  fixture_free (fixture);
  return before;
}

/* It grows as the logarithm: with 32 times as many jobs by five levels of a tree. */
static void
test_the_next_start_among_ten_thousand_jobs_takes_few_steps (void)
{
  uint64_t few = count_steps (320);
  uint64_t many = count_steps (10240);

  g_test_message ("%" G_GUINT64_FORMAT " steps among 320 jobs, %" G_GUINT64_FORMAT " among 10,240",
                  few, many);
  g_assert_cmpuint (many, <, 3 * few);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/service_many/" #name, test_##name)
  ADD (a_stop_of_all_starts_none);
  ADD (a_stop_of_all_that_cannot_be_stored_changes_nothing);
  ADD (changes_of_all_jobs_at_the_same_time_all_end);
  ADD (a_service_that_stops_ends_what_it_has_begun);
  ADD (a_clear_misses_no_job_that_could_leave_memory);
  ADD (moves_into_one_place_change_few_ranks);
  ADD (the_next_start_among_ten_thousand_jobs_takes_few_steps);
  return g_test_run ();
}
