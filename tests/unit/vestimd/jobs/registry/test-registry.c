/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "common/job/vestim-job-fields.h"
#include "daemon/vestimd/jobs/registry/registry-private.h"
#include "tests/support/registry-fixture.h"

static const uint8_t digest[32] = { 1, 2, 3, [31] = 255 };

static VestimJob *
new_full_job (void)
{
  VestimJob *job = registry_fixture_new_job (7);

  g_free (job->name);
  g_free (job->selections);
  job->name = g_strdup ("a 'quoted' \"name\" \\ with\ttabs, \xe2\x82\xac, \x01 and ; --");
  job->kind = VESTIM_JOB_KIND_ESTIMATION;
  job->state = VESTIM_JOB_RUNNING;
  job->priority = -1000;
  job->selections = g_strdup ("{ \"b\":1e2 ,\n \"a\": \"\\u0041\" }");
  job->attempt = 3;
  job->updated_at = 4;
  job->started_at = 5;
  job->finished_at = INT64_MAX;
  job->progress = 0.1;
  job->message = g_strdup ("");
  job->details.exit_code = 0;
  job->details.signal = g_strdup ("SIGSEGV");
  job->details.reason = g_strdup ("a reason");
  job->details.cpu_s = 1.0 / 3.0;
  job->details.max_rss_kb = INT64_C (1) << 40;
  job->details.wall_s = 0.0;
  job->details.metrics = g_strdup ("{\"loss\": 0.01}");
  job->intent = VESTIM_JOB_INTENT_STOP;
  job->idle_resumes = 2;
  job->resume_progress = 1.0;
  job->fresh = true;
  job->resources = g_strdup ("{\"cpus\":2,\"memory_mb\":1,\"gpus\":1}");
  job->group = g_strdup ("gpu");
  job->depends_on = g_strdup ("[{}]");
  job->start_after = -1;
  job->retry = g_strdup ("{\"max\":1}");
  job->tags = g_strdup ("[\"a\"]");
  job->note = g_strdup ("line\nline");
  job->pinned = true;
  job->unique = g_strdup ("nightly");
  job->executor = VESTIM_EXECUTOR_SLURM;
  job->paused = true;
  job->details.gpu_indices = g_strdup ("[0]");
  job->details.attempts = g_strdup ("[{\"attempt\":1}]");
  job->rank = 0;
  job->retries = 3;
  job->not_before = 9;
  job->is_released = true;
  job->is_blocked = true;
  return job;
}

static void
assert_same_job (const VestimJob *a, const VestimJob *b)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    if (vestim_job_fields[i].column != NULL
        && !vestim_job_fields_equal (a, b, VESTIM_JOB_FIELD_BIT (i)))
      g_error ("the column %s differs", vestim_job_fields[i].column);
}

static void
expect_stored (RegistryFixture *fixture, const VestimJob *job)
{
  g_autoptr (GPtrArray) jobs = NULL;

  registry_fixture_reopen (fixture);
  jobs = registry_fixture_load (fixture);
  g_assert_cmpuint (jobs->len, ==, 1);
  assert_same_job (jobs->pdata[0], job);
}

/* After a restart each field must have the value that a client saw. */
static void
test_every_field_comes_back (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) job = new_full_job ();
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  registry_transaction_insert (transaction, job);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  expect_stored (fixture, job);
}

/* Null is not zero. */
static void
test_null_fields_come_back_as_null (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) job = registry_fixture_new_job (1);
  RegistryTransaction *transaction = registry_transaction_new ();

  job->kind = VESTIM_JOB_KIND_NONE;
  registry_fixture_open (fixture);
  registry_transaction_insert (transaction, job);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  expect_stored (fixture, job);
}

static void
test_an_update_replaces_every_field (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) job = new_full_job ();
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 7), ==, 0);
  registry_transaction_update (transaction, job);
  registry_transaction_set_rank (transaction, 7, job->rank);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  expect_stored (fixture, job);
}

/* A change that began before a move and is stored after it must not undo it. */
static void
test_an_update_leaves_the_rank_as_it_is (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) job = new_full_job ();
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 7), ==, 0);
  registry_transaction_set_rank (transaction, 7, -5);
  registry_transaction_set_rank (transaction, 8, 1); /* no such job */
  registry_transaction_update (transaction, job);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  job->rank = -5;
  expect_stored (fixture, job);
}

