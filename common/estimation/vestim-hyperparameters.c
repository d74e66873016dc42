/* SPDX-License-Identifier: MIT */

/* Defaults, reading and writing follow the table of settings, so that a new hyperparameter needs no
 * line here. The only object among them is the schedule. */

#include "common/estimation/vestim-hyperparameters.h"

#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

static void *
value_of (VestimHyperparameters *hyperparameters, const VestimSetting *setting)
{
  return (char *) hyperparameters + setting->offset;
}

void
vestim_hyperparameters_init (VestimHyperparameters *hyperparameters)
{
  *hyperparameters = (VestimHyperparameters){ 0 };
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (setting->is_hyperparameter && setting->type != VESTIM_SETTING_OBJECT)
      vestim_setting_set_default (setting, value_of (hyperparameters, setting));
}

/* A schedule stands for itself: what it leaves out has its default, whatever was set before. */
static void
read_schedule (const VestimSetting *schedule, const VestimFieldReader *outer,
               VestimHyperparameters *hyperparameters)
{
  g_autofree char *prefix = vestim_field_path (outer->prefix, schedule->name);
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, schedule->name),
    .prefix = prefix,
    .errors = outer->errors,
  };

  if (!reader.object)
    return;

  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (outer, schedule->name,
                                 "must be an object, for example {\"kind\": \"plateau\"}");
      return;
    }

  for (const VestimSetting *setting = schedule + 1; vestim_setting_is_in (setting, schedule);
       setting++)
    {
      vestim_setting_set_default (setting, value_of (hyperparameters, setting));
      vestim_setting_read (setting, &reader, value_of (hyperparameters, setting));
    }
  vestim_settings_refuse_unknown (&reader, schedule, (int) hyperparameters->schedule);
}

void
vestim_hyperparameters_read (const VestimFieldReader *reader,
                             VestimHyperparameters *hyperparameters)
{
  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (!vestim_setting_can_be_swept (setting))
      continue;
    else if (setting->type == VESTIM_SETTING_OBJECT)
      read_schedule (setting, reader, hyperparameters);
    else
      vestim_setting_read (setting, reader, value_of (hyperparameters, setting));
}

static void
append_member (GString *json, const VestimHyperparameters *hyperparameters,
               const VestimSetting *setting, const char *comma)
{
  g_string_append_printf (json, "%s\"%s\": ", comma, vestim_setting_member (setting));
  vestim_setting_append_value (json, setting, (const char *) hyperparameters + setting->offset);
}

static void
append_schedule (GString *json, const VestimHyperparameters *hyperparameters,
                 const VestimSetting *schedule)
{
  const char *comma = "";

  g_string_append_printf (json, ", \"%s\": {", schedule->name);
  for (const VestimSetting *setting = schedule + 1; vestim_setting_is_in (setting, schedule);
       setting++)
    if (vestim_setting_is_of_schedule (setting, (int) hyperparameters->schedule))
      {
        append_member (json, hyperparameters, setting, comma);
        comma = ", ";
      }
  g_string_append_c (json, '}');
}

void
vestim_hyperparameters_append_members (GString *json, const VestimHyperparameters *hyperparameters)
{
  const char *comma = "";

  for (const VestimSetting *setting = vestim_settings; setting->name; setting++)
    if (!vestim_setting_can_be_swept (setting))
      continue;
    else if (setting->type == VESTIM_SETTING_OBJECT)
      append_schedule (json, hyperparameters, setting);
    else
      {
        append_member (json, hyperparameters, setting, comma);
        comma = ", ";
      }
}

int64_t
vestim_hyperparameters_n_units (const VestimHyperparameters *hyperparameters)
{
  int64_t n = 0;

  for (int i = 0; i < hyperparameters->layers.n; i++)
    n += hyperparameters->layers.sizes[i];
  return n;
}

bool
vestim_hyperparameters_train_stateful (const VestimHyperparameters *hyperparameters)
{
  return hyperparameters->training == VESTIM_TRAINING_STATEFUL
         && vestim_model_sees_windows (hyperparameters->model);
}

void
vestim_hyperparameters_resolve (VestimHyperparameters *hyperparameters)
{
  bool is_stateful = vestim_hyperparameters_train_stateful (hyperparameters);

  hyperparameters->training = is_stateful ? VESTIM_TRAINING_STATEFUL : VESTIM_TRAINING_WINDOWED;
  if (hyperparameters->test_mode == VESTIM_TEST_AS_TRAINED)
    hyperparameters->test_mode = is_stateful ? VESTIM_TEST_STATEFUL : VESTIM_TEST_WINDOWED;
}

void
vestim_hyperparameters_clear_limits (VestimHyperparameters *hyperparameters)
{
  hyperparameters->max_epochs = 0;
  hyperparameters->max_minutes = 0;
  hyperparameters->patience = 0;
}

bool
vestim_model_sees_windows (VestimModelKind model)
{
  return model != VESTIM_MODEL_FNN;
}
