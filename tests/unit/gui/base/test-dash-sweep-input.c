/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-sweep-input.h"

#include <string.h>

#include "common/client/vestim-node.h"

static gboolean
is_shown (const char *name, gboolean in_sweep)
{
  return g_str_equal (name, "layers") || (!in_sweep && g_str_equal (name, "model"));
}

/* (transfer full) the object that comes from these texts. */
static char *
typed (const char *layers, const char *rate, const char *rest, guint *n_tasks)
{
  g_autofree char *wrong = NULL;
  g_autoptr (JsonNode) node = NULL;
  DashSweepInput settings;

  dash_sweep_input_init (&settings);
  g_assert_true (
      dash_sweep_input_add (&settings, vestim_setting_find ("layers"), layers, &wrong)
      && dash_sweep_input_add (&settings, vestim_setting_find ("learning_rate"), rate, &wrong)
      && dash_sweep_input_add_rest (&settings, rest, is_shown, &wrong));
  node = dash_sweep_input_end (&settings);
  *n_tasks = settings.n_tasks;
  dash_sweep_input_clear (&settings);
  return vestim_node_dup_text (node);
}

/* One value is a setting, several are a sweep. The dialog shows how many networks will be trained.
 */
static void
test_sweep (void)
{
  guint n_tasks;
  g_autofree char *one = typed ("18, 18", "0,003", "", &n_tasks);
  g_autofree char *many = NULL;

  g_assert_cmpstr (one, ==, "{\"layers\":[18,18],\"learning_rate\":0.003}");
  g_assert_cmpuint (n_tasks, ==, 1);
  many = typed ("10; 18 18", "0.001; 0.003; 0.01", "{\"sweep\":{\"model\":[\"LSTM\",\"GRU\"]}}",
                &n_tasks);
  g_assert_cmpstr (many, ==,
                   "{\"sweep\":{\"layers\":[[10],[18,18]],\"learning_rate\":[0.001,0.003,0.01],"
                   "\"model\":[\"LSTM\",\"GRU\"]}}");
  g_assert_cmpuint (n_tasks, ==, 12);
}

/* What is typed for a random search is shown again when the job is copied. */
static void
test_range (void)
{
  guint n_tasks;
  g_autofree char *json =
      typed ("10", "1e-4 .. 0,01 log", "{\"search\":{\"kind\":\"random\",\"tasks\":50}}", &n_tasks);
  g_autoptr (JsonNode) node = vestim_node_parse (json, strlen (json), NULL);
  g_autofree char *text = dash_sweep_input_text (node, vestim_setting_find ("learning_rate"));

  g_assert_cmpstr (
      json, ==,
      "{\"layers\":[10],\"search\":{\"kind\":\"random\",\"tasks\":50},"
      "\"sweep\":{\"learning_rate\":{\"min\":0.0001,\"max\":0.01,\"scale\":\"log\"}}}");
  g_assert_cmpstr (text, ==, "0.0001..0.01 log");
}

/* An empty entry means the default of the server. */
static void
test_empty (void)
{
  guint n_tasks;
  g_autofree char *json = typed ("", "", "", &n_tasks);

  g_assert_cmpstr (json, ==, "{}");
}

/* So that a user sees which part to correct. */
static void
test_wrong (void)
{
  static const char *const texts[] = { "1; x", "1;", "nan", "1e999", "0x" };
  DashSweepInput settings;

  dash_sweep_input_init (&settings);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *wrong = NULL;

      g_assert_false (
          dash_sweep_input_add (&settings, vestim_setting_find ("dropout"), texts[i], &wrong));
      g_assert_nonnull (wrong);
      g_assert_cmpuint (json_object_get_size (settings.members), ==, 0);
    }
  dash_sweep_input_clear (&settings);
}

