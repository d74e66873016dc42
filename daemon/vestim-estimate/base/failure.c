/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/failure.h"

#include <stdarg.h>

G_DEFINE_QUARK (estimator - error - quark, estimator_error)

void
failure_set (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, ESTIMATOR_ERROR, ESTIMATOR_ERROR_FAILED, sentence);
}
