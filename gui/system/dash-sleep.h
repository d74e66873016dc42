/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/* Notices that the computer wakes up, by logind's signal on the system bus. Without one of them no
 * signal is emitted.
 *
 * Signal: "resumed" (). */
#define DASH_TYPE_SLEEP (dash_sleep_get_type ())
G_DECLARE_FINAL_TYPE (DashSleep, dash_sleep, DASH, SLEEP, GObject)

DashSleep *dash_sleep_new (void);
