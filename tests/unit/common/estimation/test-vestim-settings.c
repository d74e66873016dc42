/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "common/estimation/vestim-hyperparameters.h"
#include "common/estimation/vestim-settings.h"

/* The dashboard and the documentation show these. */
static void
test_every_setting_is_described (void)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    {
      g_assert_nonnull (setting->title);
      g_assert_true (g_str_has_suffix (setting->help, "."));
      g_assert_nonnull (setting->since);
      g_assert_true (vestim_setting_find (setting->name) == setting);
    }
}

/* A member is read with its object, so it must follow it. */
static void
test_members_follow_their_object (void)
{
  const VestimSetting *object = NULL;

  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    {
      bool is_member = strchr (setting->name, '.') != NULL;

      g_assert_true (!is_member || (object && g_str_has_prefix (setting->name, object->name)));
      if (!is_member)
        object = setting->type == VESTIM_SETTING_OBJECT ? setting : NULL;
    }
}

static void
test_defaults_are_in_range (void)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (setting->type == VESTIM_SETTING_WORD)
      g_assert_nonnull (setting->words[0]);
    else if (setting->is_hyperparameter && setting->type != VESTIM_SETTING_OBJECT
             && setting->type != VESTIM_SETTING_LIMIT)
      {
        g_assert_cmpfloat (setting->initial, >=, setting->min);
        g_assert_cmpfloat (setting->initial, <=, setting->max);
      }
}

/* Two settings at one place would overwrite each other. */
static void
test_every_hyperparameter_has_a_place_of_its_own (void)
{
  for (const VestimSetting *a = vestim_settings; a->name; a++)
    for (const VestimSetting *b = a + 1; a->is_hyperparameter && b->name; b++)
      if (a->type != VESTIM_SETTING_OBJECT && b->type != VESTIM_SETTING_OBJECT
          && b->is_hyperparameter)
        g_assert_cmpuint (a->offset, !=, b->offset);
}

static void
test_members_have_the_name_after_the_dot (void)
{
  const VestimSetting *schedule = vestim_setting_find ("schedule");
  const VestimSetting *factor = vestim_setting_find ("schedule.factor");

  g_assert_cmpstr (vestim_setting_member (factor), ==, "factor");
  g_assert_cmpstr (vestim_setting_member (schedule), ==, "schedule");
  g_assert_true (vestim_setting_is_in (factor, schedule));
  g_assert_true (vestim_setting_is_in (schedule, NULL));
  g_assert_false (vestim_setting_is_in (factor, NULL));
  g_assert_true (vestim_setting_can_be_swept (schedule));
  g_assert_false (vestim_setting_can_be_swept (factor));
  g_assert_false (vestim_setting_can_be_swept (vestim_setting_find ("threads")));
  g_assert_null (vestim_setting_find ("factor"));
}

/* The help text has the number, and the reader the constant. */
static void
test_the_help_knows_the_limit_of_memory (void)
{
  g_autofree char *limit =
      g_strdup_printf ("%d,%03d,%03d", VESTIM_MAX_UNIT_ROWS / 1000000,
                       VESTIM_MAX_UNIT_ROWS / 1000 % 1000, VESTIM_MAX_UNIT_ROWS % 1000);

  g_assert_nonnull (strstr (vestim_setting_find ("lookback")->help, limit));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/every setting is described", test_every_setting_is_described);
  g_test_add_func ("/settings/members follow their object", test_members_follow_their_object);
  g_test_add_func ("/settings/defaults are in range", test_defaults_are_in_range);
  g_test_add_func ("/settings/every hyperparameter has a place of its own",
                   test_every_hyperparameter_has_a_place_of_its_own);
  g_test_add_func ("/settings/members have the name after the dot",
                   test_members_have_the_name_after_the_dot);
  g_test_add_func ("/settings/the help knows the limit of memory",
                   test_the_help_knows_the_limit_of_memory);
  return g_test_run ();
}
