/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/columns/column-search.h"
#include "daemon/vestim-estimate/data/table/table.h"

/* Dates in a column beside that of the times. They show when its unit is wrong: some exports have
 * milliseconds under "[s]". */
typedef struct
{
  int column;   /* of the dates; -1: none that can be understood */
  size_t n;     /* rows */
  double times; /* seconds from the first row to the last one, and so is the next */
  double dates;
  double first_time;
  double first_date;
} TimeWitness;

/* A column that the user named needs no witness, and one of text states its unit. */
void time_witness_init (TimeWitness *witness, const TableFile *file, const FoundColumn *time);

/* Takes the row read last, with its time in seconds. Only the first rows of a file count. */
void time_witness_add (TimeWitness *witness, TableFile *file, double time);

/* False with `error` when the times run much faster than the dates. They may run slower: a clock
 * goes on in a pause. */
bool time_witness_agrees (const TimeWitness *witness, const TableFile *file,
                          const FoundColumn *time, const char *path, GError **error);
