/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-fields.h"

#include <stdarg.h>

static void
field_error_free (void *data)
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
  va_list args;

  if (errors->len >= VESTIM_MAX_FIELD_ERRORS)
    return;

  VestimFieldError *error = g_new (VestimFieldError, 1);
  error->field = g_strdup (field);
  va_start (args, format);
  error->message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (errors, error);
}

char *
vestim_field_path (const char *prefix, const char *name)
{
  return *prefix != '\0' ? g_strconcat (prefix, ".", name, NULL) : g_strdup (name);
}
