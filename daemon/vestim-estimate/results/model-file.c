/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/model-file.h"

#include "common/estimation/vestim-hyperparameters.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/packing.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/base/sha256.h"
#include "daemon/vestim-estimate/results/error-unit.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Magic, format version, length of the header, header, parameters, SHA-256 of all bytes before. The
 * line ends in the magic reveal a transfer in text mode. */
#define MAGIC "VESTIM\r\n"
#define MAGIC_LENGTH 8
#define FORMAT_VERSION 1
#define PREFIX_LENGTH (MAGIC_LENGTH + 8)
#define MAX_FILE_LENGTH (512 * 1024 * 1024)

/* Writing */

static void
append_u32 (GByteArray *bytes, uint32_t value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const guint8 *) &value, sizeof value);
}

static void
append_range (GString *json, const char *name, const ScalingRange *range, const char *unit)
{
  g_string_append (json, "{\"name\": ");
  vestim_json_append_string (json, name);
  g_string_append (json, ", \"min\": ");
  vestim_json_append_double (json, range->min);
  g_string_append (json, ", \"max\": ");
  vestim_json_append_double (json, range->max);
  g_string_append (json, ", \"unit\": ");
  vestim_json_append_string (json, unit);
  g_string_append_c (json, '}');
}

static void
append_data (GString *json, const Model *model)
{
  if (model->period_s > 0)
    {
      g_string_append (json, ", \"period_s\": ");
      vestim_json_append_double (json, model->period_s);
    }
  if (model->current_sign != VESTIM_SIGN_AS_WRITTEN)
    g_string_append_printf (json, ", \"current_sign\": \"%s\"",
                            vestim_setting_word ("current_sign", (int) model->current_sign));
  g_string_append (json, ", \"data\": {");
  if (model->data)
    vestim_data_settings_append_members (json, model->data, "");
  g_string_append_c (json, '}');
}

static void
append_tensors (GString *json, const GArray *tensors)
{
  g_string_append (json, "\"tensors\": [");
  for (guint i = 0; i < tensors->len; i++)
    {
      const NetworkTensor *tensor = &g_array_index (tensors, NetworkTensor, i);

      g_string_append_printf (json, "%s{\"name\": \"%s\", \"rows\": %d, \"columns\": %d}",
                              i ? ", " : "", tensor->name, tensor->n_rows, tensor->n_columns);
    }
  g_string_append_c (json, ']');
}

static GString *
format_header (const Model *model, const Network *network)
{
  GString *json = g_string_new ("{\"model\": ");

  g_string_append_printf (json, "\"%s\", \"layers\": [",
                          vestim_setting_word ("model", (int) model->kind));
  for (int i = 0; i < model->shape.n_layers; i++)
    g_string_append_printf (json, "%s%d", i ? ", " : "", model->shape.sizes[i]);
  g_string_append_printf (json, "], \"lookback\": %d, ", model->shape.lookback);
  if (!model->is_of_version_0_1)
    g_string_append_printf (json, "\"training\": \"%s\", ",
                            vestim_setting_word ("training", (int) model->training));
  g_string_append_printf (json, "\"test_mode\": \"%s\", \"inputs\": [",
                          vestim_setting_word ("test_mode", (int) model->test_mode));
  for (int i = 0; i < model->shape.n_inputs; i++)
    {
      g_string_append (json, i ? ", " : "");
      append_range (json, model->inputs[i], &model->scaling->inputs[i],
                    model->units ? model->units[i] : NULL);
    }
  g_string_append (json, "], \"target\": ");
  append_range (json, model->target, &model->scaling->target, model->target_unit);
  append_data (json, model);
  if (model->preprocessing)
    vestim_preprocessing_append_members (json, model->preprocessing);
  g_string_append_printf (
      json, ", \"seed\": %" PRIu64 ", \"epoch\": %d, \"val_rmse\": ", model->seed, model->epoch);
  vestim_json_append_double (json, model->val_rmse);
  g_string_append_printf (json, ", \"kernel\": \"%s\", \"version\": \"%s\", ",
                          network_kernel_name (network), VESTIM_VERSION);
  append_tensors (json, network_tensors (network));
  g_string_append_c (json, '}');
  return json;
}

GByteArray *
model_file_pack (const Model *model, const Network *network)
{
  GByteArray *bytes = g_byte_array_new ();
  GString *header = format_header (model, network);
  guint8 digest[PACK_CHECKSUM_LENGTH];

  /* The parameters then begin at a multiple of their size. */
  while (header->len % 4 != 0)
    g_string_append_c (header, ' ');

  g_byte_array_append (bytes, (const guint8 *) MAGIC, MAGIC_LENGTH);
  append_u32 (bytes, FORMAT_VERSION);
  append_u32 (bytes, (uint32_t) header->len);
  g_byte_array_append (bytes, (const guint8 *) header->str, (guint) header->len);
  for (size_t i = 0; i < model->n_parameters; i++)
    {
      uint32_t bits = 0;

      memcpy (&bits, &model->parameters[i], sizeof bits);
      append_u32 (bytes, bits);
    }
  pack_checksum (bytes->data, bytes->len, digest);
  g_byte_array_append (bytes, digest, sizeof digest);

  g_string_free (header, TRUE);
  return bytes;
}

