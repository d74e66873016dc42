/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* Finds copies whose numbers are not equal: with other digits, in other units, or with another
 * sampling period. It compares target and current alone, at a common period. */

typedef struct LeakageNear LeakageNear;

typedef struct
{
  size_t n_rows; /* of the checked file that are in training; 0: none */
  size_t row;    /* the first of them, from 0 */
  const Series *source;
  size_t source_row;
} LeakageNearMatch;

/* `(transfer full)`; NULL if the files have neither a target nor current. `columns` are the names
 * of the inputs, NULL-terminated. The set must outlive it. */
LeakageNear *leakage_near_new (const Dataset *train, char *const *columns, const char *target,
                               double period);
void leakage_near_free (LeakageNear *near);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LeakageNear, leakage_near_free)

/* A file with a longer period than that of the check has no match. */
LeakageNearMatch leakage_near_find (const LeakageNear *near, const Series *series);
