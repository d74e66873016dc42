/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes the model of a completed job's best task as a C header for a microcontroller to `output`
 * (by rename), or to standard output when `output` is NULL. Prints the memory and the operations
 * that a step needs. Returns the program's exit code. */
int export_c (const char *job_folder, const char *output);
