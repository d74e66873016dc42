/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* What a job made: to be opened, saved and shown in the file manager. */
#define DASH_TYPE_FILES_PAGE (dash_files_page_get_type ())
G_DECLARE_FINAL_TYPE (DashFilesPage, dash_files_page, DASH, FILES_PAGE, GtkWidget)

void dash_files_page_set_connection (DashFilesPage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_files_page_set_job (DashFilesPage *self, DashJob *job);

void dash_files_page_refresh (DashFilesPage *self);
