/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-setting-text.h"

#include <glib/gi18n.h>

/* The unit of a string says what it is, as its title does. */
static gboolean
has_shown_unit (const VestimSetting *setting)
{
  return setting->unit != NULL && setting->type != VESTIM_SETTING_STRING
         && setting->type != VESTIM_SETTING_STRINGS;
}

char *
dash_setting_text_label (const VestimSetting *setting)
{
  g_return_val_if_fail (setting != NULL, NULL);
  if (has_shown_unit (setting))
    return g_strdup_printf (_ ("%s (%s)"), _ (setting->title), _ (setting->unit));
  return g_strdup (_ (setting->title));
}

char *
dash_setting_text_default (const VestimSetting *setting)
{
  g_return_val_if_fail (setting != NULL, NULL);
  if (setting->type == VESTIM_SETTING_LIMIT && setting->initial == 0)
    return g_strdup ("");
  return g_strdup_printf ("%g", setting->initial);
}
