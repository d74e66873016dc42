/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "gui/model/dash-job-store.h"

/* One column of the list: how to make, fill, explain and compare its cells. */
typedef struct
{
  const char *id;
  const char *title;   /* untranslated */
  int min_width_shown; /* width of the list, in pixels, that shows the column */
  int width;           /* in pixels; -1: as wide as its cells */
  gboolean expands;
  gboolean ticks;  /* shows a running time, which changes each second */
  gboolean number; /* cells and title are right-aligned */
  GtkWidget *(*make) (void);
  void (*fill) (GtkWidget *cell, DashJob *job, DashJobStore *jobs);
  /* (nullable) the tooltip; may return NULL */
  char *(*tip) (DashJob *job, DashJobStore *jobs);
  int (*compare) (DashJob *a, DashJob *b);
} DashJobColumn;

#define DASH_N_JOB_COLUMNS 8

/* The ID of the column that sorts jobs as they start. */
#define DASH_QUEUE_COLUMN "queue"

const DashJobColumn *dash_job_column_get (guint index);
