/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The curves of the values that a job reports while it runs. */
#define DASH_TYPE_TRAINING_PAGE (dash_training_page_get_type ())
G_DECLARE_FINAL_TYPE (DashTrainingPage, dash_training_page, DASH, TRAINING_PAGE, GtkWidget)

void dash_training_page_set_connection (DashTrainingPage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_training_page_set_job (DashTrainingPage *self, DashJob *job);

/* Loads the values again. */
void dash_training_page_refresh (DashTrainingPage *self);
