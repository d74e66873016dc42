/* SPDX-License-Identifier: MIT */

/* PyTorch has matrices of [gates x size][inputs], with the gates of an LSTM in the order input,
 * forget, candidate, output and those of a GRU in the order reset, update, candidate, as we have,
 * and two biases. Keras has matrices of [inputs][gates x size], the same order for an LSTM, but
 * update, reset, candidate for a GRU, and one bias, or two rows of it with reset_after. */

#include "daemon/vestim-estimate/export/weights-tensors.h"

#include "daemon/vestim-estimate/base/network-shape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MEMBER "tensors"

static const int same_places[] = { 0, 1, 2, 3 };
static const int keras_gru_places[] = { 1, 0, 2 }; /* of each of their gates among ours */

typedef struct
{
  const VestimFieldReader *reader;
  const VestimJsonNode *tensors;
  const WeightsLayout *layout;
  GHashTable *used; /* names */
  float *at;        /* where the next parameters go */
} Reader;

/* Tensors */

static const VestimJsonNode *
find_tensor (Reader *reader, const char *place, const char *what, char **name)
{
  *name = g_strdup_printf ("%s.%s", place, what);
  g_hash_table_add (reader->used, g_strdup (*name));
  return vestim_json_member (reader->tensors, *name);
}

static void
fault (const Reader *reader, const char *name, const char *sentence)
{
  g_autofree char *field = g_strdup_printf ("%s.%s", MEMBER, name);

  vestim_field_reader_fault (reader->reader, field, "%s", sentence);
}

static bool
has_shape (const VestimJsonNode *node, const size_t *shape, size_t n_dims)
{
  const VestimJsonNode *dims = vestim_json_member (node, "shape");
  const VestimJsonNode *dim = vestim_json_first (dims);

  if (vestim_json_type (dims) != VESTIM_JSON_ARRAY || vestim_json_size (dims) != n_dims)
    return false;
  for (size_t i = 0; i < n_dims; i++, dim = vestim_json_next (dim))
    {
      int64_t size = 0;

      if (!vestim_json_get_int64 (dim, &size) || size < 0 || (size_t) size != shape[i])
        return false;
    }
  return true;
}

/* `(transfer full)` n numbers in single precision; NULL: there are others. */
static float *
read_values (const VestimJsonNode *node, size_t n)
{
  const VestimJsonNode *list = vestim_json_member (node, "values");
  const VestimJsonNode *value = vestim_json_first (list);

  if (vestim_json_type (list) != VESTIM_JSON_ARRAY || vestim_json_size (list) != n)
    return NULL;

  g_autofree float *values = g_new (float, n);
  for (size_t i = 0; i < n; i++, value = vestim_json_next (value))
    {
      double number = NAN;

      if (!vestim_json_get_double (value, &number) || !isfinite ((float) number))
        return NULL;
      values[i] = (float) number;
    }
  return g_steal_pointer (&values);
}

/* `(transfer full)` the values of a tensor [rows][columns], or [rows] with `columns` 0; NULL with a
 * fault. */
static float *
read_tensor (Reader *reader, const char *place, const char *what, size_t rows, size_t columns)
{
  const size_t shape[] = { rows, columns };
  g_autofree char *name = NULL;
  const VestimJsonNode *node = find_tensor (reader, place, what, &name);
  g_autofree char *wanted =
      columns > 0 ? g_strdup_printf ("[%zu, %zu]", rows, columns) : g_strdup_printf ("[%zu]", rows);
  g_autofree char *sentence = NULL;

  if (!node)
    sentence = g_strdup_printf ("is missing: give its shape, %s, and values", wanted);
  else if (!has_shape (node, shape, columns > 0 ? 2 : 1))
    sentence = g_strdup_printf ("must have the shape %s", wanted);
  if (sentence)
    {
      fault (reader, name, sentence);
      return NULL;
    }

  float *values = read_values (node, rows * MAX (columns, 1));
  if (!values)
    fault (reader, name, "must have as many finite numbers in values as its shape says");
  return values;
}

/* Conversion */

/* A matrix of gates into our order: [gate][size][n]. With `is_turned`, theirs is [n][gate][size].
 */
static void
put_matrix (Reader *reader, const float *values, const int *places, size_t n_gates, size_t size,
            size_t n, bool is_turned)
{
  for (size_t gate = 0; gate < n_gates; gate++)
    for (size_t unit = 0; unit < size; unit++)
      for (size_t i = 0; i < n; i++)
        {
          size_t row = gate * size + unit;
          size_t from = is_turned ? i * n_gates * size + row : row * n + i;
          size_t to = ((size_t) places[gate] * size + unit) * n + i;

          reader->at[to] = values[from];
        }
  reader->at += n_gates * size * n;
}

static bool
read_matrix (Reader *reader, const char *place, const char *what, const int *places, size_t n_gates,
             size_t size, size_t n)
{
  bool is_turned = reader->layout->order == WEIGHTS_KERAS;
  size_t n_rows = n_gates * size;
  g_autofree float *values =
      read_tensor (reader, place, what, is_turned ? n : n_rows, is_turned ? n_rows : n);

  if (values)
    put_matrix (reader, values, places, n_gates, size, n, is_turned);
  return values != NULL;
}

