/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "common/estimation/vestim-sweep.h"
#include "tests/support/selections.h"

static void
test_without_a_sweep_there_is_one_task (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right ("\"seed\":7");
  g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, 0);

  g_assert_cmpint (vestim_selections_n_tasks (selections), ==, 1);
  g_assert_cmpuint (task->hyperparameters.seed, ==, 7);
  g_assert_cmpint (task->hyperparameters.layers.sizes[0], ==, 10);
  g_assert_cmpstr (task->inputs[2], ==, "Temp");
  selections_assert_choice (selections, 0, "{}");
}

/* Task n must be the same in each attempt, so the order of tasks is promised. */
static void
test_each_combination_is_a_task_and_the_last_value_changes_first (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"sweep\":{\"learning_rate\":[0.001,0.003],\"layers\":[[10],[18,18],[3]]}");
  g_autoptr (VestimSelections) fifth = vestim_selections_new_task (selections, 4);

  g_assert_cmpint (vestim_selections_n_tasks (selections), ==, 6);
  selections_assert_choice (selections, 0, "{\"learning_rate\": 0.001, \"layers\": [10]}");
  selections_assert_choice (selections, 1, "{\"learning_rate\": 0.001, \"layers\": [18,18]}");
  selections_assert_choice (selections, 3, "{\"learning_rate\": 0.003, \"layers\": [10]}");
  g_assert_cmpfloat (fifth->hyperparameters.learning_rate, ==, 0.003);
  g_assert_cmpint (fifth->hyperparameters.layers.n, ==, 2);
  g_assert_cmpint (fifth->hyperparameters.layers.sizes[1], ==, 18);
}

static void
test_repetitions_have_consecutive_seeds (void)
{
  g_autoptr (VestimSelections) selections =
      selections_read_right ("\"seed\":5,\"repetitions\":3,\"sweep\":{\"lookback\":[10,20]}");
  g_autoptr (VestimSelections) last = vestim_selections_new_task (selections, 5);

  g_assert_cmpint (vestim_selections_n_tasks (selections), ==, 6);
  selections_assert_choice (selections, 2, "{\"lookback\": 10, \"seed\": 7}");
  selections_assert_choice (selections, 3, "{\"lookback\": 20, \"seed\": 5}");
  g_assert_cmpuint (last->hyperparameters.seed, ==, 7);
  g_assert_cmpint (last->repetitions, ==, 1);
}

/* An object cannot have two members of the same name. */
static void
test_a_swept_seed_is_named_once (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"repetitions\":2,\"sweep\":{\"seed\":[100,200],\"batch_size\":[50]}");

  selections_assert_choice (selections, 3, "{\"batch_size\": 50, \"seed\": 201}");
}

/* A value must not have an effect on the tasks of another value. */
static void
test_a_schedule_replaces_all_members_of_another_one (void)
{
  g_autoptr (VestimSelections) selections =
      selections_read_right ("\"schedule\":{\"factor\":0.9},\"max_minutes\":5,\"sweep\":{"
                             "\"schedule\":[{\"kind\":\"none\"},{\"kind\":\"plateau\"}],"
                             "\"max_minutes\":[null,2]}");
  g_autoptr (VestimSelections) first = vestim_selections_new_task (selections, 0);
  g_autoptr (VestimSelections) last = vestim_selections_new_task (selections, 3);

  g_assert_cmpint (first->hyperparameters.schedule, ==, VESTIM_SCHEDULE_NONE);
  g_assert_cmpfloat (first->hyperparameters.max_minutes, ==, 0);
  g_assert_cmpint (last->hyperparameters.schedule, ==, VESTIM_SCHEDULE_PLATEAU);
  g_assert_cmpfloat (last->hyperparameters.schedule_factor, ==, 0.5);
  g_assert_cmpfloat (last->hyperparameters.max_minutes, ==, 2);
}

