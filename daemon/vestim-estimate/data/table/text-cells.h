/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The cells of a line of text. A cell may be in quotes and may then contain separators. */

#define TEXT_MAX_COLUMNS 4096

/* As a separator: spaces and tabs, any number of them as one. */
#define TEXT_BLANKS ' '

typedef struct
{
  const char *text; /* without its quotes */
  size_t length;
} TextCell;

typedef enum
{
  TEXT_SPLIT_OK,
  TEXT_SPLIT_OPEN_QUOTE, /* a quote has no end: the last cell counted is wrong */
  TEXT_SPLIT_TOO_MANY,   /* one beyond `max` is not empty */
} TextSplit;

/* Finds the cells of a line, and stores the first `max` of them. `*n` counts all. */
TextSplit text_split (const char *line, size_t length, char separator, TextCell *cells, int max,
                      int *n);

/* The text without spaces around it, UTF-8, two quotes as one. `(transfer full)` */
char *text_cell_dup (const TextCell *cell);

typedef enum
{
  TEXT_MISSING, /* empty, or a word that says so */
  TEXT_NUMBER,
  TEXT_TIME, /* a date or a time of day: digits with : - or / between them */
  TEXT_WORD,
} TextKind;

/* What the cell looks like, in a file with this separator. */
TextKind text_cell_kind (const TextCell *cell, char separator);

/* Whether the cell says that there is no value: it is empty, or NaN, NA, N/A, null, -, -- or, as
 * BioLogic writes it, three times the letter X. */
bool text_cell_is_missing (const TextCell *cell);

/* Whether the line has nothing but spaces and tabs. */
bool text_is_blank_line (const char *line, size_t length);
