/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Addresses of servers as users type them. */

/* An http or https URL with a host and nothing behind the port. */
gboolean dash_address_is_valid (const char *url);

/* Whether a token sent there would travel over a network unencrypted. */
gboolean dash_address_is_clear_text (const char *url);
