/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/arguments.h"

/* Where the server is, as the command line and the environment say. */
typedef struct
{
  char *url;     /* (nullable) of --server or VESTIM_SERVER; NULL: this user's own daemon */
  char *token;   /* (nullable) for `url` */
  bool no_start; /* the daemon is not started */
} ServerPlace;

/* False with `error` (USAGE_ERROR, or a file error of --token-file). It also sets VESTIM_HOME for
 * --data-dir or the job that it runs in, and may ask the keyring. */
bool server_place_init (ServerPlace *place, const Arguments *arguments, GError **error);
void server_place_clear (ServerPlace *place);