/* The biases outside and inside the product with the reset gate. An LSTM only needs their sum; so
 * do the gates of a GRU, but its candidate has both. */
static void
put_biases (Reader *reader, const float *outer, const float *inner, const int *places,
            size_t n_gates, size_t size)
{
  bool is_gru = reader->layout->kind == VESTIM_MODEL_GRU;
  float *inside = reader->at + n_gates * size;

  for (size_t gate = 0; gate < n_gates; gate++)
    for (size_t unit = 0; unit < size; unit++)
      {
        size_t from = gate * size + unit;
        float *to = &reader->at[(size_t) places[gate] * size + unit];

        if (is_gru && gate == 2)
          {
            *to = outer[from];
            inside[unit] = inner[from];
          }
        else
          *to = outer[from] + inner[from];
      }
  reader->at += n_gates * size + (is_gru ? size : 0);
}

static bool
read_torch_biases (Reader *reader, const char *place, size_t n_gates, size_t size)
{
  g_autofree float *outer = read_tensor (reader, place, "bias_ih", n_gates * size, 0);
  g_autofree float *inner = read_tensor (reader, place, "bias_hh", n_gates * size, 0);

  if (outer && inner)
    put_biases (reader, outer, inner, same_places, n_gates, size);
  return outer && inner;
}

static bool
read_keras_biases (Reader *reader, const char *place, const int *places, size_t n_gates,
                   size_t size)
{
  size_t n = n_gates * size;
  bool is_double = reader->layout->kind == VESTIM_MODEL_GRU;
  g_autofree float *values = is_double ? read_tensor (reader, place, "bias", 2, n)
                                       : read_tensor (reader, place, "bias", n, 0);
  g_autofree float *none = g_new0 (float, n);

  if (values)
    put_biases (reader, values, is_double ? values + n : none, places, n_gates, size);
  return values != NULL;
}

/* Layers */

static bool
read_recurrent (Reader *reader, const char *place, size_t size, size_t n)
{
  bool is_keras = reader->layout->order == WEIGHTS_KERAS;
  bool is_gru = reader->layout->kind == VESTIM_MODEL_GRU;
  const int *places = is_keras && is_gru ? keras_gru_places : same_places;
  size_t n_gates = is_gru ? 3 : 4;

  return read_matrix (reader, place, is_keras ? "kernel" : "weight_ih", places, n_gates, size, n)
         && read_matrix (reader, place, is_keras ? "recurrent_kernel" : "weight_hh", places,
                         n_gates, size, size)
         && (is_keras ? read_keras_biases (reader, place, places, n_gates, size)
                      : read_torch_biases (reader, place, n_gates, size));
}

static bool
read_dense (Reader *reader, const char *place, size_t size, size_t n)
{
  bool is_keras = reader->layout->order == WEIGHTS_KERAS;
  g_autofree float *biases = NULL;

  if (!read_matrix (reader, place, is_keras ? "kernel" : "weight", same_places, 1, size, n))
    return false;
  biases = read_tensor (reader, place, "bias", size, 0);
  if (!biases)
    return false;
  memcpy (reader->at, biases, size * sizeof *biases);
  reader->at += size;
  return true;
}

static bool
read_layers (Reader *reader)
{
  const NetworkShape *shape = &reader->layout->shape;

  for (int i = 0; i < shape->n_layers; i++)
    {
      g_autofree char *place = g_strdup_printf ("layer%d", i + 1);
      size_t size = (size_t) shape->sizes[i], n = (size_t) network_layer_inputs (shape, i);

      if (!(reader->layout->kind == VESTIM_MODEL_FNN ? read_dense (reader, place, size, n)
                                                     : read_recurrent (reader, place, size, n)))
        return false;
    }
  return read_dense (reader, "head", 1, (size_t) shape->sizes[shape->n_layers - 1]);
}

/* A tensor that is not used would make another network. */
static void
refuse_others (const Reader *reader)
{
  for (const VestimJsonNode *node = vestim_json_first (reader->tensors); node;
       node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);

      if (!g_hash_table_contains (reader->used, name))
        fault (reader, name, "is no tensor of this network: check model, layers and order");
    }
}

float *
weights_tensors_read (const VestimFieldReader *fields, const WeightsLayout *layout,
                      size_t n_parameters)
{
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree float *parameters = g_new (float, n_parameters);
  Reader reader = {
    .reader = fields,
    .tensors = vestim_json_member (fields->object, MEMBER),
    .layout = layout,
    .used = used,
    .at = parameters,
  };

  if (vestim_json_type (reader.tensors) != VESTIM_JSON_OBJECT)
    {
      vestim_field_reader_fault (fields, MEMBER, "must be an object with the network's tensors");
      return NULL;
    }
  if (layout->kind == VESTIM_MODEL_GRU && layout->order == WEIGHTS_KERAS && !layout->is_reset_after)
    {
      vestim_field_reader_fault (
          fields, "reset_after",
          "is false: there the reset gate acts before the product with the recurrent weights, "
          "which a GRU of vestim-estimate cannot represent; train it with reset_after=True");
      return NULL;
    }
  if (!read_layers (&reader))
    return NULL;
  refuse_others (&reader);
  return fields->errors->len == 0 ? g_steal_pointer (&parameters) : NULL;
}
