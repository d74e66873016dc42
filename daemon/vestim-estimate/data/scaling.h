/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/series.h"

typedef struct
{
  double min;
  double max;
} ScalingRange;

/* Min-max scaling to [0, 1] of the inputs and the target, from the ranges of the training files. An
 * input that is constant there carries no information and becomes 0 everywhere. */
typedef struct
{
  int n_inputs;
  ScalingRange *inputs;
  ScalingRange target;
} Scaling;

/* `(transfer full)` from the series (Series) of the training files; NULL with `error` when the
 * target is constant or a range is not finite. The names are used in messages only. */
Scaling *scaling_fit (const GPtrArray *series, const char *const *inputs, const char *target,
                      GError **error);
/* `(transfer full)` */
Scaling *scaling_copy (const Scaling *scaling);
void scaling_free (Scaling *scaling);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scaling, scaling_free)

/* Fills in the scaled values, counts the rows outside the ranges, and frees the unscaled inputs. */
void scaling_apply (const Scaling *scaling, Series *series);

double scaling_width (const ScalingRange *range);
double scaling_scale (const ScalingRange *range, double value);
double scaling_unscale (const ScalingRange *range, double scaled);
