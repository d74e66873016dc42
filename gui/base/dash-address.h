/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Addresses of servers as users type them. */

/* (nullable) (transfer full) the http or https URL with a host and nothing behind the port, always
 * written the same way; NULL when `text` is none. */
char *dash_address_parse (const char *text);

/* Whether a token sent there would travel over a network unencrypted. */
gboolean dash_address_is_clear_text (const char *url);
