/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-connection.h"

/* The files that a job wrote. Users can open them, save them and show them in the file manager. */
#define DASH_TYPE_FILES_PAGE (dash_files_page_get_type ())
G_DECLARE_FINAL_TYPE (DashFilesPage, dash_files_page, DASH, FILES_PAGE, GtkWidget)

void dash_files_page_set_connection (DashFilesPage *self, DashConnection *connection);

/* `job` (nullable): nothing to show. */
void dash_files_page_set_job (DashFilesPage *self, DashJob *job);

/* Loads the list of files. */
void dash_files_page_refresh (DashFilesPage *self);
