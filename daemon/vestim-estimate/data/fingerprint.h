/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* 64 bits that identify settings and data, so that a checkpoint or result of other settings or data
 * is never used. They protect from accidents, not from forgery. */

#define FINGERPRINT_START UINT64_C (0xcbf29ce484222325)

/* The fingerprint of what `before` stands for, followed by these bytes. */
uint64_t fingerprint_bytes (uint64_t before, const void *data, size_t length);

/* The same, followed by the paths and the rows of scaled files. */
uint64_t fingerprint_dataset (uint64_t before, const Dataset *dataset);
