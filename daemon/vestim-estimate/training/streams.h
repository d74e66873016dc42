/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/base/random.h"
#include "daemon/vestim-estimate/data/dataset.h"
#include "daemon/vestim-estimate/network/network.h"

/* The streams of stateful training: stretches of the training files that the network follows side
 * by side. A stream has up to STREAM_CHUNKS chunks; then another place is drawn for it. */
typedef struct Streams Streams;

#define STREAM_CHUNKS 20

/* For `n` streams. Network and dataset must outlive them. `(transfer full)` */
Streams *streams_new (Network *network, const Dataset *dataset, int n);
void streams_free (Streams *streams);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Streams, streams_free)

/* Ends all streams, so that what follows depends on the random numbers alone. */
void streams_restart (Streams *streams);

/* The next chunk of each stream. Where a stream has ended it draws another one and brings its state
 * to where it starts: with the rows before that place, and the file's first row in front of them,
 * as a window does. `(transfer none)` until the next call. */
const NetworkChunk *streams_next (Streams *streams, Random *random, const float *parameters);

/* The rows of a chunk: the lookback. */
int streams_chunk_rows (const Streams *streams);

/* The states at the start of the chunks; to be replaced by those after them. */
float *streams_states (Streams *streams);
