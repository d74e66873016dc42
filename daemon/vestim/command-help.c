/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/vestim/command-list.h"
#include "daemon/vestim/commands.h"
#include "daemon/vestim/help.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/output/output.h"

static int
run (Invocation *invocation, GError **error)
{
  const char *name = invocation->arguments->words->pdata[0];
  const Command *command = name != NULL ? commands_find (name) : NULL;
  g_autofree char *text = NULL;

  if (name != NULL && command == NULL)
    {
      usage_error_set (error, "There is no command \"%s\".", name);
      return VESTIM_EXIT_USAGE;
    }
  text = command != NULL ? help_dup_command (command) : help_dup_overview ();
  return output_write (text, strlen (text), error) ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

const Command command_help = {
  .name = "help",
  .arguments = "[COMMAND]",
  .summary = "Show how to use a command",
  .examples = "vestim help add",
  .takes = WORD_COMMAND,
  .max_words = 1,
  .run = run,
};
