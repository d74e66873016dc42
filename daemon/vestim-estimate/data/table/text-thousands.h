/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/text-cells.h"

/* "1,234" beside "851" in one column are thousands and not decimals, and so is "1.234" where points
 * separate them. It shows only at the end of the file that no number contradicts this, as "0,5"
 * does. */
typedef struct
{
  bool is_possible; /* no number contradicts it */
  guint8 *seen;     /* [column] */
  int column;       /* with both kinds of numbers; -1: none */
  size_t line;
} TextThousands;

/* Commas between cells leave no doubt: nothing is looked at then. */
void text_thousands_init (TextThousands *thousands, int n_columns, char separator);
void text_thousands_clear (TextThousands *thousands);

/* Takes a number that was read with this decimal sign. */
void text_thousands_see (TextThousands *thousands, const TextCell *cell, int column, char point,
                         size_t line);

/* After the last row. */
static inline bool
text_thousands_are_found (const TextThousands *thousands)
{
  return thousands->is_possible && thousands->column >= 0;
}
