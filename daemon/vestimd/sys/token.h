/* SPDX-License-Identifier: MIT */
#pragma once

/* The API token: 256 random bits as 64 hexadecimal digits and a newline, mode 0600. */

#define TOKEN_LENGTH 64

/* `(transfer full)` the token of `path`, which is made when there is none. On failure -errno, with
 * `*message` (transfer full) a sentence that names the file and the way out: a link, another
 * user's, one that others may write, or what is no token is refused. One that others may only read
 * gets its mode back. */
int token_load (const char *path, char **token, char **message);

/* The same for one that must exist: -ENOENT when it does not. */
int token_read (const char *path, char **token, char **message);
