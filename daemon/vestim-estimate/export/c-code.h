/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* C code under construction. It is written with the names vestim_…, Vestim… and VESTIM_…, which get
 * the prefix that the user wants, so that two models fit into one program. The words vestim_value,
 * vestim_scaled and vestim_weight become the types of inputs, of scaled inputs and of weights. */
typedef struct CCode CCode;

/* False with `error`: the prefix would not make good names in C and C++. */
bool c_code_check_prefix (const char *prefix, GError **error);

/* `(transfer full)` for a good prefix. */
CCode *c_code_new (const char *prefix);
void c_code_free (CCode *code);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CCode, c_code_free)

/* Sets the types; at first all are float. */
void c_code_set_types (CCode *code, const char *value, const char *scaled, const char *weight);

/* From now on lines of texts that begin with "@condition:" are code, and those that begin with
 * "@!condition:" are left out. Without this it is the other way round. */
void c_code_set_condition (CCode *code, const char *condition);

/* Appends a text, after the names are replaced. */
void c_code_append (CCode *code, const char *text);

/* The same for a format; what is inserted stays as it is. */
void c_code_printf (CCode *code, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Appends a table "static const float vestim_name[n]". */
void c_code_append_floats (CCode *code, const char *name, const float *values, size_t n);

/* Appends a table of integers of the type. */
void c_code_append_integers (CCode *code, const char *type, const char *name, const int *values,
                             size_t n);

/* Appends a macro whose value is the text as a C string. */
void c_code_define_string (CCode *code, const char *name, const char *value);

/* The names replaced in `text`. `(transfer full)` */
char *c_code_dup_renamed (const CCode *code, const char *text);

const char *c_code_text (const CCode *code);
size_t c_code_length (const CCode *code);
