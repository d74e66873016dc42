/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "common/job/vestim-command.h"
#include "common/json/vestim-fields.h"

/* Any JSON is a command or has faults; what vestim-run gets is within its limits. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse ((const char *) data, size, NULL);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (VestimCommand) command = NULL;

  if (doc == NULL)
    return 0;
  command = vestim_command_read (vestim_json_root (doc), "selections", errors);
  g_assert_true ((command == NULL) == (errors->len > 0));
  if (command == NULL)
    return 0;
  g_assert_true (command->argv[0] != NULL && command->argv[0][0] != '\0');
  g_assert_true (command->stop_signal >= 0 && command->stop_signal < 32);
  g_assert_true (command->stop_grace_s >= 0 && command->stop_grace_s <= 3600);
  g_assert_true (command->stdin_path == NULL || command->stdin_path[0] != '\0');
  return 0;
}
