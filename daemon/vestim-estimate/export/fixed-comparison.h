/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/fixed-network.h"

/* What integers cost in a file. All errors are in thousandths of the target's unit. */
typedef struct
{
  char *path;
  char *error; /* (nullable) why it was not compared; then the others are not set */
  size_t n_rows;
  double float_mv; /* RMSE of single precision; NAN without a target, as is the next */
  double fixed_mv;
  double difference_mv; /* root mean square of the difference of both estimates */
  double largest_mv;    /* the largest difference */
} FixedComparison;

/* The call that the network was trained for, which is compared. */
VestimTestMode fixed_comparison_mode (const Model *model);

/* `(transfer full)` FixedComparison of each file (NULL-terminated), and of all files at the end,
 * whose path is NULL. */
GArray *fixed_compare (const FixedNetwork *network, char *const *paths);
