/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/doctor/finding.h"

void
finding_set (Finding *finding, FindingLevel level, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  finding_clear (finding);
  finding->level = level;
  finding->text = g_strdup_vprintf (format, args);
  va_end (args);
}

void
finding_clear (Finding *finding)
{
  g_clear_pointer (&finding->text, g_free);
}
