/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Errors of predictions, in the target's unit. Starts as all zero. */
typedef struct
{
  size_t n;
  double squares;   /* sum of the squared errors */
  double absolutes; /* sum of the absolute errors */
  double largest;   /* absolute error */
  double mean;      /* of the measured values */
  double spread;    /* sum of their squared distances from the mean */
} ErrorStats;

void error_stats_add (ErrorStats *stats, double measured, double predicted);

/* Adds the rows of `other`. */
void error_stats_merge (ErrorStats *stats, const ErrorStats *other);

double error_stats_rmse (const ErrorStats *stats);
double error_stats_mae (const ErrorStats *stats);

/* 1 - squared errors / spread; NaN when all measured values are the same. */
double error_stats_r2 (const ErrorStats *stats);