/* One flush must serve all transactions that arrived during the last one: this makes it fast. */
static void
test_transactions_that_arrive_together_share_a_commit (RegistryFixture *fixture, const void *data)
{
  registry_fixture_open (fixture);
  for (int i = 1; i <= 500; i++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (i);
      RegistryTransaction *transaction = registry_transaction_new ();

      registry_transaction_insert (transaction, job);
      registry_fixture_submit (fixture, transaction);
    }
  registry_fixture_wait (fixture, 500);
  g_assert_cmpuint (registry_count_commits (fixture->registry), <, 250);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"), ==, 500);
  registry_fixture_wait_entries (fixture->jobs, 500);
}

static void
on_numbered (void *user, int status)
{
  GString *order = *(GString **) user;

  g_assert_cmpint (status, ==, 0);
  g_string_append_c (order, *((char *) user + sizeof (GString *)));
}

/* The service relies on it: a later transaction never calls back before an earlier one. */
static void
test_callbacks_come_in_the_order_of_submission (RegistryFixture *fixture, const void *data)
{
  struct
  {
    GString *order;
    char completion;
  } calls[26];
  g_autoptr (GString) order = g_string_new (NULL);

  registry_fixture_open (fixture);
  for (int i = 0; i < 26; i++)
    {
      RegistryTransaction *transaction = registry_transaction_new ();

      calls[i].order = order;
      calls[i].completion = (char) ('a' + i);
      registry_transaction_set_setting (transaction, "key", "value");
      registry_submit (fixture->registry, transaction, on_numbered, &calls[i]);
    }
  while (order->len < 26)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  g_assert_cmpstr (order->str, ==, "abcdefghijklmnopqrstuvwxyz");
}

/* An error in one client's transaction must not make another's fail. */
static void
test_only_the_faulty_transaction_fails (RegistryFixture *fixture, const void *data)
{
  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 2), ==, 0);
  for (int i = 1; i <= 3; i++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (i);
      g_autofree char *key = g_strdup_printf ("%d", i);
      RegistryTransaction *transaction = registry_transaction_new ();

      registry_transaction_insert (transaction, job);
      registry_transaction_set_key (transaction, key, digest, key, 1);
      registry_fixture_submit (fixture, transaction);
    }
  registry_fixture_wait (fixture, 4);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM jobs"), ==, 3);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT sum(key) FROM answers"), ==, 4);
}

/* If a job were stored without its key, a repeated request would make a second job. */
static void
test_a_transaction_is_stored_completely_or_not_at_all (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) known = registry_fixture_new_job (9);
  g_autoptr (VestimJob) job = registry_fixture_new_job (1);
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 1);
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 9), ==, 0);
  registry_transaction_insert (transaction, job);
  registry_transaction_insert (transaction, known);
  registry_transaction_set_key (transaction, "key", digest, "{}", 2);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, REGISTRY_E_FAILED);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT sum(sequence) FROM jobs"), ==, 9);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM answers"), ==, 0);
  registry_fixture_close (fixture);
  g_assert_false (registry_fixture_exists (folder));
}

static void
test_an_update_of_a_missing_job_is_not_found (RegistryFixture *fixture, const void *data)
{
  g_autoptr (VestimJob) missing = registry_fixture_new_job (9);
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  registry_transaction_set_setting (transaction, "key", "value");
  registry_transaction_update (transaction, missing);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, REGISTRY_E_NOT_FOUND);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM settings"), ==, 0);
}

static void
test_settings_come_back (RegistryFixture *fixture, const void *data)
{
  g_autofree char *value = NULL;
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  g_assert_null (registry_get_setting (fixture->registry, "max_running"));
  registry_transaction_set_setting (transaction, "max_running", "3");
  registry_transaction_set_setting (transaction, "max_running", "4");
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  registry_fixture_reopen (fixture);
  value = registry_get_setting (fixture->registry, "max_running");
  g_assert_cmpstr (value, ==, "4");
}

static void
count_setting (void *user, const char *key, const char *value)
{
  g_assert_cmpstr (key, ==, "group:a");
  ++*(int *) user;
}

/* Settings of things that come and go, such as groups, must not stay forever. */
static void
test_a_setting_without_a_value_is_removed (RegistryFixture *fixture, const void *data)
{
  RegistryTransaction *transaction = registry_transaction_new ();
  int n = 0;

  registry_fixture_open (fixture);
  registry_transaction_set_setting (transaction, "group:a", "1");
  registry_transaction_set_setting (transaction, "group:b", "1");
  registry_transaction_set_setting (transaction, "group:b", NULL);
  registry_transaction_set_setting (transaction, "other", "1");
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  registry_fixture_reopen (fixture);
  registry_each_setting (fixture->registry, "group:", count_setting, &n);
  g_assert_cmpint (n, ==, 1);
}

