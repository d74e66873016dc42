/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* Under which conditions the network of an estimation errs, from the summary of its best task.
 * Tables are GPtrArrays of GStrv, each a row of cells to be shown. */
typedef struct
{
  GPtrArray *temperature; /* range, rows, RMSE */
  GPtrArray *soc;
  GPtrArray *current;
  GPtrArray *worst; /* file, stretch of time, RMSE */
} DashErrorBreakdown;

/* (transfer full) `text` is a task's summary.json; NULL with `error` when it is none. */
DashErrorBreakdown *dash_error_breakdown_parse (const char *text, gsize length, GError **error);
void dash_error_breakdown_free (DashErrorBreakdown *breakdown);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashErrorBreakdown, dash_error_breakdown_free)
