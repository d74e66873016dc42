/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* The limits of a training: max_epochs, max_minutes and patience, also under their legacy names,
 * and those of a random search, tasks and minutes. They decide when it ends, but not how it goes
 * on. */

/* Whether two texts of selections, both JSON, differ in their limits at most. */
bool vestim_limits_are_the_difference (const char *a, const char *b);
