/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "tests/support/selections.h"

/* The file has the form in which the legacy system wrote it. */
static void
test_a_file_of_the_legacy_system_is_understood (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"FEATURE_COLUMNS\":[\"Power\",\"SOC\"],\"TARGET_COLUMN\":\"Voltage\",\"MODEL_TYPE\":"
      "\"LSTM\","
      "\"TRAINING_METHOD\":\"Sequence-to-Sequence\",\"RNN_LAYER_SIZES\":\"18,18\",\"LAYERS\":2,"
      "\"HIDDEN_UNITS\":18,\"LOOKBACK\":\"400\",\"BATCH_SIZE\":\"200\",\"MAX_EPOCHS\":\"1200\","
      "\"INITIAL_LR\":\"1e-4\",\"OPTIMIZER_TYPE\":\"AdamW\",\"WEIGHT_DECAY\":\"0.0003\","
      "\"SCHEDULER_TYPE\":\"ReduceLROnPlateau\",\"PLATEAU_PATIENCE\":\"5\",\"PLATEAU_FACTOR\":\"0."
      "8\","
      "\"LR_PARAM\":\"0.4\",\"VALID_PATIENCE\":\"40\",\"VALID_FREQUENCY\":\"1\",\"REPETITIONS\":3,"
      "\"MAX_TRAIN_HOURS\":\"1\",\"MAX_TRAIN_MINUTES\":\"30\",\"DEVICE_SELECTION\":\"cuda:0\"");

  g_assert_cmpstr (selections->inputs[1], ==, "SOC");
  g_assert_null (selections->sweep);
  g_assert_cmpint (selections->hyperparameters.layers.n, ==, 2);
  g_assert_cmpint (selections->hyperparameters.layers.sizes[1], ==, 18);
  g_assert_cmpint (selections->hyperparameters.lookback, ==, 400);
  g_assert_cmpint (selections->hyperparameters.max_epochs, ==, 1200);
  g_assert_cmpfloat (selections->hyperparameters.learning_rate, ==, 1e-4);
  g_assert_cmpint (selections->hyperparameters.optimizer, ==, VESTIM_OPTIMIZER_ADAMW);
  g_assert_cmpfloat (selections->hyperparameters.schedule_factor, ==, 0.8);
  g_assert_cmpint (selections->hyperparameters.schedule_patience, ==, 5);
  g_assert_cmpint (selections->hyperparameters.patience, ==, 40);
  g_assert_cmpint (selections->repetitions, ==, 3);
  g_assert_cmpfloat (selections->hyperparameters.max_minutes, ==, 90);
}

static VestimTrainingMode
training_of (const char *members)
{
  g_autoptr (VestimSelections) selections = selections_read_right (members);
  g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, 0);

  return task->hyperparameters.training;
}

/* They were chosen for windows, but the default is stateful. */
static void
test_they_mean_windowed_training (void)
{
  g_assert_cmpint (training_of ("\"LOOKBACK\":\"400\""), ==, VESTIM_TRAINING_WINDOWED);
  g_assert_cmpint (training_of ("\"lookback\":400"), ==, VESTIM_TRAINING_STATEFUL);
  g_assert_cmpint (training_of ("\"LOOKBACK\":\"400\",\"training\":\"stateful\""), ==,
                   VESTIM_TRAINING_STATEFUL);
  g_assert_cmpint (training_of ("\"LOOKBACK\":\"400\",\"sweep\":{\"training\":[\"stateful\"]}"), ==,
                   VESTIM_TRAINING_STATEFUL);
}

/* A task's file of the legacy system also has results and what a choice that is refused would need.
 */
static void
test_what_has_no_effect_is_ignored_with_a_note (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"MODEL_TYPE\":\"FNN\",\"INPUT_SIZE\":3,\"OUTPUT_SIZE\":1,\"CURRENT_REPETITION\":3,"
      "\"NUM_LEARNABLE_PARAMS\":4681,\"normalization_applied\":true,\"CURRENT_DEVICE\":\"CPU\","
      "\"SCHEDULER_TYPE\":\"ReduceLROnPlateau\",\"PLATEAU_FACTOR\":\"0.8\",\"LR_PARAM\":\"0.1\","
      "\"EXPLOIT_LR\":\"1e-5\",\"EXPLOIT_REPETITIONS\":\"0\",\"FINAL_LR\":\"1e-7\","
      "\"INFERENCE_FILTER_TYPE\":\"None\",\"INFERENCE_FILTER_ALPHA\":\"0.1\","
      "\"HIDDEN_LAYER_SIZES\":[90,45],\"LOOKBACK\":\"N/A\"");

  g_assert_cmpuint (selections->notes->len, ==, 3);
  g_assert_true (g_str_has_prefix (selections->notes->pdata[1], "legacy settings mean windowed"));
  g_assert_cmpstr (selections->notes->pdata[0], ==,
                   "LOOKBACK has no value: the default of lookback counts");
  g_assert_cmpstr (selections->notes->pdata[2], ==,
                   "these legacy settings are ignored, because the result does not depend on them: "
                   "INPUT_SIZE, CURRENT_REPETITION, NUM_LEARNABLE_PARAMS, normalization_applied, "
                   "CURRENT_DEVICE, EXPLOIT_LR, FINAL_LR, INFERENCE_FILTER_ALPHA, LR_PARAM");
}

