/* SPDX-License-Identifier: MIT */
#pragma once

/* (nullable) (transfer full) a sentence when `program` cannot be executed now, with the PATH `path`
 * (nullable) and in `folder`, or when there is no such folder. It may be different when the job
 * starts, so this is only a warning.
 */
char *program_check_dup_warning (const char *program, const char *path, const char *folder);
