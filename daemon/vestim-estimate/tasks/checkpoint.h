/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The state of a task's training, in two files of its folder: the last checkpoint, and the one
 * before it, which is used when the last one is damaged. docs/estimation.md describes them. */

#define CHECKPOINTS_KEPT 2

/* When it returns true, the state and the one before it are on the disk. A complete checkpoint
 * exists at every moment. The fingerprint is of settings and data. False with `error`. */
bool checkpoint_write (const char *folder, uint64_t fingerprint, const GByteArray *state,
                       GError **error);

/* `(transfer full)` the state of the checkpoint of this age: 0 is the last one, 1 the one before
 * it. NULL when it is missing. NULL with `error`, a sentence for the log, when it is damaged or
 * belongs to other settings or files. */
GByteArray *checkpoint_read (const char *folder, int age, uint64_t fingerprint, GError **error);

void checkpoint_remove (const char *folder);

/* All but the last one. */
void checkpoint_remove_old (const char *folder);
