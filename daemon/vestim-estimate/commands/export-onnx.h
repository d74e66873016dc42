/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/commands/export-c.h"

/* Writes the model as an ONNX file, by the members model, task and output of the options. Returns
 * the program's exit code. */
int export_onnx (const ExportOptions *options);
