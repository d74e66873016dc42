/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* A command line as it is typed: split as a shell would do it, and run without one. */

/* (transfer full) (nullable) the words; NULL with `*fault` `(transfer full)`, what is wrong. */
char **dash_command_line_split (const char *text, char **fault);

/* (transfer full) the words in brackets: where one ends and the next begins can be seen. Of a long
 * line it is the begin. */
char *dash_command_line_show (const char *const *words);

/* (transfer full) (nullable) a sentence on what a shell would act upon, and nobody does here:
 * pipes, variables, patterns. NULL when there is no such thing. */
char *dash_command_line_warn (const char *text);
