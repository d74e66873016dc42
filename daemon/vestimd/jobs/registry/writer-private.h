/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/writer.h"

/* Commits the transactions from `first` on together, or each alone if some cannot be stored. Sets
 * the status of each. */
void writer_store_batch (Writer *writer, RegistryTransaction *first);

/* Forgets finished deletions and purges expired keys. `*more`: some are left. */
void writer_tidy (Writer *writer, const GArray *moved, bool *more);
