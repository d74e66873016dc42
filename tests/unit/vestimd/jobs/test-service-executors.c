/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/jobs/registry/registry-private.h"
#include "tests/support/service-fixture.h"

/* One daemon, two executors: this machine, and a cluster. */

static char *
cluster_job (Fixture *fixture)
{
  const VestimJob values = { .kind = VESTIM_JOB_KIND_COMMAND,
                             .selections = (char *) "{\"argv\":[\"true\"]}",
                             .resources = (char *) "{\"cpus\":64,\"memory_mb\":100,\"gpus\":0}",
                             .executor = VESTIM_EXECUTOR_SLURM };

  return fixture_create_job (fixture, &values,
                             VESTIM_JOB_FIELD_SET (kind) | VESTIM_JOB_FIELD_SET (selections)
                                 | VESTIM_JOB_FIELD_SET (resources)
                                 | VESTIM_JOB_FIELD_SET (executor),
                             false);
}

static char *
local_job (Fixture *fixture)
{
  return fixture_create (fixture, 0, false, "{\"argv\":[\"true\"]}");
}

static ExecutorAttempt *
only_attempt (const FakeExecutor *executor)
{
  g_assert_cmpuint (executor->attempts->len, ==, 1);
  return executor->attempts->pdata[0];
}

static void
test_each_job_goes_to_its_executor (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *here = local_job (fixture);
  g_autofree char *there = cluster_job (fixture);

  g_assert_cmpstr (only_attempt (&fixture->executor)->job_id, ==, here);
  g_assert_cmpstr (only_attempt (&fixture->cluster)->job_id, ==, there);
  g_assert_cmpint (fixture_ask (fixture, service_stop_job, there), ==, 0);
  g_assert_true (only_attempt (&fixture->cluster)->is_stopped);
  g_assert_false (only_attempt (&fixture->executor)->is_stopped);
  fixture_restart (fixture);
  g_assert_true (only_attempt (&fixture->executor)->was_adopted);
  g_assert_true (only_attempt (&fixture->cluster)->is_stopped);
  fixture_free (fixture);
}

/* It needs 64 CPUs, and this machine has two. */
static void
test_an_attempt_elsewhere_holds_no_slots (void)
{
  Fixture *fixture = fixture_new (0);
  g_autofree char *there = cluster_job (fixture);
  g_autofree char *here = local_job (fixture);

  g_assert_cmpint (queue_get_used (service_get_queue (fixture->service))->cpus, ==, 0);
  g_assert_cmpstr (only_attempt (&fixture->cluster)->slots, ==, "");
  g_assert_cmpuint (fixture->executor.attempts->len, ==, 0);
  attempt_started (fixture, only_attempt (&fixture->cluster));
  g_assert_cmpstr (fixture_status (fixture, there), ==, "running");
  g_assert_cmpstr (fixture_status (fixture, here), ==, "queued");
  fixture_free (fixture);
}

static void
test_a_paused_queue_hands_nothing_over (void)
{
  const ServiceSettings paused = { .is_paused = true };
  Fixture *fixture = fixture_new (1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_set_settings (fixture->service, &paused, SERVICE_PAUSED, &call);
  fixture_expect (fixture, &answer, 0);
  g_free (cluster_job (fixture));
  g_assert_cmpuint (fixture->cluster.attempts->len, ==, 0);
  fixture_free (fixture);
}

static void
on_stored (void *user, int status)
{
  *(bool *) user = status == 0;
}

/* The cluster goes on while this machine is down. */
static void
test_a_boot_ends_only_attempts_of_this_machine (void)
{
  Fixture *fixture = fixture_new (1);
  RegistryTransaction *transaction = registry_transaction_new ();
  bool is_stored = false;

  g_free (local_job (fixture));
  g_free (cluster_job (fixture));
  registry_transaction_set_setting (transaction, "boot_id", "another");
  registry_submit (fixture->registry, transaction, on_stored, &is_stored);
  fixture_wait (fixture, &is_stored);
  fixture_restart (fixture);
  g_assert_true (only_attempt (&fixture->executor)->was_seen);
  g_assert_false (only_attempt (&fixture->cluster)->was_seen);
  fixture_free (fixture);
}

static void
on_stopped (void *user)
{
  *(bool *) user = true;
}

static void
test_a_daemon_that_ends_its_jobs_leaves_those_elsewhere (void)
{
  Fixture *fixture = fixture_new (1);
  const AttemptResult good = result_exit (0);
  bool is_stopped = false;
  ExecutorAttempt *here, *there;

  g_free (local_job (fixture));
  g_free (cluster_job (fixture));
  here = only_attempt (&fixture->executor);
  there = only_attempt (&fixture->cluster);
  attempt_started (fixture, here);
  attempt_started (fixture, there);
  service_stop (fixture->service, false, on_stopped, &is_stopped);
  g_assert_true (here->is_stopped && !here->is_detached);
  g_assert_true (there->is_detached && !there->is_stopped);
  here->events.ended (here->user, &good);
  fixture_wait (fixture, &is_stopped);
  fixture_free (fixture);
}

/* It was configured when the job was handed over. */
static void
test_an_attempt_without_its_executor_is_left_alone (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *id = cluster_job (fixture);

  fixture->lacks_cluster = true;
  fixture_restart (fixture);
  g_assert_true (fixture->is_settled);
  g_assert_cmpint (fixture_ask (fixture, service_stop_job, id), ==, 0);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "running");
  fixture->lacks_cluster = false;
  fixture_restart (fixture);
  g_assert_true (only_attempt (&fixture->cluster)->is_stopped);
  fixture_free (fixture);
}

static void
test_a_queued_job_without_its_executor_waits_and_can_get_another (void)
{
  const VestimJob values = { .executor = VESTIM_EXECUTOR_LOCAL };
  const ServiceFields local = { &values, VESTIM_JOB_FIELD_SET (executor)
                                             | VESTIM_JOB_FIELD_SET (resources) };
  Fixture *fixture = fixture_new (1);
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);
  g_autofree char *id = NULL;

  fixture->lacks_cluster = true;
  fixture_restart (fixture);
  id = cluster_job (fixture);
  g_assert_cmpstr (fixture_status (fixture, id), ==, "queued");
  g_assert_true (fixture_shows (fixture, id, "\"for\":\"executor\""));
  g_assert_true (fixture_shows (fixture, id, "no executor \\\"slurm\\\""));
  service_patch (fixture->service, id, &local, &call);
  fixture_expect (fixture, &answer, 0);
  fixture_settle (fixture);
  g_assert_cmpstr (only_attempt (&fixture->executor)->job_id, ==, id);
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service-executors/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (each_job_goes_to_its_executor);
  TEST (an_attempt_elsewhere_holds_no_slots);
  TEST (a_paused_queue_hands_nothing_over);
  TEST (a_boot_ends_only_attempts_of_this_machine);
  TEST (a_daemon_that_ends_its_jobs_leaves_those_elsewhere);
  TEST (an_attempt_without_its_executor_is_left_alone);
  TEST (a_queued_job_without_its_executor_waits_and_can_get_another);
  return g_test_run ();
}
