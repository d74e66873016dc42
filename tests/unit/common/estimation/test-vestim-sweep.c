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

static char *
dup_choices (const char *members)
{
  g_autoptr (VestimSelections) selections = selections_read_right (members);
  g_autoptr (GString) json = g_string_new (NULL);

  for (int i = 0; i < vestim_selections_n_tasks (selections); i++)
    {
      vestim_selections_append_choice (json, selections, i);
      g_string_append_c (json, '\n');
    }
  return g_string_free (g_steal_pointer (&json), FALSE);
}

/* Each attempt must have the same tasks; a larger number of them adds to those that are done. */
static void
test_a_random_search_draws_the_same_tasks_again (void)
{
  static const char sweep[] =
      "\"sweep\":{\"learning_rate\":{\"min\":1e-4,\"max\":0.1,\"scale\":\"log\"},"
      "\"lookback\":{\"min\":10,\"max\":12},\"layers\":[[5],[9,9]]}";
  g_autofree char *few =
      g_strconcat (sweep, ",\"search\":{\"kind\":\"random\",\"tasks\":20}", NULL);
  g_autofree char *many =
      g_strconcat (sweep, ",\"search\":{\"kind\":\"random\",\"tasks\":30}", NULL);
  g_autofree char *other = g_strconcat (few, ",\"seed\":2", NULL);
  g_autofree char *first = dup_choices (few);
  g_autofree char *second = dup_choices (few);
  g_autofree char *longer = dup_choices (many);
  g_autofree char *seeded = dup_choices (other);

  g_assert_cmpstr (first, ==, second);
  g_assert_true (g_str_has_prefix (longer, first));
  g_assert_cmpstr (first, !=, seeded);
}

/* A third of the draws of a logarithmic range of three decades lies in each decade. */
static void
test_values_are_drawn_from_the_whole_range (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"sweep\":{\"learning_rate\":{\"min\":1e-4,\"max\":0.1,\"scale\":\"log\"},"
      "\"lookback\":{\"min\":10,\"max\":12},\"model\":[\"LSTM\",\"FNN\"]},"
      "\"search\":{\"kind\":\"random\",\"tasks\":3000}");
  int decades[3] = { 0 }, lookbacks[3] = { 0 }, models[3] = { 0 };

  for (int i = 0; i < 3000; i++)
    {
      g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, i);
      double rate = task->hyperparameters.learning_rate;

      g_assert_true (rate >= 1e-4 && rate <= 0.1);
      decades[(rate >= 1e-3) + (rate >= 1e-2)]++;
      lookbacks[task->hyperparameters.lookback - 10]++;
      models[task->hyperparameters.model]++;
    }
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (ABS (decades[i] - 1000), <, 100);
      g_assert_cmpint (ABS (lookbacks[i] - 1000), <, 100);
    }
  g_assert_cmpint (ABS (models[VESTIM_MODEL_FNN] - 1500), <, 100);
}

/* A combination that was tried already tells nothing. */
static void
test_a_random_search_of_lists_has_no_combination_twice (void)
{
  g_autofree char *all =
      dup_choices ("\"sweep\":{\"batch_size\":[1,2,3,4],\"lookback\":[1,2,3,4,5]},"
                   "\"search\":{\"kind\":\"random\",\"tasks\":20}");
  g_auto (GStrv) lines = g_strsplit (all, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, 21);
  for (int i = 0; i < 20; i++)
    g_assert_false (g_strv_contains ((const char *const *) lines + i + 1, lines[i]));
  g_assert_false (g_str_has_prefix (lines[0], "{\"batch_size\": 1,")
                  && g_str_has_prefix (lines[1], "{\"batch_size\": 1,")
                  && g_str_has_prefix (lines[2], "{\"batch_size\": 1,"));
}

static void
test_repetitions_count_as_tasks_of_a_search (void)
{
  g_autoptr (VestimSelections) selections =
      selections_read_right ("\"sweep\":{\"lookback\":{\"min\":1,\"max\":1000}},\"repetitions\":2,"
                             "\"search\":{\"kind\":\"random\",\"tasks\":5,\"minutes\":3}");
  g_autoptr (VestimSelections) first = vestim_selections_new_task (selections, 2);
  g_autoptr (VestimSelections) second = vestim_selections_new_task (selections, 3);

  g_assert_cmpint (vestim_selections_n_tasks (selections), ==, 5);
  g_assert_cmpfloat (vestim_sweep_minutes (selections->sweep), ==, 3);
  g_assert_cmpint (first->hyperparameters.lookback, ==, second->hyperparameters.lookback);
  g_assert_cmpuint (first->hyperparameters.seed + 1, ==, second->hyperparameters.seed);
}

static void
test_a_wrong_search_is_refused (void)
{
  selections_assert_refused ("\"search\":3", "selections.search: must be an object");
  selections_assert_refused ("\"search\":{\"kind\":\"random\",\"tasks\":5}",
                             "selections.search: needs a sweep");
  selections_assert_refused ("\"search\":{\"kind\":\"random\"},\"sweep\":{\"seed\":[1]}",
                             "selections.search.tasks: is missing");
  selections_assert_refused ("\"search\":{\"tasks\":3},\"sweep\":{\"seed\":[1]}",
                             "selections.search.kind: a grid");
  selections_assert_refused (
      "\"search\":{\"kind\":\"random\",\"tasks\":3},\"sweep\":{\"seed\":[1,2]}",
      "selections.search: the lists of the sweep make only 2 tasks");
  selections_assert_refused ("\"sweep\":{\"lookback\":{\"min\":1,\"max\":3}}",
                             "selections.sweep.lookback: a range needs a random search");
  selections_assert_refused ("\"search\":{\"kind\":\"random\",\"tasks\":3},"
                             "\"sweep\":{\"lookback\":{\"min\":3,\"max\":1}}",
                             "selections.sweep.lookback.max: must be larger");
  selections_assert_refused ("\"search\":{\"kind\":\"random\",\"tasks\":3},"
                             "\"sweep\":{\"lookback\":{\"min\":0,\"max\":1}}",
                             "selections.sweep.lookback.min: ");
  selections_assert_refused ("\"search\":{\"kind\":\"random\",\"tasks\":3},"
                             "\"sweep\":{\"dropout\":{\"min\":0,\"max\":0.5,\"scale\":\"log\"}}",
                             "selections.sweep.dropout.min: must be above 0");
  selections_assert_refused ("\"search\":{\"kind\":\"random\",\"tasks\":3},"
                             "\"sweep\":{\"layers\":{\"min\":1,\"max\":5}}",
                             "selections.sweep.layers: must be a list");
  selections_assert_refused (
      "\"search\":{\"kind\":\"random\",\"tasks\":3},"
      "\"sweep\":{\"lookback\":{\"min\":1,\"max\":10000},\"layers\":[[512,512]]}",
      "selections.sweep: lookback times");
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
  g_test_add_func ("/sweep/a random search draws the same tasks again",
                   test_a_random_search_draws_the_same_tasks_again);
  g_test_add_func ("/sweep/values are drawn from the whole range",
                   test_values_are_drawn_from_the_whole_range);
  g_test_add_func ("/sweep/a random search of lists has no combination twice",
                   test_a_random_search_of_lists_has_no_combination_twice);
  g_test_add_func ("/sweep/repetitions count as tasks of a search",
                   test_repetitions_count_as_tasks_of_a_search);
  g_test_add_func ("/sweep/a wrong search is refused", test_a_wrong_search_is_refused);
  g_test_add_func ("/sweep/the JSON text has all settings", test_the_json_text_has_all_settings);
  return g_test_run ();
}
