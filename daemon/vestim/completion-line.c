/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/completion-line.h"

#include <string.h>

#include "daemon/vestim/commands.h"

static const char *const server_option_names[] = { "server", "token-file", "insecure", "data-dir",
                                                   NULL };

static void
keep_server_option (CompletionLine *line, const CommandOption *option, const char *value)
{
  if (!g_strv_contains (server_option_names, option->name))
    return;
  g_ptr_array_add (line->server_options, value != NULL
                                             ? g_strdup_printf ("--%s=%s", option->name, value)
                                             : g_strdup_printf ("--%s", option->name));
}

/* (nullable) the option whose value is the next word. */
static const CommandOption *
take_long (CompletionLine *line, const char *word)
{
  const char *equals = strchr (word, '=');
  g_autofree char *name =
      equals != NULL ? g_strndup (word, (gsize) (equals - word)) : g_strdup (word);
  const CommandOption *option = commands_find_option (line->command, name, 0);

  if (option == NULL)
    return NULL;
  if (option->value != NULL && equals == NULL)
    return option;
  keep_server_option (line, option, equals != NULL ? equals + 1 : NULL);
  return NULL;
}

static const CommandOption *
take_letters (CompletionLine *line, const char *letters)
{
  for (; *letters != '\0'; letters++)
    {
      const CommandOption *option = commands_find_option (line->command, NULL, *letters);

      if (option != NULL && option->value != NULL)
        return letters[1] == '\0' ? option : NULL;
    }
  return NULL;
}

static void
take_argument (CompletionLine *line, const char *word)
{
  if (line->command == NULL)
    {
      line->command = commands_find (word);
      return;
    }
  if (line->n_words++ == 0)
    line->first_word = g_strdup (word);
  line->only_words |= line->command->ends_options;
}

/* Takes a word before the last one. */
static void
take_word (CompletionLine *line, const char *word)
{
  if (line->option != NULL)
    {
      if (strcmp (word, "=") == 0)
        return;
      keep_server_option (line, line->option, word);
      line->option = NULL;
    }
  else if (line->only_words || word[0] != '-' || word[1] == '\0')
    take_argument (line, word);
  else if (strcmp (word, "--") == 0)
    line->only_words = true;
  else if (word[1] == '-')
    line->option = take_long (line, word + 2);
  else
    line->option = take_letters (line, word + 1);
}

static void
take_last (CompletionLine *line, const char *word)
{
  const char *equals = strchr (word, '=');

  if (line->option != NULL)
    {
      line->word = g_strdup (strcmp (word, "=") == 0 ? "" : word);
      line->kept = g_strdup ("");
      return;
    }
  if (!line->only_words && g_str_has_prefix (word, "--") && equals != NULL)
    {
      g_autofree char *name = g_strndup (word + 2, (gsize) (equals - word) - 2);

      line->option = commands_find_option (line->command, name, 0);
      line->kept = g_strndup (word, (gsize) (equals - word) + 1);
      line->word = g_strdup (equals + 1);
      return;
    }
  line->kept = g_strdup ("");
  line->word = g_strdup (word);
}

void
completion_line_init (CompletionLine *line, const char *const *words, guint n_words)
{
  *line = (CompletionLine){ .server_options = g_ptr_array_new_with_free_func (g_free) };
  for (guint i = 0; i + 1 < n_words; i++)
    take_word (line, words[i]);
  take_last (line, n_words > 0 ? words[n_words - 1] : "");
}

void
completion_line_clear (CompletionLine *line)
{
  g_free (line->first_word);
  g_free (line->kept);
  g_free (line->word);
  g_ptr_array_unref (line->server_options);
}
