/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

/* Asks for the token of a server and passes it to the application's action "use-token". */
void dash_token_dialog_open (GtkWindow *parent, const char *url);
