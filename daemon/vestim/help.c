/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/help.h"

#include <string.h>

#include "daemon/vestim/commands.h"

#define COLUMNS 80

/* Where the texts of options and commands begin. */
#define OPTION_COLUMN 26
#define COMMAND_COLUMN 12

/* Appends the words of `text` and breaks lines before COLUMNS; the cursor is at `column`. */
static void
append_wrapped (GString *out, const char *text, guint column, guint indent)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (char **word = words; *word != NULL; word++)
    {
      guint n = (guint) g_utf8_strlen (*word, -1);

      if (word > words && column + 1 + n > COLUMNS)
        {
          g_string_append_printf (out, "\n%*s", (int) indent, "");
          column = indent;
        }
      else if (word > words)
        {
          g_string_append_c (out, ' ');
          column++;
        }
      g_string_append (out, *word);
      column += n;
    }
  g_string_append_c (out, '\n');
}

/* A name and, from `column` on, its text; on the next line when the name is too long. */
static void
append_entry (GString *out, const char *name, const char *text, guint column)
{
  guint length = (guint) strlen (name);

  g_string_append (out, name);
  if (length + 2 <= column)
    g_string_append_printf (out, "%*s", (int) (column - length), "");
  else
    g_string_append_printf (out, "\n%*s", (int) column, "");
  append_wrapped (out, text, column, column);
}

static void
append_option (GString *out, const CommandOption *option)
{
  g_autoptr (GString) name = g_string_new (NULL);

  if (option->letter != 0)
    g_string_append_printf (name, "  -%c, --%s", option->letter, option->name);
  else
    g_string_append_printf (name, "      --%s", option->name);
  if (option->value != NULL)
    g_string_append_printf (name, " %s", option->value);
  append_entry (out, name->str, option->help, OPTION_COLUMN);
}

static void
append_examples (GString *out, const char *examples)
{
  g_auto (GStrv) lines = g_strsplit (examples, "\n", -1);

  g_string_append (out, "\nExamples:\n");
  for (char **line = lines; *line != NULL; line++)
    g_string_append_printf (out, "  %s\n", *line);
}

char *
help_dup_overview (void)
{
  GString *out = g_string_new (NULL);

  g_string_append (out, "Usage: vestim COMMAND [OPTION]... [ARGUMENT]...\n\n"
                        "Queues programs and trainings, and shows and changes them.\n");
  append_examples (out, "id=$(vestim add --print-id -- make -j4)\n"
                        "vestim wait $id && vestim log $id\n"
                        "vestim add --after $id --tag nightly -- ./report.sh\n"
                        "vestim list --status running,queued");
  g_string_append (out, "\nCommands:\n");
  for (const Command *const *command = commands; *command != NULL; command++)
    {
      g_autofree char *name = g_strconcat ("  ", (*command)->name, NULL);

      if ((*command)->is_hidden)
        continue;
      append_entry (out, name, (*command)->summary, COMMAND_COLUMN);
    }
  g_string_append (out, "\nOptions of every command:\n");
  for (const CommandOption *option = global_options; option->name != NULL; option++)
    append_option (out, option);
  g_string_append (
      out, "\nAn ID of a job may be cut to a unique beginning, with or without \"job_\", or to\n"
           "the number after its last hyphen. \"last\" is the newest job.\n"
           "\nExit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no server.\n"
           "wait, and --wait: the job's own code, 128 + N for signal N, 75 if it never ran,\n"
           "76 if it was stopped or interrupted.\n"
           "\n\"vestim help COMMAND\" shows the options of a command.\n");
  return g_string_free (out, FALSE);
}

char *
help_dup_command (const Command *command)
{
  GString *out = g_string_new (NULL);
  const CommandOption *options = command_options (command);
  g_autoptr (GString) summary = g_string_new (NULL);

  g_string_append_printf (out, "Usage: vestim %s%s%s%s\n\n", command->name,
                          options->name != NULL ? " [OPTION]..." : "",
                          command->arguments[0] != '\0' ? " " : "", command->arguments);
  g_string_append_printf (summary, "%s.", command->summary);
  append_wrapped (out, summary->str, 0, 0);
  append_examples (out, command->examples);
  if (options->name != NULL)
    g_string_append (out, "\nOptions:\n");
  for (; options->name != NULL; options++)
    append_option (out, options);
  if (command->details != NULL)
    {
      g_auto (GStrv) paragraphs = g_strsplit (command->details, "\n", -1);

      for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++)
        {
          g_string_append_c (out, '\n');
          append_wrapped (out, *paragraph, 0, 0);
        }
    }
  g_string_append (out,
                   "\n\"vestim --help\" shows the options of every command, such as --server.\n");
  return g_string_free (out, FALSE);
}
