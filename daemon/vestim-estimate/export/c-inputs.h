/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-code.h"
#include "daemon/vestim-estimate/results/model-file.h"

/* How an input of the network follows from the values of a call. */
typedef struct
{
  int column;
  int factor;    /* a second column, by which the first is multiplied; -1: none */
  int mean_rows; /* it is the mean of so many; 0: it is no mean */
} CFeature;

/* What a call of the exported code takes, and how it becomes a row of the network's inputs. */
typedef struct
{
  const Model *model;
  char **columns; /* NULL-terminated: the values that a call takes */
  int n_columns;
  CFeature *features; /* one for each input of the network */
  int n_means;        /* inputs that are moving means */
  int mean_rows;      /* values that all of them keep */
} CInputs;

/* The model must outlive it. */
CInputs *c_inputs_new (const Model *model);
void c_inputs_free (CInputs *inputs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CInputs, c_inputs_free)

/* Lines of a comment: each value with its unit, its range and what is computed from it. */
void c_inputs_append_comment (CCode *code, const CInputs *inputs);

/* Macros for the numbers, names and units of values and estimate, and for the sampling period. */
void c_inputs_append_macros (CCode *code, const CInputs *inputs);

/* The moving means, and the function vestim_read() for single precision. */
void c_inputs_append_floats (CCode *code, const CInputs *inputs);

/* Appends the beginning of vestim_read(), up to its first line. */
void c_inputs_append_read (CCode *code, const CInputs *inputs);

/* A name for a comment of the code; it can't end that comment. `(transfer full)` */
char *c_inputs_dup_for_comment (const char *name);

/* (nullable) the model's unit of a column; NULL: unknown. */
const char *c_inputs_unit (const Model *model, const char *column);

/* (nullable) the range of a column in the training files; NULL: unknown. */
const ScalingRange *c_inputs_range (const Model *model, const char *column);