/* With a reused ID, a client could show one job's log under another's name. */
static void
test_a_sequence_is_never_reused (RegistryFixture *fixture, const void *data)
{
  registry_fixture_open (fixture);
  g_assert_cmpint (registry_last_sequence (fixture->registry), ==, 0);
  for (int i = 1; i <= 5; i++)
    g_assert_cmpint (registry_fixture_insert (fixture, i), ==, 0);
  g_assert_cmpint (registry_fixture_delete (fixture, 5), ==, 0);
  g_assert_cmpint (registry_fixture_delete (fixture, 4), ==, 0);
  registry_fixture_reopen (fixture);
  g_assert_cmpint (registry_last_sequence (fixture->registry), ==, 5);
}

static void
test_jobs_are_loaded_in_order_of_sequence (RegistryFixture *fixture, const void *data)
{
  const int order[] = { 4, 1, 3, 2 };
  g_autoptr (GPtrArray) jobs = NULL;

  registry_fixture_open (fixture);
  for (int i = 0; i < 4; i++)
    g_assert_cmpint (registry_fixture_insert (fixture, order[i]), ==, 0);
  registry_fixture_reopen (fixture);
  jobs = registry_fixture_load (fixture);
  for (int i = 0; i < 4; i++)
    g_assert_cmpint (((VestimJob *) jobs->pdata[i])->sequence, ==, i + 1);
}

/* Two threads read many jobs: none may be missing, doubled or out of order where they meet. */
static void
test_many_jobs_are_loaded_in_order_of_sequence (RegistryFixture *fixture, const void *data)
{
  g_autoptr (GPtrArray) jobs = NULL;

  registry_fixture_open (fixture);
  registry_fixture_close (fixture);
  registry_fixture_sql (fixture,
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                        " WHERE i < 12001) INSERT INTO jobs (sequence, job_id, name, state,"
                        " priority, selections, attempt, created_at, updated_at, idle_resumes)"
                        " SELECT i, printf ('job_20261122-195012-%06x', i), '', 'queued', 0, '{}',"
                        " 1, 1, 1, 0 FROM n");
  registry_fixture_open (fixture);
  jobs = registry_fixture_load (fixture);
  g_assert_cmpuint (jobs->len, ==, 12001);
  for (unsigned i = 0; i < jobs->len; i++)
    g_assert_cmpint (((VestimJob *) jobs->pdata[i])->sequence, ==, i + 1);
}

static void
on_nested_done (void *user, int status)
{
  RegistryFixture *fixture = user;
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_transaction_set_setting (transaction, "nested", "1");
  registry_fixture_submit (fixture, transaction);
}

/* The service submits the next transaction in the callback of the last one. */
static void
test_a_callback_may_submit_and_closing_finishes_all (RegistryFixture *fixture, const void *data)
{
  RegistryTransaction *transaction = registry_transaction_new ();

  registry_fixture_open (fixture);
  registry_transaction_set_setting (transaction, "outer", "1");
  registry_submit (fixture->registry, transaction, on_nested_done, fixture);
  registry_fixture_wait (fixture, 1);
  for (int i = 0; i < 50; i++)
    {
      transaction = registry_transaction_new ();
      registry_transaction_set_setting (transaction, "last", "1");
      registry_fixture_submit (fixture, transaction);
    }
  registry_fixture_close (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 51);
  g_assert_cmpint (registry_fixture_sql (fixture, "SELECT count(*) FROM settings"), ==, 3);
}

static void
on_hooks (void *user, int status, GPtrArray *entries)
{
  g_assert_cmpint (status, ==, 0);
  *(GPtrArray **) user = entries;
}

static GPtrArray *
read_hooks (RegistryFixture *fixture, int64_t after, unsigned limit)
{
  GPtrArray *entries = NULL;

  registry_read_hooks (fixture->registry, after, limit, on_hooks, &entries);
  while (entries == NULL)
    uv_run (&fixture->loop, UV_RUN_ONCE);
  g_ptr_array_set_free_func (entries, registry_hook_free);
  return entries;
}

