/* SPDX-License-Identifier: MIT */

/* command-docs [--update] FILE: compares the parts of the manual page that describe the commands,
 * and the environment of jobs, with the tables, or writes them again. A part lies between the
 * comments "begin commands" or "begin environment" and "end". */

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "daemon/vestim/commands.h"
#include "daemon/vestim/shell-environment.h"

/* (transfer full) without a meaning to roff. */
static char *
escape (const char *text)
{
  g_autoptr (GString) escaped = g_string_new (text);

  g_string_replace (escaped, "\\", "\\e", 0);
  g_string_replace (escaped, "-", "\\-", 0);
  g_string_replace (escaped, "\"", "\\(dq", 0);
  g_string_replace (escaped, "'", "\\(aq", 0);
  g_string_replace (escaped, "^", "\\(ha", 0);
  g_string_replace (escaped, "~", "\\(ti", 0);
  if (escaped->str[0] == '.')
    g_string_prepend (escaped, "\\&");
  return g_string_free (g_steal_pointer (&escaped), FALSE);
}

/* A sentence a line, as manual pages are written. */
static void
append_sentences (GString *out, const char *text)
{
  g_autofree char *escaped = escape (text);
  g_auto (GStrv) sentences = g_strsplit (escaped, ". ", -1);

  for (char **sentence = sentences; *sentence != NULL; sentence++)
    g_string_append_printf (out, "%s%s\n", *sentence, sentence[1] != NULL ? "." : "");
}

static void
append_option (GString *out, const CommandOption *option)
{
  g_autofree char *name = escape (option->name);
  g_autofree char *value = option->value != NULL ? escape (option->value) : NULL;
  g_autofree char *help =
      g_strdup_printf ("%c%s.", g_ascii_toupper (option->help[0]), option->help + 1);

  g_string_append (out, ".TP\n");
  if (option->letter != 0)
    g_string_append_printf (out, ".BR \\-%c \", \" \\-\\-%s", option->letter, name);
  else
    g_string_append_printf (out, ".BR \\-\\-%s", name);
  if (value != NULL)
    g_string_append_printf (out, " \" \\fI%s\\fP\"", value);
  g_string_append_c (out, '\n');
  append_sentences (out, help);
  if (option->choices != NULL && option->kind != WORD_TEXT)
    {
      g_autofree char *choices = escape (option->choices);

      g_string_append_printf (out, "Words:\n.IR \"%s\" .\n", choices);
    }
}

static void
append_options (GString *out, const CommandOption *options)
{
  for (; options->name != NULL; options++)
    append_option (out, options);
}

static void
append_paragraphs (GString *out, const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n", -1);

  for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++)
    {
      g_string_append (out, ".PP\n");
      append_sentences (out, *paragraph);
    }
}

static void
append_examples (GString *out, const char *examples)
{
  g_auto (GStrv) lines = g_strsplit (examples, "\n", -1);

  g_string_append (out, ".PP\n.in +4n\n.EX\n");
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *escaped = escape (*line);

      g_string_append_printf (out, "%s\n", escaped);
    }
  g_string_append (out, ".EE\n.in\n");
}

static void
append_command (GString *out, const Command *command)
{
  const CommandOption *options = command_options (command);
  g_autofree char *name = escape (command->name);
  g_autofree char *arguments = escape (command->arguments);
  g_autofree char *summary = g_strconcat (command->summary, ".", NULL);

  g_string_append_printf (out, ".SS %s\n.B vestim %s\n", name, name);
  if (options->name != NULL)
    g_string_append (out, ".RI [ OPTION ].\\|.\\|.\n");
  if (arguments[0] != '\0')
    g_string_append_printf (out, ".I \"%s\"\n", arguments);
  g_string_append (out, ".PP\n");
  append_sentences (out, summary);
  append_options (out, options);
  if (command->details != NULL)
    append_paragraphs (out, command->details);
  append_examples (out, command->examples);
}

static void
append_part (GString *out)
{
  g_string_append (out, ".SH OPTIONS OF EVERY COMMAND\n");
  append_options (out, global_options);
  g_string_append (out, ".SH COMMANDS\n");
  for (const Command *const *command = commands; *command != NULL; command++)
    if (!(*command)->is_hidden)
      append_command (out, *command);
}

static void
append_names (GString *out, const char *before, const char *const *names, const char *star)
{
  g_string_append_printf (out, ".TP\n%s\n", before);
  for (; *names != NULL; names++)
    {
      g_autofree char *name = escape (*names);
      bool is_beginning = strcmp (star, "after") == 0, is_ending = strcmp (star, "before") == 0;

      g_string_append_printf (out, ".BR %s%s%s%s\n", is_ending ? "*" : "", name,
                              is_beginning ? "*" : "", names[1] != NULL ? " ," : " .");
    }
}

/* The variables that jobs do not get. */
static void
append_environment (GString *out)
{
  append_names (out, "Secrets, in capitals or not", shell_environment_secret_endings, "before");
  append_names (out, "More secrets", shell_environment_secret_names, "");
  append_names (out, "The session and the terminal, by the beginning",
                shell_environment_session_beginnings, "after");
  append_names (out, "The session and the terminal, by name", shell_environment_session_names, "");
  append_names (out, "The terminal, without \\-\\-pty", shell_environment_terminal_names, "");
}

/* (transfer full) the file's text with the part written again. */
static char *
rewrite (const char *old)
{
  g_auto (GStrv) lines = g_strsplit (old, "\n", -1);
  GString *text = g_string_new (NULL);
  bool is_inside = false;

  for (char **line = lines; *line != NULL; line++)
    {
      is_inside &= strstr (*line, ".\\\" end ") == NULL;
      if (is_inside)
        continue;
      g_string_append_printf (text, "%s%s", *line, line[1] != NULL ? "\n" : "");
      is_inside = strstr (*line, ".\\\" begin ") != NULL;
      if (is_inside && strstr (*line, "environment") != NULL)
        append_environment (text);
      else if (is_inside)
        append_part (text);
    }
  return g_string_free (text, FALSE);
}

int
main (int argc, char **argv)
{
  bool is_update = argc == 3 && strcmp (argv[1], "--update") == 0;
  const char *path = argv[argc - 1];
  g_autofree char *old = NULL, *new = NULL;
  g_autoptr (GError) error = NULL;

  if (argc < 2 || !g_file_get_contents (path, &old, NULL, &error))
    g_error ("command-docs [--update] FILE: %s", error != NULL ? error->message : "no FILE");
  new = rewrite (old);
  if (strcmp (old, new) == 0)
    return 0;
  if (is_update && !g_file_set_contents (path, new, -1, &error))
    g_error ("%s", error->message);
  if (!is_update)
    fprintf (stderr, "%s differs from the tables of commands: run ninja update-command-docs\n",
             path);
  return is_update ? 0 : 1;
}
