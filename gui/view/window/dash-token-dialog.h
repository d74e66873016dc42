/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* Asks for the token of a server and hands it to the application, which connects with it. */
void dash_token_dialog_open (GtkWindow *parent, const char *url);
