/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-page.h"

void
dash_page_show_status (AdwStatusPage *status, const char *title, const char *text)
{
  g_return_if_fail (ADW_IS_STATUS_PAGE (status) && text != NULL);

  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_title (status, title);
  adw_status_page_set_description (status, escaped);
}

void
dash_page_retry_later (GtkWidget *page)
{
  g_return_if_fail (GTK_IS_WIDGET (page));
  gtk_widget_activate_action (page, DASH_PAGE_ACTION_RETRY, NULL);
}

void
dash_page_cancel (GCancellable **fetching)
{
  g_return_if_fail (fetching != NULL);
  if (*fetching != NULL)
    g_cancellable_cancel (*fetching);
  g_clear_object (fetching);
}
