/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/completion-line.h"

typedef struct
{
  const char *words; /* separated by "|" */
  const char *command;
  const char *option;
  const char *kept;
  const char *word;
  bool only_words;
  guint n_words;
} Case;

static void
check (const Case *wanted)
{
  g_auto (GStrv) words = g_strsplit (wanted->words, "|", -1);
  CompletionLine line;

  completion_line_init (&line, (const char *const *) words, g_strv_length (words));
  g_assert_cmpstr (line.command != NULL ? line.command->name : NULL, ==, wanted->command);
  g_assert_cmpstr (line.option != NULL ? line.option->name : NULL, ==, wanted->option);
  g_assert_cmpstr (line.kept, ==, wanted->kept);
  g_assert_cmpstr (line.word, ==, wanted->word);
  g_assert_true (line.only_words == wanted->only_words);
  g_assert_cmpuint (line.n_words, ==, wanted->n_words);
  completion_line_clear (&line);
}

static void
test_places (void)
{
  static const Case cases[] = {
    { "", NULL, NULL, "", "", false, 0 },
    { "sho", NULL, NULL, "", "sho", false, 0 },
    { "show|", "show", NULL, "", "", false, 0 },
    { "--json|show|a|b", "show", NULL, "", "b", false, 1 },
    { "--data-dir|show|list|--st", "list", NULL, "", "--st", false, 0 },
    { "list|--status|run", "list", "status", "", "run", false, 0 },
    { "list|--status=run", "list", "status", "--status=", "run", false, 0 },
    { "list|--status|=|run", "list", "status", "", "run", false, 0 },
    { "list|--status|=", "list", "status", "", "", false, 0 },
    { "list|--status=a|-s|", "list", "status", "", "", false, 0 },
    { "list|-qs|", "list", "status", "", "", false, 0 },
    { "list|-sqx|", "list", NULL, "", "", false, 0 },
    { "list|--unknown|x", "list", NULL, "", "x", false, 0 },
    { "add|--|make|-j", "add", NULL, "", "-j", true, 1 },
    { "add|make|-C|x", "add", NULL, "", "x", true, 2 },
    { "nonsense|", NULL, NULL, "", "", false, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check (&cases[i]);
}

static void
test_server (void)
{
  static const char *const words[] = { "--server",   "http://a:1", "--data-dir=x",
                                       "--insecure", "show",       "" };
  CompletionLine line;

  completion_line_init (&line, words, G_N_ELEMENTS (words));
  g_assert_cmpuint (line.server_options->len, ==, 3);
  g_assert_cmpstr (line.server_options->pdata[0], ==, "--server=http://a:1");
  g_assert_cmpstr (line.server_options->pdata[1], ==, "--data-dir=x");
  g_assert_cmpstr (line.server_options->pdata[2], ==, "--insecure");
  completion_line_clear (&line);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/completion-line/the last word has a place", test_places);
  g_test_add_func ("/completion-line/the server of the line is kept", test_server);
  return g_test_run ();
}
