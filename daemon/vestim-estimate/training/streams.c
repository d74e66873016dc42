/* SPDX-License-Identifier: MIT */

/* A place is drawn evenly from the rows of all files and from STREAM_CHUNKS - 1 chunks in front of
 * each, then moved into the file. So rows at the start and at the end of a file, where the cell is
 * full and empty, are as frequent as others. A file shorter than a stream is one stream, with its
 * first row repeated in front up to whole chunks. */

#include "daemon/vestim-estimate/training/streams.h"

#include <string.h>

/* Rows without a cut. */
typedef struct
{
  const Series *series;
  size_t first;
  size_t n_rows;
} Stretch;

typedef struct
{
  const Stretch *stretch;
  int64_t next; /* first row of the next chunk, of the stretch; below 0, the first row is repeated
                   in front */
  int n_left;   /* chunks; 0: another place is to be drawn */
} Stream;

struct Streams
{
  Network *network;
  GArray *stretches; /* Stretch */
  int n;
  int chunk_rows;
  double total_weight; /* of the stretches */
  size_t n_state;
  bool are_new; /* all start together: their lengths differ, so that they don't end together */
  Stream *streams;
  float *states;
  NetworkChunk *chunks;

  /* Of those that are drawn together. */
  int *drawn; /* their numbers */
  NetworkChunk *warm_ups;
  float *warm_states;
};

static int64_t
stream_rows (const Streams *streams)
{
  return (int64_t) STREAM_CHUNKS * streams->chunk_rows;
}

/* By length, but a short file as if it had the length of a stream: it gives so few rows each time.
 */
static double
weight_of (const Streams *streams, const Stretch *stretch)
{
  return (double) MAX ((int64_t) stretch->n_rows, stream_rows (streams));
}

static void
add_stretches (Streams *streams, const Series *series)
{
  for (guint i = 0; i < series_n_segments (series); i++)
    {
      size_t first = series_segment_begin (series, i);
      const Stretch stretch = { series, first, series_segment_end (series, i) - first };

      g_array_append_val (streams->stretches, stretch);
      streams->total_weight += weight_of (streams, &stretch);
    }
}

Streams *
streams_new (Network *network, const Dataset *dataset, int n)
{
  Streams *streams = g_new0 (Streams, 1);
  size_t n_states = (size_t) n * network_n_state (network);

  streams->network = network;
  streams->stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  streams->n = n;
  streams->chunk_rows = network_shape (network)->lookback;
  streams->n_state = network_n_state (network);
  streams->streams = g_new0 (Stream, n);
  streams->states = g_new0 (float, n_states);
  streams->chunks = g_new0 (NetworkChunk, n);
  streams->drawn = g_new0 (int, n);
  streams->warm_ups = g_new0 (NetworkChunk, n);
  streams->warm_states = g_new0 (float, n_states);
  for (guint i = 0; i < dataset->series->len; i++)
    add_stretches (streams, dataset->series->pdata[i]);
  streams_restart (streams);
  return streams;
}

void
streams_free (Streams *streams)
{
  if (!streams)
    return;

  g_array_unref (streams->stretches);
  g_free (streams->streams);
  g_free (streams->states);
  g_free (streams->chunks);
  g_free (streams->drawn);
  g_free (streams->warm_ups);
  g_free (streams->warm_states);
  g_free (streams);
}

void
streams_restart (Streams *streams)
{
  for (int i = 0; i < streams->n; i++)
    streams->streams[i].n_left = 0;
  streams->are_new = true;
}

int
streams_chunk_rows (const Streams *streams)
{
  return streams->chunk_rows;
}

float *
streams_states (Streams *streams)
{
  return streams->states;
}

static const Stretch *
draw_stretch (const Streams *streams, Random *random)
{
  double at = random_uniform (random) * streams->total_weight;
  guint i = 0;

  for (; i < streams->stretches->len - 1; i++)
    {
      at -= weight_of (streams, &g_array_index (streams->stretches, Stretch, i));
      if (at < 0)
        break;
    }
  return &g_array_index (streams->stretches, Stretch, i);
}

static void
draw (const Streams *streams, Random *random, Stream *stream)
{
  int64_t chunk = streams->chunk_rows, whole = stream_rows (streams);
  const Stretch *stretch = draw_stretch (streams, random);
  int64_t n_rows = (int64_t) stretch->n_rows;
  uint32_t places = (uint32_t) (n_rows + whole - chunk);
  int64_t first = (int64_t) random_below (random, places) - (whole - chunk);

  if (n_rows < whole)
    first = -((chunk - n_rows % chunk) % chunk);
  else
    first = CLAMP (first, 0, n_rows - whole);
  stream->stretch = stretch;
  stream->next = first;
  stream->n_left = (int) ((MIN (n_rows, first + whole) - first) / chunk);
  if (streams->are_new)
    stream->n_left = 1 + (int) random_below (random, (uint32_t) stream->n_left);
}

static NetworkWindow
warm_up_window (const Stream *stream, int n_rows)
{
  const Stretch *stretch = stream->stretch;
  const Series *series = stretch->series;

  if (stream->next > 0)
    return series_window (series, stretch->first + (size_t) stream->next - 1, n_rows);
  return (NetworkWindow){
    .rows = series->scaled_inputs + stretch->first * (size_t) series->n_inputs,
    .repeats = n_rows,
  };
}

static void
warm_up (Streams *streams, int n_drawn, const float *parameters)
{
  int n_rows = streams->chunk_rows - 1;
  size_t size = streams->n_state * sizeof (float);

  memset (streams->warm_states, 0, (size_t) n_drawn * size);
  for (int i = 0; i < n_drawn; i++)
    streams->warm_ups[i].window = warm_up_window (&streams->streams[streams->drawn[i]], n_rows);
  if (n_drawn > 0 && n_rows > 0)
    network_run_streams (streams->network, parameters, streams->warm_ups, n_drawn, n_rows,
                         streams->warm_states, NULL);
  for (int i = 0; i < n_drawn; i++)
    memcpy (streams->states + (size_t) streams->drawn[i] * streams->n_state,
            streams->warm_states + (size_t) i * streams->n_state, size);
}

static NetworkChunk
take_chunk (Stream *stream, int n_rows)
{
  const Series *series = stream->stretch->series;
  size_t skipped = (size_t) MAX (stream->next, 0), row = stream->stretch->first + skipped;
  int repeats = (int) ((int64_t) skipped - stream->next);

  stream->next += n_rows;
  stream->n_left--;
  return (NetworkChunk){
    .window = { series->scaled_inputs + row * (size_t) series->n_inputs, repeats },
    .targets = series->scaled_target + row,
    .n_uncounted = repeats,
  };
}

const NetworkChunk *
streams_next (Streams *streams, Random *random, const float *parameters)
{
  int n_drawn = 0;

  for (int i = 0; i < streams->n; i++)
    if (streams->streams[i].n_left == 0)
      {
        draw (streams, random, &streams->streams[i]);
        streams->drawn[n_drawn++] = i;
      }
  streams->are_new = false;
  warm_up (streams, n_drawn, parameters);

  for (int i = 0; i < streams->n; i++)
    streams->chunks[i] = take_chunk (&streams->streams[i], streams->chunk_rows);
  return streams->chunks;
}
