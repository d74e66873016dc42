/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/arguments.h"

#include <string.h>

#include "daemon/vestim/commands.h"
#include "daemon/vestim/likeness.h"

typedef struct
{
  const CommandOption *option;
  const char *value; /* (nullable) */
} Given;

typedef struct
{
  Arguments *arguments;
  char **next; /* of argv, ended by NULL */
  bool only_words;
} Parser;

static void
refuse_long (const Parser *parser, const char *name, GError **error)
{
  const CommandOption *tables[2] = { NULL, global_options };

  if (parser->arguments->command != NULL)
    tables[0] = command_options (parser->arguments->command);
  for (size_t i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CommandOption *at = tables[i]; at != NULL && at->name != NULL; at++)
      if (is_likely_meant (name, at->name))
        {
          usage_error_set (error, "There is no option --%s. Did you mean --%s?", name, at->name);
          return;
        }
  usage_error_set (error, "There is no option --%s.", name);
}

static void
add_given (Parser *parser, const CommandOption *option, const char *value)
{
  Given *given = g_new (Given, 1);

  *given = (Given){ option, value };
  g_ptr_array_add (parser->arguments->given, given);
}

/* Takes the option's value from the next word. */
static bool
add_with_next (Parser *parser, const CommandOption *option, GError **error)
{
  if (*parser->next == NULL)
    {
      usage_error_set (error, "Option --%s needs a value: --%s=%s.", option->name, option->name,
                       option->value);
      return false;
    }
  add_given (parser, option, *parser->next++);
  return true;
}

static bool
take_long (Parser *parser, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals != NULL ? g_strndup (text, equals - text) : g_strdup (text);
  const CommandOption *option = commands_find_option (parser->arguments->command, name, 0);

  if (option == NULL)
    {
      refuse_long (parser, name, error);
      return false;
    }
  if (option->value != NULL && equals == NULL)
    return add_with_next (parser, option, error);
  if (option->value == NULL && equals != NULL)
    {
      usage_error_set (error, "Option --%s takes no value.", name);
      return false;
    }
  add_given (parser, option, equals != NULL ? equals + 1 : NULL);
  return true;
}

static bool
take_letters (Parser *parser, const char *letters, GError **error)
{
  for (; *letters != '\0'; letters++)
    {
      const CommandOption *option =
          commands_find_option (parser->arguments->command, NULL, *letters);

      if (option == NULL)
        {
          usage_error_set (error, "There is no option -%.*s.",
                           (int) (g_utf8_next_char (letters) - letters), letters);
          return false;
        }
      if (option->value == NULL)
        add_given (parser, option, NULL);
      else if (letters[1] == '\0')
        return add_with_next (parser, option, error);
      else
        {
          add_given (parser, option, letters + 1);
          return true;
        }
    }
  return true;
}

static bool
take_command (Parser *parser, const char *name, GError **error)
{
  const char *guess = NULL;

  parser->arguments->command = commands_find (name);
  if (parser->arguments->command != NULL)
    return true;
  guess = commands_guess (name);
  if (guess != NULL)
    usage_error_set (error, "There is no command \"%s\". Did you mean \"%s\"?", name, guess);
  else
    usage_error_set (error, "There is no command \"%s\".", name);
  return false;
}

static bool
take_word (Parser *parser, const char *word, GError **error)
{
  const Command *command = parser->arguments->command;

  if (command == NULL)
    return take_command (parser, word, error);
  g_ptr_array_add (parser->arguments->words, (gpointer) word);
  if (command->ends_options)
    parser->only_words = true;
  return true;
}

static bool
parse (Parser *parser, GError **error)
{
  while (*parser->next != NULL)
    {
      const char *word = *parser->next++;
      bool taken;

      if (parser->only_words || word[0] != '-' || word[1] == '\0')
        taken = take_word (parser, word, error);
      else if (strcmp (word, "--") == 0)
        taken = parser->only_words = true;
      else if (word[1] == '-')
        taken = take_long (parser, word + 2, error);
      else
        taken = take_letters (parser, word + 1, error);
      if (!taken)
        return false;
    }
  return true;
}

static bool
check_count (const Arguments *arguments, GError **error)
{
  const Command *command = arguments->command;
  int n = (int) arguments->words->len;

  if (n < command->min_words)
    usage_error_set (error, "Something is missing: vestim %s [OPTION]... %s", command->name,
                     command->arguments);
  else if (command->max_words >= 0 && n > command->max_words)
    usage_error_set (error, "\"%s\" is one word too many.",
                     (const char *) arguments->words->pdata[command->max_words]);
  else
    return true;
  return false;
}

Arguments *
arguments_parse (int argc, char **argv, GError **error)
{
  g_autoptr (Arguments) arguments = g_new0 (Arguments, 1);
  Parser parser = { .arguments = arguments, .next = argv + MIN (argc, 1) };

  arguments->given = g_ptr_array_new_with_free_func (g_free);
  arguments->words = g_ptr_array_new ();
  if (!parse (&parser, error))
    return NULL;
  if (arguments->command != NULL && !arguments_has (arguments, "help")
      && !check_count (arguments, error))
    return NULL;
  g_ptr_array_add (arguments->words, NULL);
  g_ptr_array_set_size (arguments->words, (int) arguments->words->len - 1);
  return g_steal_pointer (&arguments);
}

void
arguments_free (Arguments *arguments)
{
  if (arguments == NULL)
    return;
  g_ptr_array_unref (arguments->given);
  g_ptr_array_unref (arguments->words);
  g_free (arguments);
}

bool
arguments_has (const Arguments *arguments, const char *name)
{
  for (guint i = 0; i < arguments->given->len; i++)
    if (strcmp (((const Given *) arguments->given->pdata[i])->option->name, name) == 0)
      return true;
  return false;
}

const char *
arguments_get (const Arguments *arguments, const char *name)
{
  for (guint i = arguments->given->len; i-- > 0;)
    {
      const Given *given = arguments->given->pdata[i];

      if (strcmp (given->option->name, name) == 0)
        return given->value;
    }
  return NULL;
}

GPtrArray *
arguments_get_all (const Arguments *arguments, const char *name)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < arguments->given->len; i++)
    {
      const Given *given = arguments->given->pdata[i];

      if (strcmp (given->option->name, name) == 0)
        g_ptr_array_add (values, (gpointer) given->value);
    }
  return values;
}
