/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <matio.h>
#include <stdbool.h>
#include <stddef.h>

/* The values of MATLAB variables. The functions trust the class, and check all lengths. */

bool mat_is_number (const matvar_t *variable); /* real, full, and its data are there */
bool mat_is_char (const matvar_t *variable);   /* rows of characters, and they are there */

/* Whether it is a cell array whose cells all hold one row of characters. */
bool mat_is_cell_of_text (const matvar_t *variable);

size_t mat_n_rows (const matvar_t *variable);
size_t mat_n_columns (const matvar_t *variable); /* 0 if it has more than two dimensions */
size_t mat_n_values (const matvar_t *variable);

double mat_number (const matvar_t *variable, size_t index);

/* A row of a char matrix without spaces at its end, or a cell. `(transfer full)`, UTF-8. */
char *mat_dup_text (const matvar_t *variable, size_t index);
