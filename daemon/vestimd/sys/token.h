/* SPDX-License-Identifier: MIT */
#pragma once

/* The API token: 256 random bits as 64 hexadecimal digits and a newline, mode 0600. */

#define TOKEN_LENGTH 64

/* Reads the token of `path`, `(transfer full)`; makes the file if it is missing. A link, a file
 * that another user owns or may write, and anything that is no token are refused: -errno, and in
 * `*message` (transfer full) a sentence that names the file and says what to do. The mode of a file
 * that others may only read is set back. */
int token_load (const char *path, char **token, char **message);

/* The same for a file that must exist: -ENOENT when it does not. */
int token_read (const char *path, char **token, char **message);

/* The same, but changes nothing, not even the mode. */
int token_peek (const char *path, char **token, char **message);
