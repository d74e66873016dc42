/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The comparisons of a finished estimation: the tasks of its sweep, with the best one marked, and
 * the error of the best network by temperature, state of charge, current and file. */
#define DASH_TYPE_COMPARE_PAGE (dash_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (DashComparePage, dash_compare_page, DASH, COMPARE_PAGE, GtkWidget)

void dash_compare_page_set_connection (DashComparePage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_compare_page_set_job (DashComparePage *self, DashJob *job);

/* Loads the summary if the job's metrics have changed. */
void dash_compare_page_refresh (DashComparePage *self);
