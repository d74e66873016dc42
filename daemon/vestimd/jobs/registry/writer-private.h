/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/writer.h"

/* Stores the changes from `first` on as one transaction, or each as its own when it turns out that
 * some cannot be stored; sets the status of each. */
void writer_store_batch (Writer *writer, RegistryTransaction *first);

/* Forgets finished deletions and purges answers whose time is over. `*more`: not all of them. */
void writer_tidy (Writer *writer, const GArray *moved, bool *more);
