/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "daemon/vestim-estimate/data/dataset.h"

/* 64 bits that tell settings and data apart, so that no checkpoint or result is taken for that of
 * others. Against accidents, not against forgers: it need not be slow. */

#define FINGERPRINT_START UINT64_C (0xcbf29ce484222325)

/* What `before` stands for, followed by these bytes. */
uint64_t fingerprint_bytes (uint64_t before, const void *data, size_t length);

/* Followed by the paths and the rows of scaled files. */
uint64_t fingerprint_dataset (uint64_t before, const Dataset *dataset);
