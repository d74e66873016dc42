/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The log of a job. It opens at the end and follows it; scrolling up loads the rest. */
#define DASH_TYPE_LOG_PAGE (dash_log_page_get_type ())
G_DECLARE_FINAL_TYPE (DashLogPage, dash_log_page, DASH, LOG_PAGE, GtkWidget)

void dash_log_page_set_connection (DashLogPage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_log_page_set_job (DashLogPage *self, DashJob *job);

/* Loads again what could not be loaded. */
void dash_log_page_refresh (DashLogPage *self);

/* While `live` the page polls for new text. */
void dash_log_page_set_live (DashLogPage *self, gboolean live);
