/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/commands.h"

#include <string.h>

#include "daemon/vestim/command-list.h"
#include "daemon/vestim/likeness.h"

const Command *const commands[] = {
  &command_add,   &command_train,  &command_list,  &command_show,    &command_log,
  &command_watch, &command_result, &command_files, &command_get,     &command_wait,
  &command_stop,  &command_retry,  &command_hold,  &command_release, &command_edit,
  &command_move,  &command_delete, &command_clean, &command_pause,   &command_resume,
  &command_limit, &command_status, &command_open,  &command_help,    &command_complete,
  NULL,
};

const CommandOption global_options[] = {
  { "server", 0, "URL", "the server's address (VESTIM_SERVER); default: the daemon of this user",
    WORD_TEXT, NULL },
  { "token-file", 0, "FILE",
    "a file (mode 0600) with the token for --server; default: VESTIM_TOKEN, else the keyring",
    WORD_FILE, NULL },
  { "insecure", 0, NULL, "send the token to --server without encryption", WORD_TEXT, NULL },
  { "data-dir", 0, "DIR", "the data directory of the daemon (VESTIM_HOME); default: ~/.vestim",
    WORD_FOLDER, NULL },
  { "no-start", 0, NULL, "do not start a daemon that does not run", WORD_TEXT, NULL },
  { "quiet", 'q', NULL, "print nothing, or only the IDs that were asked for", WORD_TEXT, NULL },
  { "json", 0, NULL, "print JSON, as the server sent it", WORD_TEXT, NULL },
  { "format", 0, "TEXT", "print this for each job, such as '{job_id} {status}'", WORD_TEXT, NULL },
  { "help", 'h', NULL, "show help", WORD_TEXT, NULL },
  { "version", 0, NULL, "show the version", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command *
commands_find (const char *name)
{
  for (const Command *const *command = commands; *command != NULL; command++)
    if (strcmp ((*command)->name, name) == 0)
      return *command;
  return NULL;
}

const CommandOption *
commands_find_option (const Command *command, const char *name, char letter)
{
  const CommandOption *tables[] = { command != NULL ? command_options (command) : NULL,
                                    global_options };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const CommandOption *at = tables[i]; at != NULL && at->name != NULL; at++)
      if (name != NULL ? strcmp (at->name, name) == 0 : at->letter == letter)
        return at;
  return NULL;
}

const char *
commands_guess (const char *name)
{
  for (const Command *const *command = commands; *command != NULL; command++)
    if (!(*command)->is_hidden && is_likely_meant (name, (*command)->name))
      return (*command)->name;
  return NULL;
}
