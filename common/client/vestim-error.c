/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-error.h"

typedef struct
{
  GPtrArray *fields;
} VestimErrorPrivate;

static void
vestim_error_private_init (VestimErrorPrivate *priv)
{
  priv->fields = NULL;
}

static void
vestim_error_private_copy (const VestimErrorPrivate *from, VestimErrorPrivate *to)
{
  to->fields = from->fields != NULL ? g_ptr_array_ref (from->fields) : NULL;
}

static void
vestim_error_private_clear (VestimErrorPrivate *priv)
{
  g_clear_pointer (&priv->fields, g_ptr_array_unref);
}

G_DEFINE_EXTENDED_ERROR (VestimError, vestim_error)

GError *
vestim_error_new (VestimError code, GPtrArray *fields, const char *message)
{
  GError *error;

  g_return_val_if_fail (message != NULL, NULL);
  error = g_error_new_literal (VESTIM_ERROR, (int) code, message);
  if (fields != NULL)
    vestim_error_get_private (error)->fields = g_ptr_array_ref (fields);
  return error;
}

GPtrArray *
vestim_error_get_fields (const GError *error)
{
  if (error == NULL || error->domain != VESTIM_ERROR)
    return NULL;
  return vestim_error_get_private (error)->fields;
}

const char *
vestim_error_get_reason (const GError *error)
{
  GPtrArray *fields = vestim_error_get_fields (error);

  g_return_val_if_fail (error != NULL, NULL);
  if (fields == NULL || fields->len == 0)
    return error->message;
  return ((const VestimFieldError *) fields->pdata[0])->message;
}

gboolean
vestim_error_is_passing (const GError *error)
{
  return g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_UNREACHABLE)
         || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_TIMEOUT)
         || g_error_matches (error, VESTIM_ERROR, VESTIM_ERROR_BUSY);
}
