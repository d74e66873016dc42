/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The tests of a finished estimation: a table of files, the worst first, and for the selected file
 * the measured and the predicted target, with the error below. */
#define DASH_TYPE_RESULTS_PAGE (dash_results_page_get_type ())
G_DECLARE_FINAL_TYPE (DashResultsPage, dash_results_page, DASH, RESULTS_PAGE, GtkWidget)

void dash_results_page_set_connection (DashResultsPage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_results_page_set_job (DashResultsPage *self, DashJob *job);

/* Makes the table again if the job's metrics have changed. */
void dash_results_page_refresh (DashResultsPage *self);
