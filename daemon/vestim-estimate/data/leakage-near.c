/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/leakage-near.h"

#include "daemon/vestim-estimate/data/leakage-check.h"
#include "daemon/vestim-estimate/data/sampled-file.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Samples of two columns are put into coarse cells. The cells of BLOCK successive samples are
 * indexed for the training files, at each multiple of BLOCK, and a rolling hash over the other
 * files finds them, as in leakage-check.c. A few samples near the edge of a cell miss a block, but
 * not all of the twelve in a stretch that is long enough. What counts then is that the values
 * themselves agree. */
#define BLOCK 8
#define BLOCK_CHANGES 3 /* of the cell, so that rests are not indexed */
#define CELLS 64
#define MAX_SAME_BLOCKS 4
#define MULTIPLIER UINT64_C (0x9e3779b97f4a7c15)
#define FINE_CELLS 500 /* in which samples count as different */

typedef struct
{
  uint64_t hash;
  uint32_t file; /* from 1, twice the number, plus 1 for means; 0: free */
  uint32_t row;
} Block;

struct LeakageNear
{
  Sampling sampling;
  SampledFile *files;
  guint n_files;
  Block *blocks; /* open addressing */
  size_t mask;
};

/* Cells */

/* The cells of all samples of a sequence. */
static void
find_cells (const LeakageNear *near, const SampledFile *file, bool is_mean, size_t phase, size_t n,
            uint32_t *cells)
{
  for (size_t i = 0; i < n; i++)
    {
      const SamplePlace place = { file, is_mean, phase + i * file->stride };

      cells[i] = sample_cell (&near->sampling, &place, CELLS);
    }
}

static uint64_t
hash_cell (uint32_t cell)
{
  uint64_t hash = (cell + 1) * MULTIPLIER;

  return hash ^ (hash >> 29);
}

static uint64_t
hash_block (const uint32_t *cells)
{
  uint64_t hash = 0;

  for (int i = 0; i < BLOCK; i++)
    hash = hash * MULTIPLIER + hash_cell (cells[i]);
  return hash;
}

static bool
changes_enough (const uint32_t *cells)
{
  int n = 0;

  for (int i = 1; i < BLOCK; i++)
    n += cells[i] != cells[i - 1];
  return n >= BLOCK_CHANGES;
}

/* Index */

static size_t
slot_of (const LeakageNear *near, uint64_t hash)
{
  return (size_t) (hash >> 20) & near->mask;
}

static void
add_block (LeakageNear *near, uint64_t hash, uint32_t file, size_t row)
{
  size_t slot = slot_of (near, hash);
  int n_same = 0;

  for (; near->blocks[slot].file; slot = (slot + 1) & near->mask)
    if (near->blocks[slot].hash == hash && ++n_same == MAX_SAME_BLOCKS)
      return;
  near->blocks[slot] = (Block){ .hash = hash, .file = file, .row = (uint32_t) row };
}

static void
add_sequences (LeakageNear *near, guint index, bool is_mean)
{
  const SampledFile *file = &near->files[index];
  g_autofree uint32_t *cells = g_new (uint32_t, file->series->n_rows);

  for (size_t phase = 0; phase < file->stride; phase++)
    {
      size_t n = sampled_file_n_samples (file, is_mean, phase);

      find_cells (near, file, is_mean, phase, n, cells);
      for (size_t i = 0; i + BLOCK <= n; i += BLOCK)
        if (changes_enough (cells + i))
          add_block (near, hash_block (cells + i), 2 * (index + 1) + is_mean,
                     phase + i * file->stride);
    }
}

LeakageNear *
leakage_near_new (const Dataset *train, char *const *columns, const char *target, double period)
{
  LeakageNear *near = g_new0 (LeakageNear, 1);
  size_t capacity = 64;

  if (!sampling_init (&near->sampling, train, columns, target, period))
    {
      g_free (near);
      return NULL;
    }

  near->n_files = train->series->len;
  near->files = g_new0 (SampledFile, near->n_files);
  for (guint i = 0; i < near->n_files; i++)
    sampled_file_init (&near->files[i], &near->sampling, train->series->pdata[i]);

  /* Blocks of rows and of means. */
  while (capacity < 4 * ((size_t) train->n_rows / BLOCK + 1))
    capacity *= 2;
  near->blocks = g_new0 (Block, capacity);
  near->mask = capacity - 1;
  for (guint i = 0; i < near->n_files; i++)
    {
      add_sequences (near, i, false);
      if (near->files[i].stride > 1)
        add_sequences (near, i, true);
    }
  return near;
}

void
leakage_near_free (LeakageNear *near)
{
  if (!near)
    return;

  for (guint i = 0; i < near->n_files; i++)
    sampled_file_deinit (&near->files[i]);
  g_free (near->files);
  g_free (near->blocks);
  g_free (near);
}

