/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "daemon/vestim-estimate/base/random.h"

/* Simulates a cell with a second-order equivalent circuit over a random drive cycle of `n_rows`
 * seconds from full charge on, at the given ambient temperature, and writes it as CSV. */
void demo_cell_write (FILE *stream, Random *random, double ambient_degc, int n_rows);
