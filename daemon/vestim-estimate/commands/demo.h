/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Writes a small set of simulated drive cycles with train, val and test, a README.txt and a
 * job.json into `folder`, which must be empty or not there yet. False with `error`. */
bool demo_write (const char *folder, GError **error);
