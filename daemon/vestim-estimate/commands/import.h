/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes the model of a file of weights to `output`. Returns the program's exit code. */
int import_weights (const char *path, const char *output);
