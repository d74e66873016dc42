/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

/* What the pages of a job have in common, whose content is fetched. */

/* The action of the view around a page that has its content fetched again after a while. */
#define DASH_PAGE_ACTION_RETRY "page.retry"

/* Shows title and text, the latter without markup. */
void dash_page_show_status (AdwStatusPage *status, const char *title, const char *text);

/* What could not be fetched is asked for again by itself, while the page is on view. */
void dash_page_retry_later (GtkWidget *page);

/* Gives up what is under way, if anything is. */
void dash_page_cancel (GCancellable **fetching);
