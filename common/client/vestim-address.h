/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* The address of a server and its token, as users type them. */

/* (nullable) (transfer full) the http or https URL with a host, maybe a port and a proxy's prefix
 * ("https://lab.example/vestim"), always written the same way; NULL when `text` is not such a URL.
 */
char *vestim_address_parse (const char *text);

/* Whether a token sent to `url` would travel over a network unencrypted. */
gboolean vestim_address_is_clear_text (const char *url);

/* (nullable) (transfer full) the token in `text` (nullable), without white space around it. NULL
 * when nothing is left, or when it has characters that an HTTP header must not have: blanks, line
 * ends, other control characters, letters beyond ASCII. */
char *vestim_token_clean (const char *text);
