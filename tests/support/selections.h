/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <string.h>

#include "common/estimation/vestim-selections.h"
#include "common/json/vestim-fields.h"

/* Selections of estimations for tests. */

#define SELECTIONS_FILES \
  "\"train_files\":[\"/t\"],\"validation_files\":[\"/v\"],\"test_files\":[\"/x.csv\"]"

/* Reads `text` as selections. `*faults` has a line "field: message" for each fault. */
static inline VestimSelections *
selections_read (const char *text, char **faults)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, strlen (text), &error);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (GString) lines = g_string_new (NULL);
  VestimSelections *selections;

  g_assert_no_error (error);
  selections = vestim_selections_read (vestim_json_root (doc), "selections", errors);
  for (guint i = 0; i < errors->len; i++)
    {
      const VestimFieldError *fault = errors->pdata[i];

      g_string_append_printf (lines, "%s: %s\n", fault->field, fault->message);
    }
  g_assert_true ((selections == NULL) == (errors->len > 0));
  *faults = g_strdup (lines->str);
  return selections;
}

/* The same for an object with these members and the three sets of files. */
static inline VestimSelections *
selections_read_members (const char *members, char **faults)
{
  g_autofree char *text = g_strconcat ("{", SELECTIONS_FILES, ",", members, "}", NULL);

  return selections_read (text, faults);
}

static inline VestimSelections *
selections_read_right (const char *members)
{
  g_autofree char *faults = NULL;
  VestimSelections *selections = selections_read_members (members, &faults);

  g_assert_cmpstr (faults, ==, "");
  return selections;
}

/* `begin`: the beginning of the line of the first fault. */
static inline void
selections_assert_refused (const char *members, const char *begin)
{
  g_autofree char *faults = NULL;
  g_autoptr (VestimSelections) selections = selections_read_members (members, &faults);

  g_assert_null (selections);
  if (!g_str_has_prefix (faults, begin))
    g_error ("%s gives %s", members, faults);
}

static inline void
selections_assert_choice (const VestimSelections *selections, int index, const char *wanted)
{
  g_autoptr (GString) json = g_string_new (NULL);

  vestim_selections_append_choice (json, selections, index);
  g_assert_cmpstr (json->str, ==, wanted);
}
