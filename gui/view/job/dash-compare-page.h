/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-connection.h"

/* Of an estimation that is over: the tasks of its sweep, the best marked, and the conditions under
 * which the best network errs. */
#define DASH_TYPE_COMPARE_PAGE (dash_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (DashComparePage, dash_compare_page, DASH, COMPARE_PAGE, GtkWidget)

void dash_compare_page_set_connection (DashComparePage *self, DashConnection *connection);
void dash_compare_page_set_job (DashComparePage *self, DashJob *job); /* (nullable) */
void dash_compare_page_refresh (DashComparePage *self);
