/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "daemon/vestimd/jobs/service-waiting.h"
#include "tests/support/service-fixture.h"

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"
#define GPU_JOB "{\"cpus\":1,\"memory_mb\":0,\"gpus\":1}"

/* `resources` and `group` are (nullable). */
static char *
create (Fixture *fixture, const char *resources, const char *group)
{
  const VestimJob values = {
    .kind = VESTIM_JOB_KIND_COMMAND,
    .selections = (char *) TRUE_COMMAND,
    .resources = (char *) resources,
    .group = (char *) group,
  };

  return fixture_create_job (fixture, &values,
                             VESTIM_JOB_FIELD_SET (kind) | VESTIM_JOB_FIELD_SET (selections)
                                 | VESTIM_JOB_FIELD_SET (resources) | VESTIM_JOB_FIELD_SET (group),
                             false);
}

static ExecutorAttempt *
attempt_of (Fixture *fixture, const char *id)
{
  for (unsigned i = 0; i < fixture->executor.attempts->len; i++)
    {
      ExecutorAttempt *attempt = fixture->executor.attempts->pdata[i];

      if (strcmp (attempt->job_id, id) == 0)
        return attempt;
    }
  return NULL;
}

static void
end (Fixture *fixture, const char *id)
{
  const AttemptResult result = result_exit (0);

  attempt_ended (fixture, attempt_of (fixture, id), &result);
}

static void
set (Fixture *fixture, ServiceSettings values, unsigned given)
{
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_set_settings (fixture->service, &values, given, &call);
  fixture_expect (fixture, &answer, 0);
}

static void
set_group (Fixture *fixture, const char *name, int max_running, bool is_paused)
{
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_set_group (fixture->service, name, max_running, is_paused,
                     SERVICE_GROUP_LIMIT | SERVICE_GROUP_PAUSED, &call);
  fixture_expect (fixture, &answer, 0);
}

static void
move (Fixture *fixture, const char *id, ServiceMove where, const char *other, int code)
{
  Answer answer = { 0 };
  ServiceCall call = answer_call (&answer, NULL);

  service_move (fixture->service, id, where, other, &call);
  fixture_expect (fixture, &answer, code);
}

static void
expect_waiting (Fixture *fixture, const char *id, const char *word)
{
  Job *job = service_find (fixture->service, id);
  size_t length;
  const char *json = g_bytes_get_data (job_get_json (fixture->service, job), &length);
  g_autofree char *text = g_strndup (json, length);
  g_autofree char *expected = word != NULL ? g_strdup_printf ("\"waiting\":{\"for\":\"%s\",", word)
                                           : g_strdup ("\"waiting\":null");

  g_assert_nonnull (strstr (text, expected));
}

/* ---- Slots ---- */

static void
test_each_attempt_is_told_its_own_gpus (void)
{
  Fixture *fixture = fixture_new (8);
  g_autofree char *first = create (fixture, GPU_JOB, NULL);
  g_autofree char *second = create (fixture, GPU_JOB, NULL);
  g_autofree char *third = create (fixture, GPU_JOB, NULL);

  g_assert_cmpstr (attempt_of (fixture, first)->slots, ==,
                   "VESTIM_JOB_CPUS=1 CUDA_VISIBLE_DEVICES=0 ROCR_VISIBLE_DEVICES=0");
  g_assert_cmpstr (attempt_of (fixture, second)->slots, ==,
                   "VESTIM_JOB_CPUS=1 CUDA_VISIBLE_DEVICES=1 ROCR_VISIBLE_DEVICES=1");
  g_assert_null (attempt_of (fixture, third));
  attempt_started (fixture, attempt_of (fixture, second));
  g_assert_cmpstr (job_get (service_find (fixture->service, second))->details.gpu_indices, ==,
                   "[1]");
  end (fixture, second);
  g_assert_cmpstr (job_get (service_find (fixture->service, second))->details.gpu_indices, ==,
                   "[1]");
  g_assert_nonnull (strstr (attempt_of (fixture, third)->slots, "CUDA_VISIBLE_DEVICES=1"));
  fixture_free (fixture);
}

/* Two jobs on one GPU would both fail for lack of memory. A change of the job while it is being
 * started must not lose them. */
static void
test_gpus_of_attempts_of_an_earlier_daemon_stay_theirs (void)
{
  Fixture *fixture = fixture_new (8);
  g_autofree char *running = create (fixture, GPU_JOB, NULL);
  g_autofree char *launching = create (fixture, GPU_JOB, NULL);
  g_autofree char *waiting = create (fixture, GPU_JOB, NULL);
  Answer answer = { 0 };

  attempt_started (fixture, attempt_of (fixture, running));
  fixture_rename (fixture, launching, &answer);
  fixture_expect (fixture, &answer, 0);
  fixture_restart (fixture);
  attempt_started (fixture, attempt_of (fixture, running));
  attempt_started (fixture, attempt_of (fixture, launching));
  g_assert_true (fixture->is_settled);
  g_assert_null (attempt_of (fixture, waiting));
  g_assert_cmpint (queue_get_used (service_get_queue (fixture->service))->gpus, ==, 2);
  end (fixture, launching);
  g_assert_nonnull (strstr (attempt_of (fixture, waiting)->slots, "CUDA_VISIBLE_DEVICES=1"));
  fixture_free (fixture);
}

