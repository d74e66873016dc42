/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/data/columns/column-search.h"
#include "daemon/vestim-estimate/data/columns/time-cell.h"
#include "daemon/vestim-estimate/data/columns/time-witness.h"
#include "daemon/vestim-estimate/data/series-rows.h"
#include "daemon/vestim-estimate/data/series.h"
#include "daemon/vestim-estimate/data/table/table.h"

struct SeriesReader
{
  const SeriesRequest *request;
  char *path;
  Series *series; /* with the rows that are read now */
  bool is_at_end; /* of the file */
  TableFile *file;
  FoundColumn *columns; /* of the inputs, of the target, and of the voltage if it is needed */
  const char **names;   /* of the same, requested */
  int n_columns;
  int n_needed; /* of the columns: without the voltage */
  bool has_target;
  int current; /* among the columns, and so is the next; -1: none */
  int voltage;
  FoundColumn time;
  TimeWitness witness;
  TimeCells cells; /* of a column of texts */
  SeriesRows rows;
  size_t capacity;
};

typedef SeriesReader Reader;

void series_reader_note (Reader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Finds the columns of the request. False with `error`. */
bool series_reader_find_columns (Reader *reader, GError **error);

/* Tells the series that is being read about a column. */
void series_reader_add_fact (Reader *reader, int column);
