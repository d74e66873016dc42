/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "common/json/vestim-field-reader.h"

/* Inputs that are computed from other columns, row by row and from no later row, so that a
 * controller can compute them too. They are a setting of an estimation and are stored with its
 * model.
 *
 * With x(k) in the k-th row from 0 and the period T between rows, at the first row of a file and
 * after a cut as if it had stood before:
 *
 *   mean       y(k) = (x(k) + x(k-1) + ... + x(k-n+1)) / n     n = max(1, seconds / T rounded)
 *   low-pass   y(k) = y(k-1) + a (x(k) - y(k-1))               a = 1 - exp(-T / seconds)
 *   product    y(k) = x(k) z(k)
 *
 * with x(-1) = x(-2) = ... = x(0) and y(-1) = x(0). */

#define VESTIM_MAX_DERIVED 64
#define VESTIM_MAX_MEAN_ROWS 1000000

typedef enum
{
  VESTIM_DERIVED_MEAN,
  VESTIM_DERIVED_LOW_PASS,
  VESTIM_DERIVED_PRODUCT,
} VestimDerivedKind;

typedef struct
{
  char *name;
  VestimDerivedKind kind;
  char *of;       /* x: a column, or a derived one before this in the list */
  char *by;       /* z of a product; else NULL */
  double seconds; /* length of a mean; time constant of a low-pass filter */
} VestimDerived;

/* `(transfer full)` VestimDerived, in the order in which they are computed: from the member
 * "derived" of the object, empty if there is none or if it has faults, which are then added. */
GPtrArray *vestim_derived_read (const VestimFieldReader *outer);

/* `(transfer full)` */
GPtrArray *vestim_derived_copy (const GPtrArray *list);

/* The list that vestim_derived_read() reads. */
void vestim_derived_append_json (GString *json, const GPtrArray *list);

/* (nullable) the one of this name. */
const VestimDerived *vestim_derived_find (const GPtrArray *list, const char *name);

/* n and a from the period in seconds, see above. */
int vestim_derived_mean_rows (const VestimDerived *derived, double period_s);
double vestim_derived_low_pass_share (const VestimDerived *derived, double period_s);
