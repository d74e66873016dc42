/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-soc.h"

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-fields.h"

static void
read_value (const VestimFieldReader *reader, const char *setting, void *value)
{
  vestim_setting_read (vestim_setting_find (setting), reader, value);
}

static void
read_initial (const VestimFieldReader *reader, VestimSoc *soc)
{
  g_autofree char *word = vestim_json_dup_string (vestim_json_member (reader->object, "initial"));

  if (!vestim_json_member (reader->object, "initial"))
    vestim_field_reader_fault (reader, "initial",
                               "is missing: give the state of charge in the first row of each "
                               "file, from 0 to 1, or \"full\"");
  else if (g_strcmp0 (word, "full") == 0)
    soc->initial = 1;
  else
    read_value (reader, "soc.initial", &soc->initial);
}

VestimSoc *
vestim_soc_read (const VestimFieldReader *outer)
{
  g_autofree char *prefix = vestim_field_path (outer->prefix, "soc");
  const VestimFieldReader reader = {
    .object = vestim_json_member (outer->object, "soc"),
    .prefix = prefix,
    .errors = outer->errors,
  };
  guint n_before = outer->errors->len;
  g_autofree VestimSoc *soc = g_new0 (VestimSoc, 1);

  if (!vestim_field_reader_is_given (outer, "soc"))
    return NULL;
  if (vestim_json_type (reader.object) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (
          outer, "soc", "must be an object, for example {\"capacity_ah\": 3.0, \"initial\": 1}");
      return NULL;
    }

  vestim_settings_refuse_unknown (&reader, vestim_setting_find ("soc"), 0);
  if (!vestim_json_member (reader.object, "capacity_ah"))
    vestim_field_reader_fault (&reader, "capacity_ah",
                               "is missing: give the capacity of the cell in Ah");
  read_value (&reader, "soc.capacity_ah", &soc->capacity_ah);
  read_initial (&reader, soc);

  int from = VESTIM_SOC_FROM_CURRENT;
  read_value (&reader, "soc.from", &from);
  soc->from = (VestimSocSource) from;
  return outer->errors->len == n_before ? g_steal_pointer (&soc) : NULL;
}

static void
append_value (GString *json, const char *setting, const void *value)
{
  vestim_setting_append_value (json, vestim_setting_find (setting), value);
}

void
vestim_soc_append_json (GString *json, const VestimSoc *soc)
{
  int from = (int) soc->from;

  g_string_append (json, "{\"capacity_ah\": ");
  append_value (json, "soc.capacity_ah", &soc->capacity_ah);
  g_string_append (json, ", \"initial\": ");
  append_value (json, "soc.initial", &soc->initial);
  g_string_append (json, ", \"from\": ");
  append_value (json, "soc.from", &from);
  g_string_append_c (json, '}');
}