/* The program starts while a change is on its way to the disk. */
static void
test_a_change_during_the_start_keeps_the_gpus (void)
{
  Fixture *fixture = fixture_new (8);
  g_autofree char *first = create (fixture, GPU_JOB, NULL);
  g_autofree char *second = create (fixture, GPU_JOB, NULL);
  g_autofree char *waiting = create (fixture, GPU_JOB, NULL);
  Answer answer = { 0 };

  attempt_started (fixture, attempt_of (fixture, first));
  fixture_rename (fixture, second, &answer);
  attempt_started (fixture, attempt_of (fixture, second));
  fixture_expect (fixture, &answer, 0);
  g_assert_cmpstr (job_get (service_find (fixture->service, second))->details.gpu_indices, ==,
                   "[1]");
  fixture_restart (fixture);
  attempt_started (fixture, attempt_of (fixture, first));
  attempt_started (fixture, attempt_of (fixture, second));
  g_assert_true (fixture->is_settled);
  g_assert_null (attempt_of (fixture, waiting));
  g_assert_cmpint (queue_get_used (service_get_queue (fixture->service))->gpus, ==, 2);
  fixture_free (fixture);
}

/* Attempts that fail, are delayed, or are deleted give their slots back, and only once. */
static void
test_every_end_gives_the_slots_back (void)
{
  Fixture *fixture = fixture_new (1);
  const Queue *queue = service_get_queue (fixture->service);
  AttemptResult never = {
    .exit_code = -1, .error = "no such program", .wall_s = NAN, .cpu_s = NAN, .max_rss_kb = -1
  };
  g_autofree char *first = create (fixture, GPU_JOB, NULL);

  never.lack = "the disk is full: free some space";
  attempt_ended (fixture, attempt_of (fixture, first), &never);
  g_assert_cmpint (queue_get_used (queue)->gpus, ==, 0);
  g_assert_cmpint (queue_count_running (queue), ==, 0);
  g_assert_cmpint (fixture_ask (fixture, service_delete, first), ==, 0);
  g_assert_cmpint (queue_get_used (queue)->cpus, ==, 0);
  fixture_free (fixture);
}

/* Jobs of one CPU each must not need a setting of their own to run beside each other. */
static void
test_the_cpus_are_at_least_max_running (void)
{
  Fixture *fixture = fixture_new (5);

  g_assert_cmpint (service_get_settings (fixture->service)->capacity.cpus, ==, 5);
  set (fixture, (ServiceSettings){ .max_running = 1 }, SERVICE_MAX_RUNNING);
  g_assert_cmpint (service_get_settings (fixture->service)->capacity.cpus, ==, 2);
  set (fixture, (ServiceSettings){ .named = { .cpus = 3 } }, SERVICE_CPUS);
  set (fixture, (ServiceSettings){ .max_running = 9 }, SERVICE_MAX_RUNNING);
  g_assert_cmpint (service_get_settings (fixture->service)->capacity.cpus, ==, 3);
  fixture_free (fixture);
}

static void
expect_detail (Fixture *fixture, const char *resources, const char *wanted)
{
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autofree char *waiting = NULL;

  job->state = VESTIM_JOB_QUEUED;
  job->resources = g_strdup (resources);
  waiting = service_dup_waiting (fixture->service, job);
  g_assert_nonnull (strstr (waiting, wanted));
}

/* The capacity may be raised later, so such a job is no fault. It says what is lacking. */
static void
test_needs_beyond_the_machine_are_told (void)
{
  Fixture *fixture = fixture_new (1);

  expect_detail (fixture, NULL, "and 1 CPU is free.\"}");
  expect_detail (fixture, "{\"cpus\":2,\"memory_mb\":4000,\"gpus\":2}",
                 "and 2 CPUs, 3.9G of memory and 2 GPUs are free.\"}");
  expect_detail (fixture, "{\"cpus\":2,\"memory_mb\":2048}", "and 2 CPUs and 2G of memory are");
  expect_detail (fixture, "{\"cpus\":3,\"memory_mb\":8192,\"gpus\":3}",
                 "\"The job needs 3 CPUs, 8G of memory and 3 GPUs, but the server has 2 CPUs, 3.9G "
                 "of memory and 2 GPUs. Ask");
  expect_detail (
      fixture, "{\"memory_mb\":4001,\"gpus\":3}",
      "needs 4001M of memory and 3 GPUs, but the server has 4000M of memory and 2 GPUs.");
  expect_detail (fixture, "{\"gpus\":3}", "needs 3 GPUs, but the server has 2 GPUs.");
  expect_detail (fixture, "{\"cpus\":1,\"memory_mb\":9216,\"gpus\":1}", "needs 9G of memory, but");
  expect_detail (fixture, "{\"gpus\":3}", ",\"too_large\":true}");
  fixture_free (fixture);
}

