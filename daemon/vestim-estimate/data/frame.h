/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "daemon/vestim-estimate/data/series.h"

/* The columns of one file while they are preprocessed: one array for each column. */
typedef struct
{
  const char *path; /* of the file, for messages */
  GPtrArray *names; /* char */
  GPtrArray *values;
  double *times; /* (nullable) seconds */
  size_t n_rows;
  GArray *segments; /* size_t: the first row of each, at least one; there is a cut before each */
} Frame;

/* `(transfer full)` takes the unscaled rows, times and target out of the series. `columns` are the
 * names of its inputs; the column of the target has the name `target`. */
Frame *frame_take (Series *series, char *const *columns, const char *target);

/* Puts the rows back: the inputs, and the target if the frame has it. Frees the frame. */
void frame_give (Frame *frame, char *const *inputs, const char *target, Series *series);

void frame_free (Frame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frame, frame_free)

/* (nullable) the values of the column, one for each row. */
double *frame_column (const Frame *frame, const char *name);

/* Adds a column, or replaces the one of this name. Takes the values. */
void frame_set_column (Frame *frame, const char *name, double *values);

/* The row after the last one of the segment, counted from 0. */
size_t frame_segment_end (const Frame *frame, guint segment);
size_t frame_segment_begin (const Frame *frame, guint segment);

/* The median step of the times within segments; NAN without times, or if it is not above 0. */
double frame_period (const Frame *frame);
