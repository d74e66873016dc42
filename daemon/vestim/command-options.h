/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

#include "daemon/vestim/arguments.h"

/* The options of a job that runs a program: of add and edit. They set its selections. Rows of a
 * table of CommandOption. */
#define COMMAND_OPTION_ROWS \
  { "cwd",       'C', \
    "DIR",       "run it in this folder (default: the current one; '' is the job's own)", \
    WORD_FOLDER, NULL }, \
      { "env",        'e', \
        "NAME=VALUE", "set a variable; NAME alone passes on that of the shell; may be repeated", \
        WORD_TEXT,    NULL }, \
      { "unset", 0, "NAME", "remove a variable; may be repeated", WORD_TEXT, NULL }, \
      { "timeout", 0, "DURATION", "end it after this time: 90s, 5m, 2h, 1d", WORD_TEXT, NULL }, \
      { "pty", 0, NULL, "give it a terminal, for programs that buffer their output", WORD_TEXT, NULL }, \
      { "log-timestamps", 0, NULL, "begin each line of the log with its time", WORD_TEXT, NULL }, \
      { "stop-signal", 0, \
        "SIGNAL",      "the signal that asks it to stop (default: TERM)", \
        WORD_CHOICE,   "TERM INT HUP QUIT USR1 USR2" }, \
      { "stop-grace", 0, "DURATION", "how long it may take to stop (default: 5s)", WORD_TEXT, NULL }, \
      { "keep-leftovers", 0, NULL, "do not end the processes that it leaves behind", WORD_TEXT, NULL }, \
  { \
    "restart", 0, NULL, "queue it again when a stop of the server interrupted it", WORD_TEXT, NULL \
  }

/* Sets the members of `selections` for the options that were given. False with `error`. */
bool command_options_apply (const Arguments *arguments, JsonObject *selections, GError **error);

/* Sets `argv`. False with `error` when a word is not UTF-8. */
bool command_options_set_argv (JsonObject *selections, const GPtrArray *words, GError **error);
