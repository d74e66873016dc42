/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-node.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/commands.h"
#include "daemon/vestim/completion-line.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/output/cell-text.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/views/job-words.h"

/* `vestim complete WORD...` is for the completion of shells, so that their files need not know
 * commands and options. Its first line says what the last word may be: "words" (the lines that
 * follow: a word, a tab, what it means), "file", "folder" or "program". It starts no server, and
 * fails without a word. */

#define MAX_JOBS 200
#define PATIENCE_MS 1000
#define DESCRIPTION_WIDTH 60

typedef struct
{
  CompletionLine line;
  GString *out;
  Arguments *arguments; /* (nullable) of `session` */
  Session *session;     /* (nullable) */
} Completion;

static void
add (Completion *completion, const char *word, const char *description)
{
  g_autofree char *safe = cell_text_dup_line (description);
  g_autofree char *cut = cell_text_dup_cut (safe, DESCRIPTION_WIDTH);
  g_autofree char *safe_word = cell_text_dup_line (word);

  if (g_str_has_prefix (word, completion->line.word) && strcmp (word, safe_word) == 0)
    g_string_append_printf (completion->out, "%s%s\t%s\n", completion->line.kept, word, cut);
}

/* ---- What the tables say ---- */

static void
add_commands (Completion *completion)
{
  for (const Command *const *command = commands; *command != NULL; command++)
    if (!(*command)->is_hidden)
      add (completion, (*command)->name, (*command)->summary);
}

static void
add_options (Completion *completion, const CommandOption *options)
{
  for (; options != NULL && options->name != NULL; options++)
    {
      g_autofree char *name = g_strconcat ("--", options->name, NULL);

      add (completion, name, options->help);
    }
}

/* Of a list with commas, the last element is completed. */
static void
add_choices (Completion *completion, const CommandOption *option)
{
  g_auto (GStrv) choices = g_strsplit (option->choices != NULL ? option->choices : "", " ", -1);
  const char *comma = option->kind == WORD_CHOICES ? strrchr (completion->line.word, ',') : NULL;
  g_autofree char *before =
      comma != NULL ? g_strndup (completion->line.word, (gsize) (comma - completion->line.word) + 1)
                    : g_strdup ("");

  for (char **choice = choices; *choice != NULL; choice++)
    {
      g_autofree char *word = g_strconcat (before, *choice, NULL);

      add (completion, word, "");
    }
}

/* ---- What the server says ---- */

/* (nullable) (transfer full) a session that starts no server. */
static Session *
open_session (Completion *completion)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) "vestim");
  g_ptr_array_add (argv, (gpointer) "--no-start");
  for (guint i = 0; i < completion->line.server_options->len; i++)
    g_ptr_array_add (argv, completion->line.server_options->pdata[i]);
  g_ptr_array_add (argv, NULL);
  completion->arguments = arguments_parse ((int) argv->len - 1, (char **) argv->pdata, NULL);
  return completion->arguments != NULL ? session_new (completion->arguments) : NULL;
}

/* (nullable) (transfer full) what the server answers to `request`, which is taken over. */
static JsonNode *
ask (Completion *completion, VestimRequest *taken)
{
  g_autoptr (VestimRequest) request = taken;
  g_autoptr (VestimReply) reply = NULL;

  if (completion->session == NULL)
    completion->session = open_session (completion);
  if (completion->session == NULL)
    return NULL;
  request->timeout_ms = PATIENCE_MS;
  request->once = TRUE;
  reply = session_send_waiting (completion->session, g_steal_pointer (&request), NULL);
  return reply != NULL ? answer_parse (reply, NULL) : NULL;
}

/* (nullable) (transfer full) the newest jobs with one of the statuses (nullable: any). */
static JsonNode *
ask_jobs (Completion *completion, const char *statuses)
{
  return ask (completion, vestim_request_new ("GET", "/jobs?limit=%d%s%s", MAX_JOBS,
                                              statuses != NULL ? "&status=" : "",
                                              statuses != NULL ? statuses : ""));
}

