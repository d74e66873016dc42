/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "tests/support/selections.h"

static void
assert_refused (const char *members, const char *field, const char *word)
{
  g_autofree char *text =
      g_strconcat ("{", SELECTIONS_FILES, members[0] ? "," : "", members, "}", NULL);
  g_autofree char *faults = NULL;
  g_autofree char *begin = g_strconcat (field, ": ", NULL);

  g_assert_null (selections_read (text, &faults));
  g_assert_nonnull (strstr (faults, begin));
  g_assert_nonnull (strstr (faults, word));
}

/* The documentation promises these defaults. */
static void
test_defaults_are_filled_in (void)
{
  g_autofree char *faults = NULL;
  g_autoptr (VestimSelections) selections = selections_read ("{" SELECTIONS_FILES "}", &faults);

  g_assert_cmpstr (faults, ==, "");
  g_assert_cmpstr (selections->inputs[2], ==, "Temp");
  g_assert_cmpstr (selections->target, ==, "Voltage");
  g_assert_cmpint (selections->hyperparameters.layers.n, ==, 1);
  g_assert_cmpint (selections->hyperparameters.layers.sizes[0], ==, 10);
  g_assert_cmpint (selections->hyperparameters.lookback, ==, 100);
  g_assert_cmpint (selections->hyperparameters.batch_size, ==, 200);
  g_assert_cmpint (selections->hyperparameters.max_epochs, ==, 100);
  g_assert_cmpfloat (selections->hyperparameters.max_minutes, ==, 0);
  g_assert_cmpint (selections->hyperparameters.patience, ==, 20);
  g_assert_cmpfloat (selections->hyperparameters.learning_rate, ==, 0.003);
  g_assert_cmpint (selections->hyperparameters.schedule, ==, VESTIM_SCHEDULE_PLATEAU);
  g_assert_cmpint (selections->hyperparameters.schedule_patience, ==, 5);
  g_assert_cmpuint (selections->hyperparameters.seed, ==, 1);
  g_assert_null (selections->folder_path);
}

/* Each field must reach its variable. */
static void
test_given_values_are_taken (void)
{
  g_autofree char *faults = NULL;
  g_autoptr (VestimSelections) selections = selections_read (
      "{\"folder_path\":\"/d\",\"inputs\":[\"A\",\"B\"],\"target\":\"C\",\"model\":\"GRU\","
      "\"layers\":[18,7],\"lookback\":400,\"batch_size\":64,\"max_epochs\":3,\"max_minutes\":0.5,"
      "\"patience\":4,\"learning_rate\":0.01,\"optimizer\":\"adamw\",\"weight_decay\":0.1,"
      "\"gradient_clip\":2.5,\"dropout\":0.2,\"schedule\":{\"kind\":\"step\",\"factor\":0.25,"
      "\"period\":2},"
      "\"test_mode\":\"carried\",\"repetitions\":1,\"seed\":7,\"threads\":1,\"sweep\":null}",
      &faults);

  g_assert_cmpstr (faults, ==, "");
  g_assert_cmpstr (selections->folder_path, ==, "/d");
  g_assert_null (selections->train_files[0]);
  g_assert_cmpstr (selections->inputs[1], ==, "B");
  g_assert_null (selections->inputs[2]);
  g_assert_cmpint (selections->hyperparameters.layers.sizes[1], ==, 7);
  g_assert_cmpfloat (selections->hyperparameters.max_minutes, ==, 0.5);
  g_assert_cmpint (selections->hyperparameters.optimizer, ==, VESTIM_OPTIMIZER_ADAMW);
  g_assert_cmpfloat (selections->hyperparameters.weight_decay, ==, 0.1);
  g_assert_cmpfloat (selections->hyperparameters.gradient_clip, ==, 2.5);
  g_assert_cmpfloat (selections->hyperparameters.dropout, ==, 0.2);
  g_assert_cmpint (selections->hyperparameters.model, ==, VESTIM_MODEL_GRU);
  g_assert_cmpint (selections->hyperparameters.test_mode, ==, VESTIM_TEST_STATEFUL);
  g_assert_cmpint (selections->hyperparameters.schedule, ==, VESTIM_SCHEDULE_STEP);
  g_assert_cmpfloat (selections->hyperparameters.schedule_factor, ==, 0.25);
  g_assert_cmpint (selections->hyperparameters.schedule_period, ==, 2);
  g_assert_cmpuint (selections->hyperparameters.seed, ==, 7);
}