/* A copy of a job keeps everything, even settings without a row in the dialog. */
static void
test_back (void)
{
  static const char text[] = "{\"layers\":[1],\"model\":\"GRU\",\"gradient_clip\": 1,"
                             "\"sweep\":{\"layers\":[[10],[18,18]],\"model\":[\"LSTM\"]}}";
  g_autoptr (JsonNode) root = vestim_node_parse (text, strlen (text), NULL);
  g_autofree char *layers = dash_sweep_input_text (root, vestim_setting_find ("layers"));
  g_autofree char *seed = dash_sweep_input_text (root, vestim_setting_find ("seed"));
  g_autofree char *rest = dash_sweep_input_rest (root, is_shown);

  g_assert_cmpstr (layers, ==, "10; 18, 18");
  g_assert_null (seed);
  g_assert_cmpstr (rest, ==, "{\"gradient_clip\":1,\"sweep\":{\"model\":[\"LSTM\"]}}");
}

/* The selections of a draft can be any JSON. */
static void
test_other_shapes (void)
{
  static const char *const texts[][2] = {
    { "{\"layers\":[1],\"sweep\":[1]}", "{\"sweep\":[1]}" },
    { "{\"sweep\":[{\"layers\":[1]}],\"a\":1}", "{\"a\":1,\"sweep\":[{\"layers\":[1]}]}" },
    { "{\"sweep\":null}", "{\"sweep\":null}" },
    { "{\"sweep\":{}}", "" },
    { "[1]", "[1]" },
    { "\"a\"", "\"a\"" },
    { "null", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) root = vestim_node_parse (texts[i][0], strlen (texts[i][0]), NULL);
      g_autofree char *rest = dash_sweep_input_rest (root, is_shown);

      g_assert_cmpstr (rest, ==, texts[i][1]);
      g_assert_null (dash_sweep_input_text (root, vestim_setting_find ("seed")));
    }
}

/* The request must be valid JSON whatever is typed. */
static void
test_rest (void)
{
  static const char *const texts[] = { "[1]", "gradient_clip: 1", "{\"a\":1", "{}x" };
  DashSweepInput settings;

  dash_sweep_input_init (&settings);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *wrong = NULL;

      g_assert_false (dash_sweep_input_add_rest (&settings, texts[i], is_shown, &wrong));
      g_assert_cmpuint (json_object_get_size (settings.members), ==, 0);
    }
  dash_sweep_input_clear (&settings);
}

/* The server would refuse the request as invalid JSON, without a name. */
static void
test_rest_twice (void)
{
  static const char *const texts[][2] = {
    { "{\"gradient_clip\":1,\"layers\":[5]}", "layers has its own field above." },
    { "{\"mod\\u0065l\":\"GRU\"}", "model has its own field above." },
    { "{\"sweep\":{\"layers\":[[5]]}}", "layers has its own field above." },
    { "{\"sweep\":[1]}", "sweep must be an object, because fields above have several values too." },
    { "{\"a\":1,\"a\":2}", NULL },
    { "{\"a\":1,\"\\u0061\":2}", NULL },
    { "{\"sweep\":{\"seed\":[1],\"seed\":[2]}}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *wrong = NULL;
      DashSweepInput settings;

      dash_sweep_input_init (&settings);
      g_assert_true (
          dash_sweep_input_add (&settings, vestim_setting_find ("lookback"), "1;2", &wrong));
      g_assert_false (dash_sweep_input_add_rest (&settings, texts[i][0], is_shown, &wrong));
      if (texts[i][1] != NULL)
        g_assert_cmpstr (wrong, ==, texts[i][1]);
      else
        g_assert_nonnull (strstr (wrong, "duplicate"));
      g_assert_cmpuint (json_object_get_size (settings.members), ==, 0);
      dash_sweep_input_clear (&settings);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sweep-input/several values make a sweep", test_sweep);
  g_test_add_func ("/sweep-input/a range is typed with two points", test_range);
  g_test_add_func ("/sweep-input/an empty entry is left out", test_empty);
  g_test_add_func ("/sweep-input/the part that is not a value is named", test_wrong);
  g_test_add_func ("/sweep-input/a job's settings can be typed again", test_back);
  g_test_add_func ("/sweep-input/other types of JSON stay as they are", test_other_shapes);
  g_test_add_func ("/sweep-input/further settings are an object", test_rest);
  g_test_add_func ("/sweep-input/no setting can be given twice", test_rest_twice);
  return g_test_run ();
}