/* The statuses of the jobs that a command is of use for; NULL for all. */
static const char *
statuses_for (const Command *command)
{
  static const struct
  {
    const char *command, *statuses;
  } rows[] = {
    { "stop", "queued,running" },
    { "wait", "created,queued,running" },
    { "watch", "created,queued,running" },
    { "move", "queued" },
    { "hold", "queued" },
    { "release", "held" },
    { "retry", "completed,failed,stopped,interrupted" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (rows[i].command, command->name) == 0)
      return rows[i].statuses;
  return NULL;
}

/* An ID that is typed without "job_" is completed without it. */
static void
add_jobs (Completion *completion)
{
  const char *statuses =
      completion->line.option == NULL ? statuses_for (completion->line.command) : NULL;
  g_autoptr (JsonNode) jobs = ask_jobs (completion, statuses);
  gsize left_out = g_ascii_isdigit (completion->line.word[0]) ? strlen ("job_") : 0;

  for (guint i = 0; i < vestim_node_n_elements (jobs); i++)
    {
      JsonNode *job = vestim_node_element (jobs, i);
      const char *id = job_words_id (job);
      const char *name = vestim_node_member_string (job, "name");
      g_autofree char *text =
          g_strdup_printf ("%s: %s", job_words_shown_status (job), name != NULL ? name : "");

      if (strlen (id) > left_out)
        add (completion, id + left_out, text);
    }
}

static void
add_files (Completion *completion)
{
  g_autofree char *id = NULL;
  g_autoptr (JsonNode) files = NULL;

  g_autoptr (JsonNode) newest = ask_jobs (completion, NULL);

  /* A server that does not answer that would be waited for below. */
  if (newest == NULL || completion->line.first_word == NULL)
    return;
  id = job_ids_find (completion->session, completion->line.first_word, NULL);
  if (id != NULL)
    files = ask (completion, job_request ("GET", id, "/files"));
  for (guint i = 0; i < vestim_node_n_elements (files); i++)
    {
      const char *name = vestim_node_member_string (vestim_node_element (files, i), "name");

      if (name != NULL)
        add (completion, name, "");
    }
}

static void
add_once (Completion *completion, GHashTable *seen, const char *word)
{
  if (word != NULL && g_hash_table_add (seen, g_strdup (word)))
    add (completion, word, "");
}

static void
add_tags_or_groups (Completion *completion, WordKind kind)
{
  g_autoptr (JsonNode) jobs = ask_jobs (completion, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < vestim_node_n_elements (jobs); i++)
    {
      JsonNode *job = vestim_node_element (jobs, i);
      JsonNode *tags = vestim_node_member (job, "tags");

      if (kind == WORD_GROUP)
        add_once (completion, seen, vestim_node_member_string (job, "group"));
      for (guint n = 0; kind == WORD_TAG && n < vestim_node_n_elements (tags); n++)
        add_once (completion, seen, vestim_node_string (vestim_node_element (tags, n)));
    }
}

/* ---- The last word ---- */

/* (nullable) what the shell itself completes. */
static const char *
place_of (WordKind kind, guint n_words)
{
  switch (kind)
    {
    case WORD_FILE:
      return "file\n";
    case WORD_FOLDER:
      return "folder\n";
    case WORD_PROGRAM:
      return n_words == 0 ? "program\n" : "file\n";
    case WORD_TEXT:
    case WORD_JOB:
    case WORD_JOB_FILE:
    case WORD_TAG:
    case WORD_GROUP:
    case WORD_COMMAND:
    case WORD_CHOICE:
    case WORD_CHOICES:
      break;
    }
  return NULL;
}

static void
add_words (Completion *completion, WordKind kind)
{
  switch (kind)
    {
    case WORD_JOB:
      add_jobs (completion);
      break;
    case WORD_JOB_FILE:
      add_files (completion);
      break;
    case WORD_TAG:
    case WORD_GROUP:
      add_tags_or_groups (completion, kind);
      break;
    case WORD_COMMAND:
      add_commands (completion);
      break;
    case WORD_CHOICE:
    case WORD_CHOICES:
      if (completion->line.option != NULL)
        add_choices (completion, completion->line.option);
      break;
    case WORD_TEXT:
    case WORD_FILE:
    case WORD_FOLDER:
    case WORD_PROGRAM:
      break;
    }
}

static bool
takes_more (const CompletionLine *line)
{
  return line->command->max_words < 0 || (int) line->n_words < line->command->max_words;
}

static WordKind
kind_of_word (const CompletionLine *line)
{
  if (line->option != NULL)
    return line->option->kind;
  if (line->command == NULL)
    return WORD_COMMAND;
  if (!takes_more (line))
    return WORD_TEXT;
  if (line->n_words > 0 && line->command->takes_next != WORD_TEXT)
    return line->command->takes_next;
  return line->command->takes;
}

static void
complete (Completion *completion)
{
  const CompletionLine *line = &completion->line;
  WordKind kind = kind_of_word (line);
  const char *place = place_of (kind, line->option != NULL ? 0 : line->n_words);

  if (line->option == NULL && !line->only_words && line->word[0] == '-')
    {
      g_string_append (completion->out, "words\n");
      if (line->command != NULL)
        add_options (completion, command_options (line->command));
      add_options (completion, global_options);
      return;
    }
  g_string_append (completion->out, place != NULL ? place : "words\n");
  if (place == NULL)
    add_words (completion, kind);
}

static int
run (Invocation *invocation, GError **error)
{
  const GPtrArray *words = invocation->arguments->words;
  Completion completion = { .out = g_string_new (NULL) };
  bool done;

  completion_line_init (&completion.line, (const char *const *) words->pdata, words->len);
  complete (&completion);
  done = output_flush (completion.out, error);
  g_string_free (completion.out, TRUE);
  completion_line_clear (&completion.line);
  g_clear_pointer (&completion.session, session_free);
  g_clear_pointer (&completion.arguments, arguments_free);
  return done ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

const Command command_complete = {
  .name = "complete",
  .arguments = "[--] WORD...",
  .summary = "Print what the last word of a command line may be, for shells",
  .examples = "vestim complete -- show job_",
  .takes = WORD_TEXT,
  .min_words = 0,
  .max_words = -1,
  .ends_options = true,
  .is_hidden = true,
  .run = run,
};