bool
model_file_write (const Model *model, const Network *network, const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = model_file_pack (model, network);

  return output_file_write (path, bytes->data, bytes->len, error);
}

/* Reading: the checksum is verified first. All bounds are checked too, because a wrong file may
 * have a right checksum. */

static uint32_t
read_u32 (const guint8 *at)
{
  uint32_t value = 0;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_LE (value);
}

static bool
read_int (const VestimJsonNode *object, const char *name, int min, int max, int *value)
{
  int64_t read = 0;

  if (!vestim_json_get_int64 (vestim_json_member (object, name), &read) || read < min || read > max)
    return false;
  *value = (int) read;
  return true;
}

/* Takes over the name, the range and the unit. */
static char *
read_range (const VestimJsonNode *node, ScalingRange *range, char **unit)
{
  *unit = vestim_json_dup_string (vestim_json_member (node, "unit"));
  if (!vestim_json_get_double (vestim_json_member (node, "min"), &range->min)
      || !vestim_json_get_double (vestim_json_member (node, "max"), &range->max)
      || !isfinite (scaling_width (range)) || scaling_width (range) < 0)
    return NULL;
  return vestim_json_dup_string (vestim_json_member (node, "name"));
}

/* The header has the settings that a user of the model needs. Models of earlier versions have no
 * training or no test mode: they were trained, and tested, windowed. */
static bool
read_settings (const VestimJsonNode *header, Model *model)
{
  static const char *const needed[] = { "model", "layers", "lookback", "seed" };
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  const VestimFieldReader reader = { .object = header, .prefix = "", .errors = errors };
  VestimHyperparameters settings;

  for (size_t i = 0; i < G_N_ELEMENTS (needed); i++)
    if (!vestim_json_member (header, needed[i]))
      return false;

  vestim_hyperparameters_init (&settings);
  settings.training = VESTIM_TRAINING_WINDOWED;
  vestim_hyperparameters_read (&reader, &settings);
  if (errors->len > 0
      || vestim_hyperparameters_n_units (&settings) * settings.lookback > VESTIM_MAX_UNIT_ROWS)
    return false;

  vestim_hyperparameters_resolve (&settings);
  model->kind = settings.model;
  model->shape.n_layers = settings.layers.n;
  model->shape.sizes = g_memdup2 (settings.layers.sizes, sizeof settings.layers.sizes);
  model->shape.lookback = settings.lookback;
  model->training = settings.training;
  model->is_of_version_0_1 = !vestim_json_member (header, "training");
  model->test_mode = settings.test_mode;
  model->seed = settings.seed;
  return true;
}

static bool
read_columns (const VestimJsonNode *header, Model *model)
{
  const VestimJsonNode *inputs = vestim_json_member (header, "inputs");
  const VestimJsonNode *node = vestim_json_first (inputs);

  if (vestim_json_size (inputs) < 1 || vestim_json_size (inputs) > VESTIM_MAX_INPUTS)
    return false;

  model->shape.n_inputs = (int) vestim_json_size (inputs);
  model->scaling = g_new0 (Scaling, 1);
  model->scaling->n_inputs = model->shape.n_inputs;
  model->scaling->inputs = g_new0 (ScalingRange, model->shape.n_inputs);
  model->inputs = g_new0 (char *, model->shape.n_inputs + 1);
  model->units = g_new0 (char *, model->shape.n_inputs);
  for (int i = 0; i < model->shape.n_inputs; i++, node = vestim_json_next (node))
    {
      model->inputs[i] = read_range (node, &model->scaling->inputs[i], &model->units[i]);
      if (!model->inputs[i])
        return false;
    }
  model->target = read_range (vestim_json_member (header, "target"), &model->scaling->target,
                              &model->target_unit);
  return model->target != NULL;
}

/* Models of version 0.1 do not say how they resample: by points. */
static bool
read_preprocessing (const VestimJsonNode *header, Model *model)
{
  const VestimJsonNode *node = vestim_json_member (header, "preprocessing");
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  const VestimFieldReader reader = { .object = header, .prefix = "", .errors = errors };

  model->preprocessing = vestim_preprocessing_read (&reader, model->inputs, model->target);
  if (model->preprocessing && !vestim_json_member (node, "resample"))
    model->preprocessing->resample = VESTIM_RESAMPLE_POINT;
  return errors->len == 0;
}

/* Models of earlier versions have none of these. */
static bool
read_data (const VestimJsonNode *header, Model *model)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  const VestimFieldReader reader = { .object = vestim_json_member (header, "data"),
                                     .prefix = "data",
                                     .errors = errors };
  const VestimFieldReader outer = { .object = header, .prefix = "", .errors = errors };
  const VestimJsonNode *period = vestim_json_member (header, "period_s");

  model->data = vestim_data_settings_new ();
  vestim_data_settings_read (&reader, model->data);
  model->data->encoding = VESTIM_ENCODING_FOUND; /* that of the training files */
  vestim_setting_read (vestim_setting_find ("current_sign"), &outer, &model->current_sign);
  return errors->len == 0
         && (!period || (vestim_json_get_double (period, &model->period_s) && model->period_s > 0));
}

