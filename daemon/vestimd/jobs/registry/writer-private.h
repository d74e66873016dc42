/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/writer.h"

/* Stores the changes from `first` on as one transaction, or each as its own when it turns out that
 * some cannot be stored; sets the status of each. */
void writer_store_batch (Writer *writer, RegistryTransaction *first);

/* Whether what is committed is in the files that the next start will find. Files that were removed
 * or replaced are written anew first. Logged when it is not. */
bool writer_is_sound (Writer *writer);

/* Forgets finished deletions and purges answers whose time is over. `*more`: not all of them. */
void writer_tidy (Writer *writer, const GArray *moved, bool *more);
