/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/export/onnx-graph.h"

#include <onnx.pb-c.h>
#include <stdbool.h>
#include <string.h>

/* Opset 11 and its intermediate representation: since 2019, so that old runtimes read it too. */
#define IR_VERSION 6
#define OPSET 11

#define TYPE_FLOAT 1
#define ATTRIBUTE_INT 2
#define ATTRIBUTE_INTS 7

struct OnnxGraph
{
  GPtrArray *memory; /* of everything below */
  GPtrArray *nodes;
  GPtrArray *initializers;
  GPtrArray *inputs;
  GPtrArray *outputs;
  GPtrArray *facts;
  GPtrArray *attributes; /* of the last node */
};

OnnxGraph *
onnx_graph_new (void)
{
  OnnxGraph *graph = g_new0 (OnnxGraph, 1);

  graph->memory = g_ptr_array_new_with_free_func (g_free);
  graph->nodes = g_ptr_array_new ();
  graph->initializers = g_ptr_array_new ();
  graph->inputs = g_ptr_array_new ();
  graph->outputs = g_ptr_array_new ();
  graph->facts = g_ptr_array_new ();
  graph->attributes = g_ptr_array_new ();
  return graph;
}

void
onnx_graph_free (OnnxGraph *graph)
{
  if (!graph)
    return;

  g_ptr_array_unref (graph->nodes);
  g_ptr_array_unref (graph->initializers);
  g_ptr_array_unref (graph->inputs);
  g_ptr_array_unref (graph->outputs);
  g_ptr_array_unref (graph->facts);
  g_ptr_array_unref (graph->attributes);
  g_ptr_array_unref (graph->memory);
  g_free (graph);
}

/* Memory that lives as long as the graph. */
static void *
keep (OnnxGraph *graph, void *memory)
{
  g_ptr_array_add (graph->memory, memory);
  return memory;
}

static char *
keep_text (OnnxGraph *graph, const char *text)
{
  return keep (graph, g_strdup (text));
}

/* A message of its type. */
#define MESSAGE(graph, variable, Type, init) \
  Type *variable = keep (graph, g_new (Type, 1)); \
  *variable = (Type) init

static char **
keep_names (OnnxGraph *graph, const char *const *names, size_t *n)
{
  *n = g_strv_length ((char **) names);
  char **kept = keep (graph, g_new0 (char *, *n + 1));

  for (size_t i = 0; i < *n; i++)
    kept[i] = keep_text (graph, names[i]);
  return kept;
}

void
onnx_graph_add_floats (OnnxGraph *graph, const char *name, const int64_t *dims, const float *values)
{
  MESSAGE (graph, tensor, Onnx__Tensor, ONNX__TENSOR__INIT);
  size_t n_values = 1, n = 0;

  for (; dims[n]; n++)
    n_values *= (size_t) dims[n];

  uint32_t *raw = keep (graph, g_new (uint32_t, n_values));
  for (size_t i = 0; i < n_values; i++)
    {
      memcpy (&raw[i], &values[i], sizeof raw[i]);
      raw[i] = GUINT32_TO_LE (raw[i]);
    }

  tensor->name = keep_text (graph, name);
  tensor->n_dims = n;
  tensor->dims = keep (graph, g_memdup2 (dims, n * sizeof *dims));
  tensor->has_data_type = true;
  tensor->data_type = TYPE_FLOAT;
  tensor->has_raw_data = true;
  tensor->raw_data.data = (uint8_t *) raw;
  tensor->raw_data.len = n_values * sizeof *raw;
  g_ptr_array_add (graph->initializers, tensor);
}

/* The attributes that were added belong to the last node. */
static void
end_node (OnnxGraph *graph)
{
  guint n = graph->attributes->len;

  if (n == 0)
    return;

  Onnx__Node *node = graph->nodes->pdata[graph->nodes->len - 1];

  node->n_attribute = n;
  node->attribute = keep (graph, g_memdup2 (graph->attributes->pdata, n * sizeof (void *)));
  g_ptr_array_set_size (graph->attributes, 0);
}

void
onnx_graph_add_node (OnnxGraph *graph, const char *operator, const char * const * inputs,
                     const char *const *outputs)
{
  MESSAGE (graph, node, Onnx__Node, ONNX__NODE__INIT);

  end_node (graph);
  node->op_type = keep_text (graph, operator);
  node->name = keep (graph, g_strdup_printf ("%s_%u", operator, graph->nodes->len));
  node->input = keep_names (graph, inputs, &node->n_input);
  node->output = keep_names (graph, outputs, &node->n_output);
  g_ptr_array_add (graph->nodes, node);
}

static Onnx__Attribute *
add_attribute (OnnxGraph *graph, const char *name, int type)
{
  MESSAGE (graph, attribute, Onnx__Attribute, ONNX__ATTRIBUTE__INIT);

  attribute->name = keep_text (graph, name);
  attribute->has_type = true;
  attribute->type = type;
  g_ptr_array_add (graph->attributes, attribute);
  return attribute;
}

