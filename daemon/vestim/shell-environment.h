/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

/* The variables that do not pass on, NULL-terminated: endings of names in capitals, whole names,
 * and beginnings. */
extern const char *const shell_environment_secret_endings[];
extern const char *const shell_environment_secret_names[];
extern const char *const shell_environment_session_beginnings[];
extern const char *const shell_environment_session_names[];
extern const char *const shell_environment_terminal_names[]; /* they pass on with --pty */

/* The environment of the shell that adds a job, as the job gets it. */

/* Whether a job gets the variable `name`. It does not get secrets, what belongs to the session, the
 * desktop or the terminal, the bookkeeping of shells and services, and VESTIM_*; the manual page
 * has the list. `keeps_terminal` lets TERM and COLORTERM through. */
bool shell_environment_passes (const char *name, bool keeps_terminal);

/* Sets a member of `env` for each variable of `environment` ("NAME=value", NULL-terminated) that a
 * job gets. One that is not UTF-8 is left out, with a warning on standard error. */
void shell_environment_capture (char *const *environment, bool keeps_terminal, JsonObject *env);

/* (nullable) (transfer full) the current folder, by the path that the user followed to it (PWD).
 * NULL with `error` when it has been removed. */
char *shell_environment_dup_folder (GError **error);
