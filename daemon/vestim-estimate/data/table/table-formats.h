/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* What is particular about the text files of each maker's program, in one table. Everything else is
 * found by the layout, as in any other table. */

/* A column of states that says what the other column's numbers do not: whether a current charges or
 * discharges. Words are separated by |. */
typedef struct
{
  const char *state;     /* titles of the column of states */
  const char *current;   /* titles of the column of currents, without their units */
  const char *charge;    /* states */
  const char *discharge; /* states */
  bool are_parts;        /* the words may be parts of a state: "CC Chg" */
  bool is_unsigned;      /* no current has a sign; else it may have one */
} TableSignRule;

typedef struct
{
  const char *title;
  const char *unit;
} TableTitleUnit;

typedef struct
{
  const char *name;
  const char *begins;          /* what the text may begin with */
  const char *titles[4];       /* or one of each of these titles is there; "U[" stands for any
                                  title that begins so */
  const char *header_count;    /* (nullable) begins a line that ends with the header's number */
  const TableTitleUnit *units; /* (nullable) of titles that state theirs in another way */
  const TableSignRule *sign;   /* (nullable) */
} TableFormat;

/* By the begin of the text; NULL if it tells nothing. */
const TableFormat *table_format_of_text (const char *text, size_t length);

/* By the titles; the last one, "table", without any. */
const TableFormat *table_format_of_titles (const char *const *titles);

/* The number of the header's line that the text states; 0: none. */
size_t table_format_header_line (const TableFormat *format, const char *text, size_t length);

/* (nullable) the unit of a title that states none itself. */
const char *table_format_unit (const TableFormat *format, const char *title);

/* Whether the title is one of `list`, whose items are separated by |. Capitals don't matter. */
bool table_format_has (const char *list, const char *title);
