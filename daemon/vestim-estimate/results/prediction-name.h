/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/* `(transfer full)` the name of the file of predictions for the data file: its base
 * name (see data-files.h) with ".csv", or with "-2.csv" and so on if the name is in `taken`, to
 * which the new name is added. */
char *prediction_name_new (GHashTable *taken, const char *path);

/* `(transfer full)` no names yet. */
GHashTable *prediction_names_new (void);
