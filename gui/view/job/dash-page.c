/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-page.h"

void
dash_page_show_status (AdwStatusPage *status, const char *title, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_title (status, title);
  adw_status_page_set_description (status, escaped);
}

void
dash_page_retry_later (GtkWidget *page)
{
  gtk_widget_activate_action (page, DASH_PAGE_ACTION_RETRY, NULL);
}

void
dash_page_cancel (GCancellable **fetching)
{
  if (*fetching != NULL)
    g_cancellable_cancel (*fetching);
  g_clear_object (fetching);
}
