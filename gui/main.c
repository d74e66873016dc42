/* SPDX-License-Identifier: MIT */
#include <glib/gi18n.h>
#include <locale.h>

#include "gui/view/application/dash-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (DashApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, VESTIM_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = dash_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
