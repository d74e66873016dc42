/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* Blocking. Whether an estimation left something in its job folder that its next attempt can go on
 * from: the checkpoint or the summary of a task. */
bool leftover_exists (const char *folder);
