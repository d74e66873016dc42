/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon/vestim/command-list.h"
#include "daemon/vestim/commands.h"
#include "daemon/vestim/failure.h"
#include "daemon/vestim/help.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/output/output.h"

static int
print (const char *text)
{
  g_autoptr (GError) error = NULL;

  return output_write (text, strlen (text), &error) ? VESTIM_EXIT_DONE : failure_tell (error);
}

static int
show_help (const Command *command)
{
  g_autofree char *text = command != NULL ? help_dup_command (command) : help_dup_overview ();

  return print (text);
}

/* Says after a usage error where the usage is described. `command` (nullable) */
static void
tell_help (const Command *command)
{
  if (command != NULL)
    fprintf (stderr, "\"vestim help %s\" shows how to use it.\n", command->name);
  else
    fprintf (stderr, "\"vestim --help\" shows all commands.\n");
}

static int
run_command (const Arguments *arguments)
{
  g_autoptr (Session) session = session_new (arguments);
  g_autoptr (GError) error = NULL;
  Invocation invocation = { .arguments = arguments, .session = session };
  int code = arguments->command->run (&invocation, &error);

  if (error == NULL)
    return code;
  code = failure_tell (error);
  if (error->domain == USAGE_ERROR)
    tell_help (arguments->command == &command_help ? NULL : arguments->command);
  return code;
}

static int
run (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Arguments) arguments = arguments_parse (argc, argv, &error);

  if (arguments == NULL)
    {
      int code = failure_tell (error);

      tell_help (argc > 1 ? commands_find (argv[1]) : NULL);
      return code;
    }
  if (arguments_has (arguments, "help"))
    return show_help (arguments->command);
  if (arguments_has (arguments, "version"))
    return print ("vestim " VESTIM_VERSION "\n");
  if (arguments->command == NULL)
    {
      fprintf (stderr, "vestim: Name a command. \"vestim --help\" shows all commands.\n");
      return VESTIM_EXIT_USAGE;
    }
  return run_command (arguments);
}

int
main (int argc, char **argv)
{
  g_set_prgname ("vestim");
  return run (argc, argv);
}