static void
test_names_of_one_setting_may_agree (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"LR_DROP_FACTOR\":\"0.5\",\"LR_PARAM\":0.50,\"LR_DROP_PERIOD\":4,\"LR_PERIOD\":\"4\","
      "\"RNN_LAYER_SIZES\":\"20,10\",\"LAYERS\":2,\"HIDDEN_UNITS\":20,"
      "\"MAX_TRAIN_HOURS\":\"1\",\"MAX_TRAIN_MINUTES\":\"20\","
      "\"MAX_TRAINING_TIME_SECONDS\":4800");

  g_assert_cmpint (selections->hyperparameters.schedule_period, ==, 4);
  g_assert_cmpint (selections->hyperparameters.layers.sizes[1], ==, 10);
  g_assert_cmpfloat (selections->hyperparameters.max_minutes, ==, 80);
}

/* One of two values would be dropped silently. */
static void
test_names_of_one_setting_that_differ_are_refused (void)
{
  selections_assert_refused ("\"LR_PARAM\":\"0.1\",\"LR_DROP_FACTOR\":\"0.5\"",
                             "selections.LR_DROP_FACTOR: LR_DROP_FACTOR and LR_PARAM");
  selections_assert_refused ("\"LR_PERIOD\":\"1,2\",\"LR_DROP_PERIOD\":\"1\"",
                             "selections.LR_DROP_PERIOD: LR_DROP_PERIOD and LR_PERIOD");
  selections_assert_refused ("\"PLATEAU_FACTOR\":\"0.1\",\"LR_PARAM\":\"0.5\"",
                             "selections.LR_PARAM: there are parameters of two kinds");
  selections_assert_refused ("\"RNN_LAYER_SIZES\":\"18,18\",\"LAYERS\":3",
                             "selections.LAYERS: LAYERS and HIDDEN_UNITS must be the number");
  selections_assert_refused ("\"RNN_LAYER_SIZES\":\"18,18\",\"HIDDEN_UNITS\":10",
                             "selections.HIDDEN_UNITS: LAYERS and HIDDEN_UNITS must be the number");
  selections_assert_refused ("\"RNN_LAYER_SIZES\":\"18;10\",\"HIDDEN_UNITS\":18",
                             "selections.HIDDEN_UNITS: LAYERS and HIDDEN_UNITS must be the number");
  selections_assert_refused ("\"MAX_TRAIN_HOURS\":1,\"MAX_TRAINING_TIME_SECONDS\":60",
                             "selections.MAX_TRAINING_TIME_SECONDS: is another time");
  selections_assert_refused ("\"MODEL_TYPE\":\"LSTM\",\"GRU_UNITS\":\"3\"",
                             "selections.GRU_UNITS: is of another type of model");
  selections_assert_refused ("\"MODEL_TYPE\":\"LSTM,GRU\",\"FNN_DROPOUT_PROB\":\"0.1\"",
                             "selections.FNN_DROPOUT_PROB: is of another type of model");
  selections_assert_refused ("\"FEATURE_COLUMNS\":\"SOC\",\"FEATURE_COLS\":\"Temp\"",
                             "selections.FEATURE_COLS: is the legacy name of inputs");
}

static void
test_commas_are_a_sweep (void)
{
  g_autoptr (VestimSelections) selections =
      selections_read_right ("\"INITIAL_LR\":\"0.001, 0.003\",\"RNN_LAYER_SIZES\":\"10;18,18\","
                             "\"sweep\":{\"seed\":[1,2]},\"patience\":7");

  g_assert_cmpint (vestim_selections_n_tasks (selections), ==, 8);
  g_assert_cmpint (selections->hyperparameters.patience, ==, 7);
  selections_assert_choice (selections, 7,
                            "{\"learning_rate\": 0.003, \"layers\": [18, 18], \"seed\": 2}");
}

/* The oldest files have no kind of schedule, and one number for all layers. */
static void
test_the_oldest_names_are_understood (void)
{
  g_autoptr (VestimSelections) selections = selections_read_right (
      "\"LAYERS\":\"1,2\",\"HIDDEN_UNITS\":\"10\",\"LR_DROP_FACTOR\":\"0.5,0.9\","
      "\"LR_DROP_PERIOD\":\"4\",\"ValidFrequency\":\"1\"");
  g_autoptr (VestimSelections) last = vestim_selections_new_task (selections, 3);

  g_assert_cmpint (vestim_selections_n_tasks (selections), ==, 4);
  g_assert_cmpint (last->hyperparameters.layers.n, ==, 2);
  g_assert_cmpint (last->hyperparameters.schedule, ==, VESTIM_SCHEDULE_STEP);
  g_assert_cmpfloat (last->hyperparameters.schedule_factor, ==, 0.9);
  g_assert_cmpint (last->hyperparameters.schedule_period, ==, 4);
}

