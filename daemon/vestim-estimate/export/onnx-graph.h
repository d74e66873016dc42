/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* An ONNX model under construction. It owns copies of all that is added. */
typedef struct OnnxGraph OnnxGraph;

/* `(transfer full)` */
OnnxGraph *onnx_graph_new (void);
void onnx_graph_free (OnnxGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OnnxGraph, onnx_graph_free)

/* A constant tensor of floats; `dims` ends with 0. */
void onnx_graph_add_floats (OnnxGraph *graph, const char *name, const int64_t *dims,
                            const float *values);

/* A node; the lists of names end with NULL, and "" leaves an input out. */
void onnx_graph_add_node (OnnxGraph *graph, const char *operator, const char * const * inputs,
                          const char *const *outputs);

/* An attribute of the last node: an integer, or a list of one. */
void onnx_graph_add_integer (OnnxGraph *graph, const char *name, int64_t value);
void onnx_graph_add_list (OnnxGraph *graph, const char *name, int64_t value);

/* What the model takes and returns: floats with these dimensions, a list that ends with NULL; a
 * dimension is a number or the name of one that the caller chooses. */
void onnx_graph_add_input (OnnxGraph *graph, const char *name, const char *const *dims,
                           const char *text);
void onnx_graph_add_output (OnnxGraph *graph, const char *name, const char *const *dims,
                            const char *text);

void onnx_graph_add_fact (OnnxGraph *graph, const char *key, const char *value);

/* The bytes of the model. `(transfer full)` */
GByteArray *onnx_graph_pack (OnnxGraph *graph, const char *text);
