/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/results/model-file.h"

/* `(transfer full)` the model as an ONNX file; docs/estimation.md describes its inputs, outputs and
 * facts. */
GByteArray *onnx_model_pack (const Model *model);
