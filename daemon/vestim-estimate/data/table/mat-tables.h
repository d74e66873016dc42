/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <matio.h>
#include <stdbool.h>
#include <stddef.h>

/* A column of a table in a MATLAB file: a vector, a column of a matrix, or texts. */
typedef struct
{
  char *name;
  const matvar_t *variable;
  size_t first; /* index of its first value: of a column of a matrix */
  size_t length;
  bool is_text;
} MatColumn;

/* The tables that a file may contain: each struct, and the variables outside of structs. */
typedef struct
{
  GPtrArray *tables;  /* of GArray of MatColumn, all of one length */
  GPtrArray *places;  /* (element-type char) where each is: the name of its struct, or "" */
  GPtrArray *notes;   /* sentences about what is in no table */
  GPtrArray *objects; /* (element-type char) names of what only MATLAB can read */
  char *fault;        /* a sentence: it is not clear what the table is */
} MatTables;

void mat_tables_init (MatTables *tables);
void mat_tables_clear (MatTables *tables);

/* Adds the tables of these variables, which must live as long. */
void mat_tables_add (MatTables *tables, matvar_t *const *variables, size_t n);
