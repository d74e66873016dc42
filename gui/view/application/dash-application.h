/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* The program: one instance with its options, one connection and its window. */
#define DASH_TYPE_APPLICATION (dash_application_get_type ())
G_DECLARE_FINAL_TYPE (DashApplication, dash_application, DASH, APPLICATION, AdwApplication)

DashApplication *dash_application_new (void);
