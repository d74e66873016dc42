/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/results/vestim-error-unit.h"

/* How large the error of an estimation's network is under which conditions, from the summary of its
 * best task. Each table is a GPtrArray of GStrv, which are rows of cells. */
typedef struct
{
  GPtrArray *temperature; /* range, rows, RMSE */
  GPtrArray *soc;
  GPtrArray *current;
  GPtrArray *worst; /* file, its worst time range, RMSE */
} DashErrorBreakdown;

/* (nullable) (transfer full) from a task's summary.json, with errors in `unit`; NULL with
 * `error`. */
DashErrorBreakdown *dash_error_breakdown_parse (const char *text, gsize length,
                                                const VestimErrorUnit *unit, GError **error);
void dash_error_breakdown_free (DashErrorBreakdown *breakdown);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DashErrorBreakdown, dash_error_breakdown_free)
