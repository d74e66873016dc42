/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-job.h"

/* One column of the list: how a cell is made, filled, explained and compared. */
typedef struct
{
  const char *id;
  const char *title;   /* to be translated */
  int min_width_shown; /* of the list, in pixels, from which on the column is there */
  int width;           /* -1: as wide as its cells */
  gboolean expands;
  gboolean ticks;  /* shows the time that passes */
  gboolean number; /* stands at the right, as its title does */
  GtkWidget *(*make) (void);
  void (*fill) (GtkWidget *cell, DashJob *job);
  char *(*tip) (DashJob *job); /* (nullable) */
  int (*compare) (DashJob *a, DashJob *b);
} DashJobColumn;

#define DASH_N_JOB_COLUMNS 7

const DashJobColumn *dash_job_column_get (guint index);
