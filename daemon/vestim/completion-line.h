/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/command.h"

/* An unfinished command line, as far as shells need it: what its last word may be. */
typedef struct
{
  const Command *command;      /* (nullable) none is named yet */
  const CommandOption *option; /* (nullable) the last word is its value */
  char *kept;                  /* the beginning of the last word that stays: "--status=" */
  char *word;                  /* the rest of it */
  bool only_words;             /* it cannot be an option */
  guint n_words;               /* arguments of the command before it */
  char *first_word;            /* (nullable) of these */
  GPtrArray *server_options;   /* char: those that say which server is meant, as they were given */
} CompletionLine;

/* The words after "vestim", the last of which is to be completed. bash splits words at "=", so that
 * "--status=run" comes as three words, and only the third is to be completed. */
void completion_line_init (CompletionLine *line, const char *const *words, guint n_words);
void completion_line_clear (CompletionLine *line);