/* They wait in their order until they are removed, also over a restart. */
static void
test_hooks_wait_until_they_are_removed (RegistryFixture *fixture, const void *data)
{
  g_autoptr (GPtrArray) two = NULL, rest = NULL, left = NULL;
  RegistryTransaction *transaction = registry_transaction_new ();
  const RegistryHook *hook;

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_get_stats (fixture->registry)->n_hooks, ==, 0);
  for (int64_t i = 1; i <= 3; i++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (i);

      job->state = VESTIM_JOB_FAILED;
      registry_transaction_add_hook (transaction, job, "{}\n");
    }
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  two = read_hooks (fixture, 0, 2);
  g_assert_cmpuint (two->len, ==, 2);
  hook = two->pdata[1];
  g_assert_cmpstr (hook->status, ==, "failed");
  g_assert_cmpstr (hook->job, ==, "{}\n");
  g_assert_cmpint (vestim_job_id_sequence (hook->job_id), ==, 2);
  transaction = registry_transaction_new ();
  registry_transaction_remove_hook (transaction, hook->id);
  g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
  g_assert_cmpint (registry_get_stats (fixture->registry)->n_hooks, ==, 2);
  rest = read_hooks (fixture, hook->id, 16);
  g_assert_cmpuint (rest->len, ==, 1);

  registry_fixture_reopen (fixture);
  g_assert_cmpint (registry_get_stats (fixture->registry)->n_hooks, ==, 2);
  left = read_hooks (fixture, 0, 16);
  g_assert_cmpuint (left->len, ==, 2);
}

/* Selections may hold secrets, such as a job's environment. */
static void
test_files_are_for_their_owner_only (RegistryFixture *fixture, const void *data)
{
  const char *const names[] = { "registry.db", "registry.db-wal", "registry.db-shm" };
  g_autofree char *folder = registry_fixture_folder (fixture->jobs, 1);
  struct stat st;

  registry_fixture_open (fixture);
  g_assert_cmpint (registry_fixture_insert (fixture, 1), ==, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->dir, names[i], NULL);

      g_assert_cmpint (stat (path, &st), ==, 0);
      g_assert_cmpint (st.st_mode & 0777, ==, 0600);
    }
  registry_fixture_wait_entries (fixture->jobs, 1);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/registry/every-field-comes-back", test_every_field_comes_back);
  REGISTRY_TEST ("/registry/null-fields-come-back-as-null", test_null_fields_come_back_as_null);
  REGISTRY_TEST ("/registry/an-update-replaces-every-field", test_an_update_replaces_every_field);
  REGISTRY_TEST ("/registry/an-update-leaves-the-rank-as-it-is",
                 test_an_update_leaves_the_rank_as_it_is);
  REGISTRY_TEST ("/registry/transactions-that-arrive-together-share-a-commit",
                 test_transactions_that_arrive_together_share_a_commit);
  REGISTRY_TEST ("/registry/callbacks-come-in-the-order-of-submission",
                 test_callbacks_come_in_the_order_of_submission);
  REGISTRY_TEST ("/registry/only-the-faulty-transaction-fails",
                 test_only_the_faulty_transaction_fails);
  REGISTRY_TEST ("/registry/a-transaction-is-stored-completely-or-not-at-all",
                 test_a_transaction_is_stored_completely_or_not_at_all);
  REGISTRY_TEST ("/registry/an-update-of-a-missing-job-is-not-found",
                 test_an_update_of_a_missing_job_is_not_found);
  REGISTRY_TEST ("/registry/settings-come-back", test_settings_come_back);
  REGISTRY_TEST ("/registry/a-setting-without-a-value-is-removed",
                 test_a_setting_without_a_value_is_removed);
  REGISTRY_TEST ("/registry/a-sequence-is-never-reused", test_a_sequence_is_never_reused);
  REGISTRY_TEST ("/registry/jobs-are-loaded-in-order-of-sequence",
                 test_jobs_are_loaded_in_order_of_sequence);
  REGISTRY_TEST ("/registry/many-jobs-are-loaded-in-order-of-sequence",
                 test_many_jobs_are_loaded_in_order_of_sequence);
  REGISTRY_TEST ("/registry/a-callback-may-submit-and-closing-finishes-all",
                 test_a_callback_may_submit_and_closing_finishes_all);
  REGISTRY_TEST ("/registry/hooks-wait-until-they-are-removed",
                 test_hooks_wait_until_they_are_removed);
  REGISTRY_TEST ("/registry/files-are-for-their-owner-only", test_files_are_for_their_owner_only);
  return g_test_run ();
}
