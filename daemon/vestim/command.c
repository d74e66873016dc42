/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/command.h"

#include <string.h>

G_DEFINE_QUARK (vestim - usage - error, usage_error)

const CommandOption *
command_options (const Command *command)
{
  static const CommandOption nothing[] = { { .name = NULL } };

  if (command->make_options != NULL)
    return command->make_options ();
  return command->options != NULL ? command->options : nothing;
}

const CommandOption *
command_option_find (const CommandOption *options, const char *name)
{
  for (; options->name != NULL; options++)
    if (strcmp (options->name, name) == 0)
      return options;
  return NULL;
}

void
usage_error_set (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (USAGE_ERROR, 0, format, args));
  va_end (args);
}
