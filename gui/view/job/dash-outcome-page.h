/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "gui/model/dash-connection.h"

/* Of an estimation that is over: the tasks of its sweep, the best marked, and the conditions under
 * which the best network errs. */
#define DASH_TYPE_OUTCOME_PAGE (dash_outcome_page_get_type ())
G_DECLARE_FINAL_TYPE (DashOutcomePage, dash_outcome_page, DASH, OUTCOME_PAGE, GtkWidget)

void dash_outcome_page_set_connection (DashOutcomePage *self, DashConnection *connection);
void dash_outcome_page_set_job (DashOutcomePage *self, DashJob *job); /* (nullable) */
void dash_outcome_page_refresh (DashOutcomePage *self);