/* If two names disagree, nobody knows which value is meant. */
static void
test_both_names_of_a_field_are_refused (void)
{
  selections_assert_refused ("\"INITIAL_LR\":\"0.1\",\"learning_rate\":0.1",
                             "selections.INITIAL_LR: is the legacy name");
  selections_assert_refused ("\"INITIAL_LR\":\"0.1\",\"sweep\":{\"learning_rate\":[0.1]}",
                             "selections.INITIAL_LR: is the legacy name");
  selections_assert_refused ("\"GRU_UNITS\":\"3\",\"RNN_LAYER_SIZES\":\"3\"",
                             "selections.RNN_LAYER_SIZES: is the legacy name");
  selections_assert_refused ("\"LR_PARAM\":\"0.5\",\"schedule\":{}",
                             "selections.LR_PARAM: is the legacy name");
  selections_assert_refused ("\"MAX_TRAIN_HOURS\":1,\"max_minutes\":3",
                             "selections.MAX_TRAIN_HOURS: is the legacy name");
}

/* A user must find the name that is in the file. */
static void
test_faults_have_the_legacy_name (void)
{
  selections_assert_refused ("\"INITIAL_LR\":\"fast\"", "selections.INITIAL_LR: must be a number");
  selections_assert_refused ("\"INITIAL_LR\":\"0.1,9\"",
                             "selections.INITIAL_LR[1]: must be a number");
  selections_assert_refused ("\"INITIAL_LR\":\"\"", "selections.INITIAL_LR: has no value");
  selections_assert_refused ("\"INITIAL_LR\":{}", "selections.INITIAL_LR: has no value");
  selections_assert_refused ("\"RNN_LAYER_SIZES\":\"10;0\"",
                             "selections.RNN_LAYER_SIZES[1]: each size");
  selections_assert_refused ("\"MODEL_TYPE\":\"NARX\"", "selections.MODEL_TYPE: must be one of");
  selections_assert_refused ("\"REPETITIONS\":\"1,2\"", "selections.REPETITIONS: is not a hyper");
  selections_assert_refused ("\"SCHEDULER_TYPE\":\"Magic\"",
                             "selections.SCHEDULER_TYPE: must be \"StepLR\"");
  selections_assert_refused ("\"SCHEDULER_TYPE\":\"StepLR\",\"LR_PARAM\":\"7\"",
                             "selections.SCHEDULER_TYPE.factor: must be");
  selections_assert_refused ("\"LAYERS\":\"2\"", "selections.LAYERS: LAYERS and HIDDEN_UNITS");
  selections_assert_refused ("\"LAYERS\":\"-1\",\"HIDDEN_UNITS\":\"3\"",
                             "selections.LAYERS: must be");
  selections_assert_refused ("\"MAX_TRAIN_SECONDS\":\"x\"",
                             "selections.MAX_TRAIN_SECONDS: must be");
  selections_assert_refused ("\"LOOKBACK\":\"5\",\"sweep\":3",
                             "selections.sweep: must be an object");
  selections_assert_refused ("\"LOOKBACK\":\"5\",\"surprise\":3",
                             "selections.surprise: this field");
}

/* A setting that is ignored silently costs a night of training. */
static void
test_unsupported_values_are_refused (void)
{
  selections_assert_refused ("\"VALID_FREQUENCY\":\"5\"",
                             "selections.VALID_FREQUENCY: must be 1 or");
  selections_assert_refused ("\"EXPLOIT_REPETITIONS\":\"2\"", "selections.EXPLOIT_REPETITIONS: ");
  selections_assert_refused ("\"INFERENCE_FILTER_TYPE\":\"EMA\"",
                             "selections.INFERENCE_FILTER_TYPE: ");
  selections_assert_refused ("\"TRAINING_METHOD\":\"Other\"", "selections.TRAINING_METHOD: ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/legacy-settings/a file of the legacy system is understood",
                   test_a_file_of_the_legacy_system_is_understood);
  g_test_add_func ("/legacy-settings/they mean windowed training",
                   test_they_mean_windowed_training);
  g_test_add_func ("/legacy-settings/what has no effect is ignored with a note",
                   test_what_has_no_effect_is_ignored_with_a_note);
  g_test_add_func ("/legacy-settings/names of one setting may agree",
                   test_names_of_one_setting_may_agree);
  g_test_add_func ("/legacy-settings/names of one setting that differ are refused",
                   test_names_of_one_setting_that_differ_are_refused);
  g_test_add_func ("/legacy-settings/commas are a sweep", test_commas_are_a_sweep);
  g_test_add_func ("/legacy-settings/the oldest names are understood",
                   test_the_oldest_names_are_understood);
  g_test_add_func ("/legacy-settings/both names of a field are refused",
                   test_both_names_of_a_field_are_refused);
  g_test_add_func ("/legacy-settings/faults have the legacy name",
                   test_faults_have_the_legacy_name);
  g_test_add_func ("/legacy-settings/unsupported values are refused",
                   test_unsupported_values_are_refused);
  return g_test_run ();
}
