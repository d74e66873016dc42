/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/train-value.h"

#include "common/client/vestim-node.h"
#include "daemon/vestim/command.h"
#include "daemon/vestim/train-settings.h"

typedef struct
{
  const char *setting;
  const char *text;
  const char *json; /* NULL: a usage error */
} Case;

static void
check (const Case *wanted, bool in_sweep)
{
  const VestimSetting *setting = vestim_setting_find (wanted->setting);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = in_sweep ? train_value_parse_sweep (setting, wanted->text, &error)
                                       : train_value_parse (setting, wanted->text, true, &error);
  g_autofree char *json = node != NULL ? vestim_node_dup_text (node) : NULL;

  g_assert_cmpstr (json, ==, wanted->json);
  g_assert_true ((node == NULL) == g_error_matches (error, USAGE_ERROR, 0));
}

/* What is no value of the type becomes a string, and the server says what it must be. */
static void
test_values (void)
{
  static const Case cases[] = {
    { "max_epochs", "50", "50" },
    { "max_epochs", "5o", "\"5o\"" },
    { "max_epochs", "", "\"\"" },
    { "seed", "9223372036854775807", "9223372036854775807" },
    { "learning_rate", "3e-3", "0.003" },
    { "learning_rate", ".003", "0.003" },
    { "learning_rate", "0,003", "\"0,003\"" },
    { "learning_rate", "inf", "\"inf\"" },
    { "max_minutes", "none", "null" },
    { "model", "GRU", "\"GRU\"" },
    { "layers", "18, 18", "[18,18]" },
    { "layers", "18,,18", "\"18,,18\"" },
    { "layers", "[18]", "[18]" },
    { "layers", "[18", NULL },
    { "inputs", "SOC, Temp", "[\"SOC\",\"Temp\"]" },
    { "inputs", "[\"a,b\"]", "[\"a,b\"]" },
    { "train_files", "/a,b/./c", "[\"/a,b/c\"]" },
    { "folder_path", "/a/./b", "\"/a/b\"" },
    { "target", "[x", "\"[x\"" },
    { "preprocessing.power", "true", "true" },
    { "preprocessing.power", "1", "\"1\"" },
    { "schedule", "cosine", "{\"kind\":\"cosine\"}" },
    { "missing", "drop", "\"drop\"" },
    { "columns", "{\"a\":1}", "{\"a\":1}" },
    { "columns", "{\"a\":1,\"a\":2}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i], false);
}

static void
test_sweep (void)
{
  static const Case cases[] = {
    { "learning_rate", "0.001,0.003", "[0.001,0.003]" },
    { "learning_rate", "0.001..0.01", "{\"min\":0.001,\"max\":0.01,\"scale\":\"linear\"}" },
    { "learning_rate", "0.001..0.01 log", "{\"min\":0.001,\"max\":0.01,\"scale\":\"log\"}" },
    { "model", "GRU,LSTM", "[\"GRU\",\"LSTM\"]" },
    { "layers", "10;18,18", "[[10],[18,18]]" },
    { "layers", "10", "[[10]]" },
    { "layers", "18,18", NULL },
    { "layers", "[[10],[18]]", "[[10],[18]]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i], true);
}

static void
test_options (void)
{
  static const char *const fields[][2] = {
    { "selections.max_epochs", "--max-epochs" },
    { "selections.schedule.factor", "--schedule-factor" },
    { "selections.train_files[2]", "--train-files[2]" },
    { "selections.sweep.learning_rate[1]", "--sweep learning_rate[1]" },
    { "selections.derived[0].of", "--derived[0].of" },
    { "selections.nonsense", "nonsense" },
    { "tags[0]", "tags[0]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *option = train_settings_dup_option (fields[i][0]);

      g_assert_cmpstr (option, ==, fields[i][1]);
    }
}

/* No option may mean two things. */
static void
test_names (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (const CommandOption *option = train_settings_options (); option->name != NULL; option++)
    if (!g_hash_table_add (names, (gpointer) option->name))
      g_error ("--%s is there twice", option->name);
  g_assert_true (g_hash_table_contains (names, "max-epochs"));
  g_assert_true (g_hash_table_contains (names, "preprocessing-moving-average-rows"));
  g_assert_true (g_hash_table_contains (names, "wait"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train-value/each type has its own way of writing", test_values);
  g_test_add_func ("/train-value/a sweep lists values or has a range", test_sweep);
  g_test_add_func ("/train-settings/a field is told by its option", test_options);
  g_test_add_func ("/train-settings/each option is there once", test_names);
  return g_test_run ();
}
