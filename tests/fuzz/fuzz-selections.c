/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "common/estimation/vestim-selections.h"
#include "common/json/vestim-fields.h"

/* Selections are refused with a fault, or each task has settings that are read again as they were
 * written. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* (transfer full) (nullable) */
static VestimSelections *
read_text (const char *text, size_t length, GPtrArray *errors)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text, length, NULL);

  return doc ? vestim_selections_read (vestim_json_root (doc), "selections", errors) : NULL;
}

static void
check_task (const VestimSelections *selections, int index)
{
  g_autoptr (VestimSelections) task = vestim_selections_new_task (selections, index);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  g_autoptr (GString) choice = g_string_new (NULL);

  vestim_selections_append_json (first, task);
  g_string_insert (
      first, 1, "\"train_files\":[\"/t\"],\"validation_files\":[\"/v\"],\"test_files\":[\"/x\"],");
  g_autoptr (VestimSelections) again = read_text (first->str, first->len, errors);
  g_assert_nonnull (again);
  vestim_selections_append_json (second, again);
  g_assert_true (g_str_has_suffix (first->str, second->str + 1));

  vestim_selections_append_choice (choice, selections, index);
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (choice->str, choice->len, NULL);
  g_assert_nonnull (doc);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_memdup2 (data, size); /* so that a sanitizer sees its end */
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text ? text : "", size, NULL);

  if (!doc)
    return 0;

  g_autoptr (VestimSelections) selections =
      vestim_selections_read (vestim_json_root (doc), "selections", errors);
  g_assert_true ((selections == NULL) == (errors->len > 0));
  if (!selections)
    return 0;

  int n_tasks = vestim_selections_n_tasks (selections);
  g_assert_cmpint (n_tasks, >, 0);
  g_assert_cmpint (n_tasks, <=, VESTIM_MAX_TASKS);
  check_task (selections, 0);
  check_task (selections, n_tasks - 1);
  return 0;
}
