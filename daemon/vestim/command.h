/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* A command of vestim as data: the parser of the command line, the help, the completion and the
 * manual page all follow from these tables. */

typedef struct Invocation Invocation;

/* The exit codes. `wait`, `add --wait` and `train --wait` exit with the job's own code, with 128
 * and its signal's number, or with one of the last two. */
enum
{
  VESTIM_EXIT_DONE = 0,
  VESTIM_EXIT_REFUSED = 1,   /* the server refused, or something failed */
  VESTIM_EXIT_USAGE = 2,     /* the command line is wrong */
  VESTIM_EXIT_NO_SERVER = 3, /* there is no server, or it does not answer */
  VESTIM_EXIT_NEVER_RAN = 75,
  VESTIM_EXIT_STOPPED = 76, /* stopped or interrupted */
};

/* What a word of the command line is, so that shells can complete it. */
typedef enum
{
  WORD_TEXT, /* nothing to offer */
  WORD_JOB,
  WORD_JOB_FILE, /* a file of the job that the first argument names */
  WORD_TAG,
  WORD_GROUP,
  WORD_FILE,
  WORD_FOLDER,
  WORD_PROGRAM,
  WORD_COMMAND,
  WORD_CHOICE, /* one of `choices` */
  WORD_CHOICES /* several of `choices`, with commas */
} WordKind;

typedef struct
{
  const char *name;    /* the long option without its hyphens; NULL ends a table */
  char letter;         /* of the short option, 0 for none */
  const char *value;   /* (nullable) what the help calls the value; NULL: the option has none */
  const char *help;    /* a phrase, without a full stop; the help breaks it into lines */
  WordKind kind;       /* of the value */
  const char *choices; /* (nullable) words, separated by blanks */
} CommandOption;

typedef struct
{
  const char *name;
  const char *arguments;        /* after the options, for the usage: "JOB..." */
  const char *summary;          /* what the command does: a sentence without a full stop */
  const char *examples;         /* lines of a shell */
  const char *details;          /* (nullable) paragraphs that follow the options in the help */
  const CommandOption *options; /* (nullable) */
  const CommandOption *(*make_options) (void); /* (nullable) for a table that is not constant */
  WordKind takes;
  WordKind takes_next;      /* what follows its first argument; WORD_TEXT: the same */
  int min_words, max_words; /* of its arguments; -1: any number */
  bool ends_options; /* the first argument ends the options: what follows is a program's own */

  bool is_hidden; /* it is not for people: the help does not name it */

  /* Returns the exit code, unless it sets `error`: main() then prints that and chooses the code. */
  int (*run) (Invocation *invocation, GError **error);
} Command;

/* (transfer none) its own options, perhaps an empty table. */
const CommandOption *command_options (const Command *command);

/* (nullable) (transfer none) the option of that name in a table. */
const CommandOption *command_option_find (const CommandOption *options, const char *name);

/* Domain of the errors in a command line. */
#define USAGE_ERROR (usage_error_quark ())
GQuark usage_error_quark (void);

/* Sets an error in the command line: a sentence that tells what to do. */
void usage_error_set (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
