/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Tells when the computer comes back from sleep, by the word of logind on the system bus. Without
 * either there is never a signal.
 *
 * Signal: "resumed" (). */
#define DASH_TYPE_SLEEP (dash_sleep_get_type ())
G_DECLARE_FINAL_TYPE (DashSleep, dash_sleep, DASH, SLEEP, GObject)

DashSleep *dash_sleep_new (void);
