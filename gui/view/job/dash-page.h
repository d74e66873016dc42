/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* Helpers of the job's pages that load their content from the server. */

/* The action of the surrounding DashJobView that loads the visible page again after a delay. */
#define DASH_PAGE_ACTION_RETRY "page.retry"

/* Shows a title and a plain text, which is escaped. */
void dash_page_show_status (AdwStatusPage *status, const char *title, const char *text);

/* To be called after a failed load: the page is loaded again later if it is still visible. */
void dash_page_retry_later (GtkWidget *page);

/* Cancels a load, if one is running, and clears the pointer. */
void dash_page_cancel (GCancellable **fetching);
