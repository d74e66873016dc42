/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes the model of the best task of a completed job as a C header for a microcontroller to
 * `output` (by rename), or to standard output when that is NULL, and says what it costs there.
 * Returns the program's exit code. */
int export_c (const char *job_folder, const char *output);