/* Search */

typedef struct
{
  size_t before, after; /* samples that agree, from the place on */
} Stretch;

/* How far two sequences agree around these places. */
static Stretch
extend (const LeakageNear *near, SamplePlace here, SamplePlace there)
{
  const SamplePlace start = here, start_there = there;
  size_t n = MIN (sampled_file_n_samples (here.file, here.is_mean, here.row),
                  sampled_file_n_samples (there.file, there.is_mean, there.row));
  Stretch stretch = { 0 };

  while (stretch.after < n && samples_agree (&near->sampling, &here, &there))
    {
      stretch.after++;
      here.row += here.file->stride;
      there.row += there.file->stride;
    }
  here = start;
  there = start_there;
  while (here.row >= here.file->stride && there.row >= there.file->stride)
    {
      here.row -= here.file->stride;
      there.row -= there.file->stride;
      if (!samples_agree (&near->sampling, &here, &there))
        break;
      stretch.before++;
    }
  return stretch;
}

/* Samples of a rest agree by nature: enough of them must be different. */
static bool
is_evidence (const LeakageNear *near, SamplePlace here, const Stretch *stretch)
{
  size_t n = stretch->before + stretch->after;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);

  if (n < LEAKAGE_ROWS)
    return false;

  here.row -= stretch->before * here.file->stride;
  for (size_t i = 0; i < n && g_hash_table_size (seen) < LEAKAGE_DISTINCT_ROWS; i++)
    {
      g_hash_table_add (seen, GUINT_TO_POINTER (sample_cell (&near->sampling, &here, FINE_CELLS)));
      here.row += here.file->stride;
    }
  return g_hash_table_size (seen) >= LEAKAGE_DISTINCT_ROWS;
}

/* The longest stretch of all places with this block; `*source` is where it is in training. */
static Stretch
find_longest (const LeakageNear *near, const SamplePlace *here, uint64_t hash, SamplePlace *source)
{
  Stretch longest = { 0 };

  for (size_t slot = slot_of (near, hash); near->blocks[slot].file; slot = (slot + 1) & near->mask)
    {
      const Block *block = &near->blocks[slot];
      const SamplePlace there = { &near->files[block->file / 2 - 1], block->file % 2, block->row };

      if (block->hash != hash)
        continue;

      Stretch stretch = extend (near, *here, there);
      if (stretch.before + stretch.after > longest.before + longest.after)
        {
          longest = stretch;
          *source = there;
        }
    }
  return longest;
}

/* MULTIPLIER to the power of BLOCK: the factor of the sample that leaves a block. */
static uint64_t
leaving_factor (void)
{
  uint64_t factor = 1;

  for (int i = 0; i < BLOCK; i++)
    factor *= MULTIPLIER;
  return factor;
}

static bool
find_in_sequence (const LeakageNear *near, const SampledFile *file, bool is_mean, size_t phase,
                  uint32_t *cells, LeakageNearMatch *match)
{
  const uint64_t factor = leaving_factor ();
  size_t n = sampled_file_n_samples (file, is_mean, phase), i = 0;

  find_cells (near, file, is_mean, phase, n, cells);
  uint64_t hash = n >= BLOCK ? hash_block (cells) : 0;
  while (i + BLOCK <= n)
    {
      const SamplePlace here = { file, is_mean, phase + i * file->stride };
      SamplePlace source = { 0 };
      Stretch stretch = find_longest (near, &here, hash, &source);
      size_t length = stretch.before + stretch.after;

      if (is_evidence (near, here, &stretch))
        {
          *match = (LeakageNearMatch){
            .n_rows = length * file->stride,
            .row = here.row - stretch.before * file->stride,
            .source = source.file->series,
            .source_row = source.row - stretch.before * source.file->stride,
          };
          return true;
        }

      /* Continue after the stretch, so that no sample is checked often. */
      if (stretch.after >= BLOCK)
        {
          i += stretch.after;
          hash = i + BLOCK <= n ? hash_block (cells + i) : 0;
          continue;
        }
      if (i + BLOCK < n)
        hash = hash * MULTIPLIER + hash_cell (cells[i + BLOCK]) - factor * hash_cell (cells[i]);
      i++;
    }
  return false;
}

LeakageNearMatch
leakage_near_find (const LeakageNear *near, const Series *series)
{
  LeakageNearMatch match = { 0 };
  SampledFile file;
  bool is_found = false;

  sampled_file_init (&file, &near->sampling, series);
  g_autofree uint32_t *cells = g_new (uint32_t, series->n_rows);
  for (size_t phase = 0; phase < file.stride && !is_found; phase++)
    is_found = find_in_sequence (near, &file, false, phase, cells, &match)
               || (file.stride > 1 && find_in_sequence (near, &file, true, phase, cells, &match));
  sampled_file_deinit (&file);
  return match;
}