/* ---- Settings that are stored ---- */

static void
test_pause_groups_and_capacity_survive_a_restart (void)
{
  Fixture *fixture = fixture_new (1);
  const ServiceSettings *settings;
  const QueueGroup *group;

  set (fixture, (ServiceSettings){ .is_paused = true, .named = { 7, SERVICE_AS_FOUND, 0 } },
       SERVICE_PAUSED | SERVICE_CPUS | SERVICE_GPUS);
  set_group (fixture, "a", 3, true);
  set_group (fixture, "b", 3, true);
  set_group (fixture, "b", QUEUE_NO_LIMIT, false);
  fixture_restart (fixture);
  settings = service_get_settings (fixture->service);
  g_assert_true (settings->is_paused);
  g_assert_cmpint (settings->capacity.cpus, ==, 7);
  g_assert_cmpint (settings->capacity.memory_mb, ==, 4000);
  g_assert_cmpint (settings->capacity.gpus, ==, 0);
  group = queue_find_group (service_get_queue (fixture->service), "a");
  g_assert_cmpint (group->max_running, ==, 3);
  g_assert_true (group->is_paused);
  g_assert_null (queue_find_group (service_get_queue (fixture->service), "b"));
  fixture_free (fixture);
}

/* ---- Reasons ---- */

static void
test_a_queued_job_says_what_it_waits_for (void)
{
  Fixture *fixture = fixture_new (2);
  g_autofree char *first = create (fixture, NULL, "g");
  g_autofree char *second = create (fixture, NULL, "g");
  g_autofree char *third = create (fixture, NULL, "g");

  attempt_started (fixture, attempt_of (fixture, first));
  attempt_started (fixture, attempt_of (fixture, second));
  expect_waiting (fixture, first, NULL);
  expect_waiting (fixture, second, NULL);
  expect_waiting (fixture, third, "slot");
  set_group (fixture, "g", 1, false);
  expect_waiting (fixture, third, "group");
  set_group (fixture, "g", 1, true);
  expect_waiting (fixture, third, "paused");
  set_group (fixture, "g", QUEUE_NO_LIMIT, false);
  set (fixture, (ServiceSettings){ .is_paused = true }, SERVICE_PAUSED);
  expect_waiting (fixture, third, "paused");
  end (fixture, first);
  expect_waiting (fixture, first, NULL);
  fixture_free (fixture);
}

/* ---- Moves ---- */

/* The IDs of the queued jobs in the order of the line. */
static void
expect_order (Fixture *fixture, char *const *ids, const char *expected)
{
  g_autoptr (GString) order = g_string_new (NULL);
  const QueueItem *item = queue_line_first (service_get_queue (fixture->service), 0);

  for (; item != NULL; item = queue_line_next (service_get_queue (fixture->service), item))
    for (int i = 0; ids[i] != NULL; i++)
      if (vestim_job_id_sequence (ids[i]) == item->sequence)
        g_string_append_c (order, (char) ('0' + i));
  g_assert_cmpstr (order->str, ==, expected);
}

static void
free_ids (char **ids)
{
  for (int i = 0; ids[i] != NULL; i++)
    g_free (ids[i]);
}

static void
test_jobs_are_moved_within_the_line (void)
{
  Fixture *fixture = fixture_new (0);
  char *ids[6] = { NULL };

  for (int i = 0; i < 4; i++)
    ids[i] = create (fixture, NULL, i % 2 ? "a" : NULL);
  expect_order (fixture, ids, "0123");
  move (fixture, ids[3], SERVICE_MOVE_FRONT, NULL, 0);
  expect_order (fixture, ids, "3012");
  move (fixture, ids[0], SERVICE_MOVE_BACK, NULL, 0);
  expect_order (fixture, ids, "3120");
  move (fixture, ids[0], SERVICE_MOVE_BEFORE, ids[1], 0);
  expect_order (fixture, ids, "3012");
  move (fixture, ids[3], SERVICE_MOVE_AFTER, ids[1], 0);
  expect_order (fixture, ids, "0132");
  move (fixture, ids[3], SERVICE_MOVE_AFTER, ids[1], 0);
  move (fixture, ids[0], SERVICE_MOVE_FRONT, NULL, 0);
  expect_order (fixture, ids, "0132");
  ids[4] = create (fixture, NULL, NULL);
  expect_order (fixture, ids, "01324");
  fixture_restart (fixture);
  expect_order (fixture, ids, "01324");
  free_ids (ids);
  fixture_free (fixture);
}