/* So that a user can correct all faults at once. */
static void
test_every_fault_is_collected (void)
{
  g_autofree char *faults = NULL;

  g_assert_null (selections_read ("{\"lokback\":1,\"batch_size\":0,\"seed\":\"1\"}", &faults));
  g_assert_nonnull (strstr (faults, "selections.lokback: "));
  g_assert_nonnull (strstr (faults, "selections.batch_size: "));
  g_assert_nonnull (strstr (faults, "selections.seed: "));
  g_assert_nonnull (strstr (faults, "selections.train_files: "));
  g_assert_nonnull (strstr (faults, "selections.validation_files: "));
  g_assert_nonnull (strstr (faults, "selections.test_files: "));
}

static void
test_wrong_types_and_ranges_are_refused (void)
{
  static const struct
  {
    const char *members;
    const char *field;
  } cases[] = {
    { "\"inputs\":\"SOC\"", "selections.inputs" },
    { "\"inputs\":[]", "selections.inputs" },
    { "\"inputs\":[\"SOC\",\"SOC\"]", "selections.inputs" },
    { "\"inputs\":[\"SOC\",1]", "selections.inputs" },
    { "\"target\":\"SOC\"", "selections.target" },
    { "\"inputs\":[\"SOC\",\"Voltage\"]", "selections.inputs" },
    { "\"target\":\"\"", "selections.target" },
    { "\"model\":\"lstm\"", "selections.model" },
    { "\"layers\":10", "selections.layers" },
    { "\"layers\":[]", "selections.layers" },
    { "\"layers\":[0]", "selections.layers" },
    { "\"layers\":[10.5]", "selections.layers" },
    { "\"layers\":[513]", "selections.layers" },
    { "\"layers\":[1,1,1,1,1,1,1,1,1]", "selections.layers" },
    { "\"lookback\":0", "selections.lookback" },
    { "\"lookback\":10000,\"layers\":[512]", "selections.lookback" },
    { "\"batch_size\":65537", "selections.batch_size" },
    { "\"max_epochs\":1e6", "selections.max_epochs" },
    { "\"max_minutes\":0", "selections.max_minutes" },
    { "\"patience\":0", "selections.patience" },
    { "\"learning_rate\":0", "selections.learning_rate" },
    { "\"learning_rate\":\"0.1\"", "selections.learning_rate" },
    { "\"optimizer\":\"sgd\"", "selections.optimizer" },
    { "\"schedule\":\"plateau\"", "selections.schedule" },
    { "\"schedule\":{\"kind\":\"x\"}", "selections.schedule.kind" },
    { "\"schedule\":{\"factor\":1}", "selections.schedule.factor" },
    { "\"schedule\":{\"warmup\":1}", "selections.schedule.warmup" },
    { "\"schedule\":{\"kind\":\"cosine\",\"factor\":0.5}", "selections.schedule.factor" },
    { "\"schedule\":{\"kind\":\"step\",\"patience\":5}", "selections.schedule.patience" },
    { "\"seed\":-1", "selections.seed" },
    { "\"repetitions\":1001", "selections.repetitions" },
    { "\"threads\":0", "selections.threads" },
    { "\"folder_path\":\"/d\"", "selections.train_files" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].members, cases[i].field, "");
}

/* The daemon resolves a relative path in another folder than the user. */
static void
test_relative_paths_are_refused (void)
{
  g_autofree char *faults = NULL;

  g_assert_null (selections_read ("{\"folder_path\":\"data\"}", &faults));
  g_assert_nonnull (strstr (faults, "selections.folder_path: \"data\" must be an absolute path"));
  g_clear_pointer (&faults, g_free);
  g_assert_null (
      selections_read ("{\"train_files\":[\"/a\",\"b.csv\"],\"validation_files\":[\"/v\"],"
                       "\"test_files\":[\"/x\"]}",
                       &faults));
  g_assert_nonnull (strstr (faults, "selections.train_files: \"b.csv\""));
}

static void
test_selections_that_are_not_an_object_are_refused (void)
{
  g_autofree char *faults = NULL;

  g_assert_null (selections_read ("[1]", &faults));
  g_assert_cmpstr (faults, ==, "selections: must be an object\n");
}

static void
test_the_initial_model_is_a_path (void)
{
  g_autofree char *faults = NULL;
  g_autofree char *relative = NULL;
  g_autoptr (VestimSelections) selections =
      selections_read ("{" SELECTIONS_FILES ",\"initial_model\":\"/m.bin\"}", &faults);
  g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, 0);
  g_autoptr (GString) json = g_string_new (NULL);

  g_assert_cmpstr (task->initial_model, ==, "/m.bin");
  vestim_selections_append_json (json, task);
  g_assert_nonnull (strstr (json->str, "\"initial_model\": \"/m.bin\""));
  g_assert_null (selections_read ("{" SELECTIONS_FILES ",\"initial_model\":\"m.bin\"}", &relative));
  g_assert_nonnull (strstr (relative, "selections.initial_model: \"m.bin\" must be an absolute"));
}