void
onnx_graph_add_integer (OnnxGraph *graph, const char *name, int64_t value)
{
  Onnx__Attribute *attribute = add_attribute (graph, name, ATTRIBUTE_INT);

  attribute->has_i = true;
  attribute->i = value;
}

void
onnx_graph_add_list (OnnxGraph *graph, const char *name, int64_t value)
{
  Onnx__Attribute *attribute = add_attribute (graph, name, ATTRIBUTE_INTS);

  attribute->n_ints = 1;
  attribute->ints = keep (graph, g_memdup2 (&value, sizeof value));
}

static Onnx__Dimension *
make_dimension (OnnxGraph *graph, const char *dim)
{
  MESSAGE (graph, dimension, Onnx__Dimension, ONNX__DIMENSION__INIT);
  gint64 number = 0;

  if (g_ascii_string_to_signed (dim, 10, 1, G_MAXINT, &number, NULL))
    {
      dimension->value_case = ONNX__DIMENSION__VALUE_DIM_VALUE;
      dimension->dim_value = number;
    }
  else
    {
      dimension->value_case = ONNX__DIMENSION__VALUE_DIM_PARAM;
      dimension->dim_param = keep_text (graph, dim);
    }
  return dimension;
}

static Onnx__ValueInfo *
make_value (OnnxGraph *graph, const char *name, const char *const *dims, const char *text)
{
  MESSAGE (graph, value, Onnx__ValueInfo, ONNX__VALUE_INFO__INIT);
  MESSAGE (graph, type, Onnx__Type, ONNX__TYPE__INIT);
  MESSAGE (graph, tensor, Onnx__TensorType, ONNX__TENSOR_TYPE__INIT);
  MESSAGE (graph, shape, Onnx__Shape, ONNX__SHAPE__INIT);

  shape->n_dim = g_strv_length ((char **) dims);
  shape->dim = keep (graph, g_new0 (Onnx__Dimension *, shape->n_dim));
  for (size_t i = 0; i < shape->n_dim; i++)
    shape->dim[i] = make_dimension (graph, dims[i]);
  tensor->has_elem_type = true;
  tensor->elem_type = TYPE_FLOAT;
  tensor->shape = shape;
  type->tensor_type = tensor;
  value->name = keep_text (graph, name);
  value->type = type;
  value->doc_string = keep_text (graph, text);
  return value;
}

void
onnx_graph_add_input (OnnxGraph *graph, const char *name, const char *const *dims, const char *text)
{
  g_ptr_array_add (graph->inputs, make_value (graph, name, dims, text));
}

void
onnx_graph_add_output (OnnxGraph *graph, const char *name, const char *const *dims,
                       const char *text)
{
  g_ptr_array_add (graph->outputs, make_value (graph, name, dims, text));
}

void
onnx_graph_add_fact (OnnxGraph *graph, const char *key, const char *value)
{
  MESSAGE (graph, fact, Onnx__StringStringEntry, ONNX__STRING_STRING_ENTRY__INIT);

  fact->key = keep_text (graph, key);
  fact->value = keep_text (graph, value);
  g_ptr_array_add (graph->facts, fact);
}

GByteArray *
onnx_graph_pack (OnnxGraph *graph, const char *text)
{
  Onnx__Model model = ONNX__MODEL__INIT;
  Onnx__Graph inner = ONNX__GRAPH__INIT;
  Onnx__OperatorSet opset = ONNX__OPERATOR_SET__INIT, *opsets[] = { &opset };
  GByteArray *bytes = g_byte_array_new ();

  end_node (graph);
  opset.domain = (char *) "";
  opset.has_version = true;
  opset.version = OPSET;

  inner.name = (char *) "vestim";
  inner.n_node = graph->nodes->len;
  inner.node = (Onnx__Node **) graph->nodes->pdata;
  inner.n_initializer = graph->initializers->len;
  inner.initializer = (Onnx__Tensor **) graph->initializers->pdata;
  inner.n_input = graph->inputs->len;
  inner.input = (Onnx__ValueInfo **) graph->inputs->pdata;
  inner.n_output = graph->outputs->len;
  inner.output = (Onnx__ValueInfo **) graph->outputs->pdata;

  model.has_ir_version = true;
  model.ir_version = IR_VERSION;
  model.producer_name = (char *) "vestim-estimate";
  model.producer_version = (char *) VESTIM_VERSION;
  model.doc_string = keep_text (graph, text);
  model.graph = &inner;
  model.n_opset_import = G_N_ELEMENTS (opsets);
  model.opset_import = opsets;
  model.n_metadata_props = graph->facts->len;
  model.metadata_props = (Onnx__StringStringEntry **) graph->facts->pdata;

  g_byte_array_set_size (bytes, (guint) onnx__model__get_packed_size (&model));
  onnx__model__pack (&model, bytes->data);
  return bytes;
}
