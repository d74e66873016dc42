/* SPDX-License-Identifier: MIT */
#include "common/vestim-fields.h"

#include <stdarg.h>

static void
field_error_free (gpointer data)
{
  VestimFieldError *error = data;

  g_free (error->field);
  g_free (error->message);
  g_free (error);
}

GPtrArray *
vestim_field_errors_new (void)
{
  return g_ptr_array_new_with_free_func (field_error_free);
}

void
vestim_field_errors_add (GPtrArray *errors, const char *field, const char *format, ...)
{
  VestimFieldError *error = g_new0 (VestimFieldError, 1);
  va_list args;

  error->field = g_strdup (field);
  va_start (args, format);
  error->message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (errors, error);
}