static VestimTestMode
test_mode_of_task (const char *members, int index)
{
  g_autofree char *faults = NULL;
  g_autofree char *text = g_strdup_printf ("{" SELECTIONS_FILES ",%s}", members);
  g_autoptr (VestimSelections) selections = selections_read (text, &faults);

  g_assert_cmpstr (faults, ==, "");
  g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, index);
  return task->hyperparameters.test_mode;
}

/* The main figure of a job is that of the network as it was trained, unless another is asked for.
 */
static void
test_the_test_follows_the_training (void)
{
  static const char sweep[] = "\"sweep\":{\"training\":[\"windowed\",\"stateful\"]}";
  static const char stateful[] = "\"training\":\"stateful\"";
  static const char other[] = "\"training\":\"stateful\",\"test_mode\":\"windowed\"";
  static const char fnn[] = "\"training\":\"stateful\",\"model\":\"FNN\"";

  g_assert_cmpint (test_mode_of_task ("\"lookback\":5", 0), ==, VESTIM_TEST_STATEFUL);
  g_assert_cmpint (test_mode_of_task ("\"model\":\"FNN\"", 0), ==, VESTIM_TEST_WINDOWED);
  g_assert_cmpint (test_mode_of_task ("\"training\":\"windowed\"", 0), ==, VESTIM_TEST_WINDOWED);
  g_assert_cmpint (test_mode_of_task (stateful, 0), ==, VESTIM_TEST_STATEFUL);
  g_assert_cmpint (test_mode_of_task (sweep, 0), ==, VESTIM_TEST_WINDOWED);
  g_assert_cmpint (test_mode_of_task (sweep, 1), ==, VESTIM_TEST_STATEFUL);
  g_assert_cmpint (test_mode_of_task (other, 0), ==, VESTIM_TEST_WINDOWED);
  g_assert_cmpint (test_mode_of_task (fnn, 0), ==, VESTIM_TEST_WINDOWED);
}

/* Jobs of earlier versions have the old word. */
static void
test_both_words_for_a_stateful_test_are_taken (void)
{
  g_assert_cmpint (test_mode_of_task ("\"test_mode\":\"carried\"", 0), ==, VESTIM_TEST_STATEFUL);
  g_assert_cmpint (test_mode_of_task ("\"test_mode\":\"stateful\"", 0), ==, VESTIM_TEST_STATEFUL);
  g_assert_cmpint (vestim_setting_find_word ("test_mode", "carried"), ==, VESTIM_TEST_STATEFUL);
}

static void
test_a_validation_share_replaces_the_files (void)
{
  g_autofree char *faults = NULL, *none = NULL;
  g_autoptr (VestimSelections) selections = selections_read (
      "{\"train_files\":[\"/t\"],\"test_files\":[\"/x\"],\"validation_share\":0.25}", &faults);
  g_autoptr (VestimSelections) refused =
      selections_read ("{\"train_files\":[\"/t\"],\"test_files\":[\"/x\"]}", &none);

  g_assert_cmpstr (faults, ==, "");
  g_assert_cmpfloat (selections->validation_share, ==, 0.25);
  g_assert_null (selections->validation_files[0]);
  g_assert_null (refused);
  g_assert_nonnull (strstr (none, "or a validation_share of the training files"));
  assert_refused ("\"validation_share\":0.2", "selections.validation_share", "leave out one");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/selections/defaults are filled in", test_defaults_are_filled_in);
  g_test_add_func ("/selections/given values are taken", test_given_values_are_taken);
  g_test_add_func ("/selections/the test follows the training", test_the_test_follows_the_training);
  g_test_add_func ("/selections/the initial model is a path", test_the_initial_model_is_a_path);
  g_test_add_func ("/selections/both words for a stateful test are taken",
                   test_both_words_for_a_stateful_test_are_taken);
  g_test_add_func ("/selections/a validation share replaces the files",
                   test_a_validation_share_replaces_the_files);
  g_test_add_func ("/selections/every fault is collected", test_every_fault_is_collected);
  g_test_add_func ("/selections/wrong types and ranges are refused",
                   test_wrong_types_and_ranges_are_refused);
  g_test_add_func ("/selections/relative paths are refused", test_relative_paths_are_refused);
  g_test_add_func ("/selections/selections that are not an object are refused",
                   test_selections_that_are_not_an_object_are_refused);
  return g_test_run ();
}
