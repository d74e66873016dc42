/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/table/table-formats.h"
#include "daemon/vestim-estimate/data/table/table-names.h"
#include "daemon/vestim-estimate/data/table/text-cells.h"

/* Gives currents the sign that a column of states states: discharge is negative. */
typedef struct
{
  const TableSignRule *rule; /* NULL: the currents stay as they are */
  int state;                 /* columns */
  int current;
  bool seen_sign;      /* a current with a sign was read */
  bool seen_unsigned;  /* a discharge without one was read */
  size_t unclear_line; /* of a current without a sign and with another state; 0: none */
  char last[32];       /* state read last, because most rows have that of the row before */
  size_t last_length;
  int last_state;
} TableSign;

/* No rule applies when the table lacks one of the columns, or has several of them. */
TableSign table_sign_new (const TableFormat *format, const TableNames *names);

/* The current of a row with this state; NULL, or why its sign is not known (transfer full). `line`
 * is that of the row. */
char *table_sign_apply (TableSign *sign, const TextCell *state, size_t line, double *current);