/* An imported model has none: null. */
static bool
read_val_rmse (const VestimJsonNode *header, Model *model)
{
  const VestimJsonNode *node = vestim_json_member (header, "val_rmse");

  model->val_rmse = NAN;
  return vestim_json_get_double (node, &model->val_rmse)
         || (node && vestim_json_type (node) == VESTIM_JSON_NULL);
}

static bool
read_header (const VestimJsonNode *header, Model *model)
{
  return read_settings (header, model) && read_columns (header, model)
         && read_preprocessing (header, model) && read_data (header, model)
         && read_int (header, "epoch", 0, G_MAXINT, &model->epoch) && read_val_rmse (header, model);
}

static bool
read_parameters (const guint8 *data, size_t length, Model *model)
{
  g_autoptr (Network) network = network_new (model->kind, &model->shape);

  model->n_parameters = network_n_parameters (network);
  if (length != model->n_parameters * sizeof (float))
    return false;

  model->parameters = g_new (float, model->n_parameters);
  for (size_t i = 0; i < model->n_parameters; i++)
    {
      uint32_t bits = read_u32 (data + i * sizeof bits);

      memcpy (&model->parameters[i], &bits, sizeof bits);
      if (!isfinite (model->parameters[i]))
        return false;
    }
  return true;
}

/* The error of the frame; NULL: none. */
static const char *
fault_of_frame (const guint8 *data, size_t length)
{
  guint8 digest[PACK_CHECKSUM_LENGTH];

  if (length < MAGIC_LENGTH || memcmp (data, MAGIC, MAGIC_LENGTH) != 0)
    return "is not a model of vestim-estimate";
  if (length < PREFIX_LENGTH + PACK_CHECKSUM_LENGTH)
    return "is incomplete; train it again or restore it from a copy";
  if (read_u32 (data + MAGIC_LENGTH) != FORMAT_VERSION)
    return "has a format that this version does not know; use a later version of vestim-estimate";

  pack_checksum (data, length - PACK_CHECKSUM_LENGTH, digest);
  if (memcmp (digest, data + length - PACK_CHECKSUM_LENGTH, PACK_CHECKSUM_LENGTH) != 0
      || read_u32 (data + MAGIC_LENGTH + 4) > length - PREFIX_LENGTH - PACK_CHECKSUM_LENGTH)
    return "is damaged (its checksum is wrong); train it again or restore it from a copy";
  return NULL;
}

/* The model in the frame; NULL when the content is not a model. */
static Model *
read_content (const guint8 *data, size_t length)
{
  size_t header_length = read_u32 (data + MAGIC_LENGTH + 4);
  const guint8 *parameters = data + PREFIX_LENGTH + header_length;
  size_t parameters_length = length - PREFIX_LENGTH - header_length - PACK_CHECKSUM_LENGTH;
  g_autoptr (VestimJsonDoc) header =
      vestim_json_parse ((const char *) data + PREFIX_LENGTH, header_length, NULL);
  g_autoptr (Model) model = g_new0 (Model, 1);

  if (!header || !read_header (vestim_json_root (header), model)
      || !read_parameters (parameters, parameters_length, model))
    return NULL;
  return g_steal_pointer (&model);
}

char *
model_file_dup_digest (const char *path, GError **error)
{
  size_t length = 0;
  g_autofree char *data = regular_file_read (path, MAX_FILE_LENGTH, &length, error);
  g_autoptr (Sha256) sum = sha256_new ();

  if (!data)
    return NULL;

  sha256_update (sum, data, length);
  return sha256_dup_hex (sum);
}

Model *
model_file_read (const char *path, GError **error)
{
  size_t length = 0;
  g_autofree char *text = regular_file_read (path, MAX_FILE_LENGTH, &length, error);
  const guint8 *data = (const guint8 *) text;

  if (!text)
    return NULL;

  const char *fault = fault_of_frame (data, length);
  Model *model = fault ? NULL : read_content (data, length);

  if (!model)
    failure_set (error, "%s %s", path,
                 fault ? fault : "does not describe a model that this version knows");
  return model;
}

const char *
model_shown_unit (const Model *model)
{
  return error_unit_find (model->target_unit, model->target, &model->scaling->target);
}

void
model_free (Model *model)
{
  if (!model)
    return;

  for (int i = 0; model->units && i < model->shape.n_inputs; i++)
    g_free (model->units[i]);
  g_free (model->units);
  g_free (model->target_unit);
  vestim_data_settings_free (model->data);
  g_free ((int *) model->shape.sizes);
  g_strfreev (model->inputs);
  g_free (model->target);
  vestim_preprocessing_free (model->preprocessing);
  scaling_free (model->scaling);
  g_free (model->parameters);
  g_free (model);
}
