/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The settings of a job and the facts of its process, as readable rows. */
#define DASH_TYPE_DETAILS_PAGE (dash_details_page_get_type ())
G_DECLARE_FINAL_TYPE (DashDetailsPage, dash_details_page, DASH, DETAILS_PAGE, GtkWidget)

/* The jobs of the connection give their names. */
void dash_details_page_set_connection (DashDetailsPage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_details_page_set_job (DashDetailsPage *self, DashJob *job);

/* Makes the rows again if the job has changed. */
void dash_details_page_refresh (DashDetailsPage *self);
