/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes an HTML page about the job in the folder to `output` (NULL: standard output). Returns the
 * program's exit code. */
int report_page (const char *job_folder, const char *output);
