/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/export/c-code.h"
#include "daemon/vestim-estimate/export/c-values.h"
#include "daemon/vestim-estimate/results/model-file.h"

/* What a call of the exported code takes, and how it becomes a row of the network's inputs. */
typedef struct
{
  const Model *model;
  CValues *values;
} CInputs;

/* The model must outlive it. NULL with `error` when the model's inputs can't be computed call by
 * call. */
CInputs *c_inputs_new (const Model *model, GError **error);
void c_inputs_free (CInputs *inputs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CInputs, c_inputs_free)

/* Lines of a comment: each value with its unit, its range and what is computed from it. */
void c_inputs_append_comment (CCode *code, const CInputs *inputs);

/* Sets the conditions of texts that depend on the model. */
void c_inputs_set_conditions (CCode *code, const CInputs *inputs);

/* Macros for the numbers, names and units of values and estimate, and for the sampling period. */
void c_inputs_append_macros (CCode *code, const CInputs *inputs);

/* Whether something stays from call to call besides the state of the network. */
bool c_inputs_have_filters (const CInputs *inputs);

/* The values that a call takes. */
int c_inputs_n_columns (const CInputs *inputs);

/* Appends the filters, and the function vestim_read() for single precision. */
void c_inputs_append_floats (CCode *code, const CInputs *inputs);

/* Appends the beginning of vestim_read(): its head and the array of computed values of the type. */
void c_inputs_append_read (CCode *code, const CInputs *inputs, const char *type);

/* Appends its end. */
void c_inputs_append_read_end (CCode *code, const CInputs *inputs);

/* The C text of a value in vestim_read(). `(transfer full)` */
char *c_inputs_value_text (const CInputs *inputs, int value);

/* A name for a comment of the code; it can't end that comment. `(transfer full)` */
char *c_inputs_dup_for_comment (const char *name);

/* (nullable) the model's unit of a column; NULL: unknown. */
const char *c_inputs_unit (const Model *model, const char *column);

/* (nullable) the range of a column in the training files; NULL: unknown. */
const ScalingRange *c_inputs_range (const Model *model, const char *column);