/* Between two neighbours there is room for twenty moves; after them, the others make room. */
static void
test_any_number_of_moves_into_one_place (void)
{
  Fixture *fixture = fixture_new (0);
  char *ids[5] = { NULL };

  for (int i = 0; i < 4; i++)
    ids[i] = create (fixture, NULL, NULL);
  for (int i = 0; i < 60; i++)
    {
      move (fixture, ids[1 + i % 2], SERVICE_MOVE_AFTER, ids[0], 0);
      expect_order (fixture, ids, i % 2 ? "0213" : "0123");
    }
  fixture_restart (fixture);
  expect_order (fixture, ids, "0213");
  free_ids (ids);
  fixture_free (fixture);
}

/* The change of the name holds a copy of the job from before the move. */
static void
test_a_change_in_progress_does_not_undo_a_move (void)
{
  Fixture *fixture = fixture_new (0);
  char *ids[4] = { NULL };
  Answer renamed = { 0 }, again = { 0 }, moved = { 0 };
  ServiceCall call = answer_call (&moved, NULL);

  for (int i = 0; i < 3; i++)
    ids[i] = create (fixture, NULL, NULL);
  fixture_rename (fixture, ids[2], &renamed);
  service_move (fixture->service, ids[2], SERVICE_MOVE_FRONT, NULL, &call);
  fixture_rename (fixture, ids[2], &again);
  fixture_wait (fixture, &moved.is_done);
  fixture_settle (fixture);
  expect_order (fixture, ids, "201");
  fixture_restart (fixture);
  expect_order (fixture, ids, "201");
  answer_clear (&renamed);
  answer_clear (&again);
  answer_clear (&moved);
  free_ids (ids);
  fixture_free (fixture);
}

static void
test_moves_that_make_no_sense_are_refused (void)
{
  Fixture *fixture = fixture_new (1);
  g_autofree char *running = create (fixture, NULL, NULL);
  g_autofree char *queued = create (fixture, NULL, NULL);
  g_autofree char *urgent = fixture_create (fixture, 5, false, TRUE_COMMAND);

  attempt_started (fixture, attempt_of (fixture, running));
  move (fixture, running, SERVICE_MOVE_FRONT, NULL, SERVICE_E_STATE);
  move (fixture, "job_20261122-195012-0000ff", SERVICE_MOVE_FRONT, NULL, SERVICE_E_NOT_FOUND);
  move (fixture, queued, SERVICE_MOVE_BEFORE, queued, SERVICE_E_INVALID);
  move (fixture, queued, SERVICE_MOVE_BEFORE, urgent, SERVICE_E_INVALID);
  move (fixture, queued, SERVICE_MOVE_AFTER, running, SERVICE_E_INVALID);
  move (fixture, queued, SERVICE_MOVE_AFTER, "nobody", SERVICE_E_INVALID);
  fixture_free (fixture);
}

/* Many clients may change the queue at the same time. */
static void
test_changes_at_the_same_time_happen_one_after_the_other (void)
{
  Fixture *fixture = fixture_new (0);
  char *ids[4] = { NULL };
  Answer answers[6] = { 0 };

  for (int i = 0; i < 3; i++)
    ids[i] = create (fixture, NULL, NULL);
  for (int i = 0; i < 6; i++)
    {
      ServiceCall call = answer_call (&answers[i], NULL);

      service_move (fixture->service, ids[i % 3], SERVICE_MOVE_FRONT, NULL, &call);
    }
  for (int i = 0; i < 6; i++)
    {
      fixture_expect (fixture, &answers[i], 0);
    }
  expect_order (fixture, ids, "210");
  free_ids (ids);
  fixture_free (fixture);
}

#define TEST(name) g_test_add_func ("/service_queue/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (each_attempt_is_told_its_own_gpus);
  TEST (gpus_of_attempts_of_an_earlier_daemon_stay_theirs);
  TEST (a_change_during_the_start_keeps_the_gpus);
  TEST (every_end_gives_the_slots_back);
  TEST (the_cpus_are_at_least_max_running);
  TEST (needs_beyond_the_machine_are_told);
  TEST (pause_groups_and_capacity_survive_a_restart);
  TEST (a_queued_job_says_what_it_waits_for);
  TEST (jobs_are_moved_within_the_line);
  TEST (any_number_of_moves_into_one_place);
  TEST (a_change_in_progress_does_not_undo_a_move);
  TEST (moves_that_make_no_sense_are_refused);
  TEST (changes_at_the_same_time_happen_one_after_the_other);
  return g_test_run ();
}
