/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/scaling.h"

/* The unit in which people see a target and its errors. Errors in files of results are
 * thousandths of the target's unit. */
typedef struct
{
  const char *name;       /* of the target; "" if it is unknown or has none */
  const char *error_name; /* of its errors */
  double factor;          /* from the errors in files of results */
} ErrorUnit;

/* (nullable) the canonical unit of a target with these values: `unit` (nullable) if the files state
 * one. A column "SOC" without a unit is a fraction if its values are. */
const char *error_unit_find (const char *unit, const char *target, const ScalingRange *range);

/* For the canonical unit of the target (nullable: unknown) and its column. */
ErrorUnit error_unit_new (const char *unit, const char *target);

/* `(transfer full)` "12.34" of an error in a file of results; "" if it is not finite. */
char *error_unit_format (const ErrorUnit *unit, double thousandths);

/* `(transfer full)` "RMSE [mV]" of "RMSE". */
char *error_unit_title (const char *name, const ErrorUnit *unit);

/* `(transfer full)` "RMSE (mV)" of "RMSE". */
char *error_unit_label (const char *name, const char *unit);
