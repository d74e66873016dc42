/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/estimation/vestim-settings.h"

/* How the dashboard shows a setting of the table of settings. */

/* (transfer full) "Lookback (rows)" */
char *dash_setting_text_label (const VestimSetting *setting);

/* (transfer full) the default as a user would type it; "" for none. */
char *dash_setting_text_default (const VestimSetting *setting);
