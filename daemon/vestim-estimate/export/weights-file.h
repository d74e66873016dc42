/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim-estimate/results/model-file.h"

/* `(transfer full)` a model from a file of weights of another program; docs/estimation.md describes
 * it. NULL with `error`, a sentence that names the file and the first faulty member. */
Model *weights_file_read (const char *path, GError **error);

/* The same for the text of such a file; `path` is for messages only. */
Model *weights_file_parse (const char *path, const char *text, size_t length, GError **error);
