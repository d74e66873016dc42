/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/base/random.h"

/* Uniform in +-sqrt (6 / (n_rows + n_columns)) (Glorot and Bengio 2010). */
void network_init_xavier (Random *random, float *matrix, int n_rows, int n_columns);

/* A square matrix with orthonormal rows, evenly distributed (Saxe, McClelland, Ganguli 2014). */
void network_init_orthogonal (Random *random, float *matrix, int size);
