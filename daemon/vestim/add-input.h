/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/session.h"

/* The file of the job folder that has the input. */
#define ADD_INPUT_NAME "stdin"

/* From now on SIGINT and SIGTERM end add_input_send(), and nothing before it: the job that is made
 * meanwhile can be taken back. */
void add_input_catch_signals (void);

/* Stores everything that can be read from `fd` in the folder of the held job `id`, in pieces, so
 * that it may be longer than the memory. False with `error`; G_IO_ERROR_CANCELLED when SIGINT or
 * SIGTERM came, which is then still to be obeyed: add_input_obey(). */
bool add_input_send (Session *session, const char *id, int fd, GError **error);

/* Ends the program by the signal that came, if one came. */
void add_input_obey (void);
