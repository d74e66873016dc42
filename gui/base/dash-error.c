/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-error.h"

typedef struct
{
  GPtrArray *fields;
} DashErrorPrivate;

static void
dash_error_private_init (DashErrorPrivate *priv)
{
  priv->fields = NULL;
}

static void
dash_error_private_copy (const DashErrorPrivate *from, DashErrorPrivate *to)
{
  to->fields = from->fields != NULL ? g_ptr_array_ref (from->fields) : NULL;
}

static void
dash_error_private_clear (DashErrorPrivate *priv)
{
  g_clear_pointer (&priv->fields, g_ptr_array_unref);
}

G_DEFINE_EXTENDED_ERROR (DashError, dash_error)

GError *
dash_error_new (DashError code, GPtrArray *fields, const char *message)
{
  GError *error;

  g_return_val_if_fail (message != NULL, NULL);
  error = g_error_new_literal (DASH_ERROR, (int) code, message);
  if (fields != NULL)
    dash_error_get_private (error)->fields = g_ptr_array_ref (fields);
  return error;
}

GPtrArray *
dash_error_get_fields (const GError *error)
{
  if (error == NULL || error->domain != DASH_ERROR)
    return NULL;
  return dash_error_get_private (error)->fields;
}

const char *
dash_error_get_reason (const GError *error)
{
  GPtrArray *fields = dash_error_get_fields (error);

  g_return_val_if_fail (error != NULL, NULL);
  if (fields == NULL || fields->len == 0)
    return error->message;
  return ((const VestimFieldError *) fields->pdata[0])->message;
}

gboolean
dash_error_is_passing (const GError *error)
{
  return g_error_matches (error, DASH_ERROR, DASH_ERROR_UNREACHABLE)
         || g_error_matches (error, DASH_ERROR, DASH_ERROR_TIMEOUT)
         || g_error_matches (error, DASH_ERROR, DASH_ERROR_BUSY);
}