/* So that a user can find the value in the list. */
static void
test_the_fault_of_a_wrong_value_has_its_index (void)
{
  selections_assert_refused ("\"sweep\":3", "selections.sweep: must be an object");
  selections_assert_refused ("\"sweep\":{\"learning_rate\":0.1}",
                             "selections.sweep.learning_rate: must be");
  selections_assert_refused ("\"sweep\":{\"learning_rate\":[]}",
                             "selections.sweep.learning_rate: must be");
  selections_assert_refused ("\"sweep\":{\"target\":[\"V\"]}",
                             "selections.sweep.target: is not a hyper");
  selections_assert_refused ("\"sweep\":{\"learning_rate\":[0.1,2]}",
                             "selections.sweep.learning_rate[1]: ");
  selections_assert_refused ("\"sweep\":{\"layers\":[[1],[0]]}", "selections.sweep.layers[1]: ");
  selections_assert_refused ("\"sweep\":{\"schedule\":[{\"factor\":9}]}",
                             "selections.sweep.schedule[0].factor: ");
}

static void
test_too_many_or_too_large_tasks_are_refused (void)
{
  selections_assert_refused ("\"repetitions\":1000,\"sweep\":{\"seed\":[1,2,3,4,5,6,7,8,9,10,11]}",
                             "selections.sweep: combinations");
  selections_assert_refused ("\"sweep\":{\"lookback\":[1,10000],\"layers\":[[1],[512]]}",
                             "selections.sweep: lookback times");
  g_autoptr (VestimSelections) most =
      selections_read_right ("\"repetitions\":1000,\"sweep\":{\"seed\":[1,2,3,4,5,6,7,8,9,10]}");
  g_assert_cmpint (vestim_selections_n_tasks (most), ==, VESTIM_MAX_TASKS);
}

/* It is a part of the fingerprint: without one of the settings, a wrong checkpoint could be used.
 */
static void
test_the_json_text_has_all_settings (void)
{
  g_autoptr (VestimSelections) selections =
      selections_read_right ("\"layers\":[3,4],\"gradient_clip\":1");
  g_autoptr (GString) json = g_string_new (NULL);

  vestim_selections_append_json (json, selections);
  g_assert_true (g_str_has_prefix (
      json->str,
      "{\"model\": \"LSTM\", \"layers\": [3, 4], \"training\": \"stateful\", \"lookback\": 100, "
      "\"batch_size\": 200, \"streams\": 32, "
      "\"max_epochs\": 100, \"max_minutes\": null, \"patience\": 20, "
      "\"learning_rate\": 0.003, \"optimizer\": \"adam\", \"weight_decay\": 0, "
      "\"gradient_clip\": 1, \"dropout\": 0, \"schedule\": {\"kind\": \"plateau\", "
      "\"factor\": 0.5, \"patience\": 5}, \"test_mode\": \"as_trained\", \"seed\": 1, "
      "\"inputs\": [\"SOC\", \"Current\", \"Temp\"], \"target\": \"Voltage\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sweep/without a sweep there is one task",
                   test_without_a_sweep_there_is_one_task);
  g_test_add_func ("/sweep/each combination is a task, and the last value changes first",
                   test_each_combination_is_a_task_and_the_last_value_changes_first);
  g_test_add_func ("/sweep/repetitions have consecutive seeds",
                   test_repetitions_have_consecutive_seeds);
  g_test_add_func ("/sweep/a swept seed is named once", test_a_swept_seed_is_named_once);
  g_test_add_func ("/sweep/a schedule replaces all members of another one",
                   test_a_schedule_replaces_all_members_of_another_one);
  g_test_add_func ("/sweep/the fault of a wrong value has its index",
                   test_the_fault_of_a_wrong_value_has_its_index);
  g_test_add_func ("/sweep/too many or too large tasks are refused",
                   test_too_many_or_too_large_tasks_are_refused);
  g_test_add_func ("/sweep/the JSON text has all settings", test_the_json_text_has_all_settings);
  return g_test_run ();
}
