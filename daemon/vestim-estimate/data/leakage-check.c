/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/leakage-check.h"

#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/data/leakage-near.h"
#include "daemon/vestim-estimate/data/sampled-file.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Rows are compared by a hash of their numbers. Each block of BLOCK_ROWS rows of the training files
 * that begins at a multiple of BLOCK_ROWS is indexed. A rolling hash over the other files' rows
 * finds such a block at any place. So every shared stretch of at least 2 * BLOCK_ROWS - 1 rows
 * contains a block that is found, whatever its shift. The match is then extended as far as the rows
 * agree. Rows of a resting cell may agree by nature, so blocks with few different rows are not
 * indexed. */
#define BLOCK_ROWS 32
#define BLOCK_DISTINCT_ROWS 8
#define MAX_SAME_BLOCKS \
  4                 /* with the same hash: a file that repeats itself must not make this slow */
#define MAX_NAMED 3 /* pairs of files that the message names */
#define SAME_PERIOD 0.05
#define MAX_PERIODS 3
#define MULTIPLIER UINT64_C (0x9e3779b97f4a7c15)

typedef struct
{
  const Series *series;
  uint64_t *rows; /* a hash of each */
} Hashed;

typedef struct
{
  uint64_t hash;
  uint32_t file; /* of the training set, from 1; 0: free */
  uint32_t row;
} Block;

typedef struct
{
  Hashed *files;
  guint n_files;
  Block *blocks; /* open addressing */
  size_t mask;
} Index;

typedef struct
{
  size_t begin, length; /* rows of the file that is checked */
  uint32_t file, row;   /* where they are in training */
} Match;

/* Hashes */

static uint64_t
mix (uint64_t hash, double value)
{
  /* Single precision keeps all digits of a measurement, whatever other digits a file format kept.
   */
  float single = (float) value + 0.0f;
  uint32_t bits = 0;

  memcpy (&bits, &single, sizeof bits);
  hash = (hash ^ bits) * MULTIPLIER;
  return hash ^ (hash >> 29);
}

static void
hash_rows (Hashed *hashed, const Series *series)
{
  const double *input = series->inputs;

  hashed->series = series;
  hashed->rows = g_new (uint64_t, series->n_rows);
  for (size_t row = 0; row < series->n_rows; row++)
    {
      uint64_t hash = series->target ? mix (MULTIPLIER, series->target[row]) : MULTIPLIER;

      for (int i = 0; i < series->n_inputs; i++)
        hash = mix (hash, *input++);
      hashed->rows[row] = hash;
    }
}

static uint64_t
hash_block (const uint64_t *rows)
{
  uint64_t hash = 0;

  for (int i = 0; i < BLOCK_ROWS; i++)
    hash = hash * MULTIPLIER + rows[i];
  return hash;
}

/* MULTIPLIER to the power of BLOCK_ROWS: the factor of the row that leaves a block. */
static uint64_t
leaving_factor (void)
{
  uint64_t factor = 1;

  for (int i = 0; i < BLOCK_ROWS; i++)
    factor *= MULTIPLIER;
  return factor;
}

static bool
has_distinct_rows (const uint64_t *rows, size_t n, guint wanted)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (size_t i = 0; i < n && g_hash_table_size (seen) < wanted; i++)
    g_hash_table_add (seen, (gpointer) &rows[i]);
  return g_hash_table_size (seen) >= wanted;
}

/* Index of the training files */

static size_t
slot_of (const Index *index, uint64_t hash)
{
  return (size_t) (hash >> 20) & index->mask;
}

static void
add_block (Index *index, uint32_t file, uint32_t row)
{
  const uint64_t *rows = index->files[file].rows + row;
  int n_same = 0;

  if (!has_distinct_rows (rows, BLOCK_ROWS, BLOCK_DISTINCT_ROWS))
    return;

  uint64_t hash = hash_block (rows);
  size_t slot = slot_of (index, hash);
  for (; index->blocks[slot].file; slot = (slot + 1) & index->mask)
    if (index->blocks[slot].hash == hash && ++n_same == MAX_SAME_BLOCKS)
      return;
  index->blocks[slot] = (Block){ .hash = hash, .file = file + 1, .row = row };
}

static void
index_init (Index *index, const Dataset *train)
{
  size_t capacity = 64;

  while (capacity < 2 * (train->n_rows / BLOCK_ROWS + 1))
    capacity *= 2;
  index->blocks = g_new0 (Block, capacity);
  index->mask = capacity - 1;
  index->n_files = train->series->len;
  index->files = g_new0 (Hashed, index->n_files);
  for (guint i = 0; i < index->n_files; i++)
    {
      hash_rows (&index->files[i], train->series->pdata[i]);
      for (size_t row = 0; row + BLOCK_ROWS <= index->files[i].series->n_rows; row += BLOCK_ROWS)
        add_block (index, i, (uint32_t) row);
    }
}

static void
index_deinit (Index *index)
{
  for (guint i = 0; i < index->n_files; i++)
    g_free (index->files[i].rows);
  g_free (index->files);
  g_free (index->blocks);
}

/* Search */

/* The stretch around the block in which the rows agree; empty when only the hashes agree. */
static Match
extend (const Index *index, const Hashed *hashed, size_t row, const Block *block)
{
  const Hashed *source = &index->files[block->file - 1];
  size_t before = 0, after = 0;

  while (before < row && before < block->row
         && hashed->rows[row - before - 1] == source->rows[block->row - before - 1])
    before++;
  while (row + after < hashed->series->n_rows && block->row + after < source->series->n_rows
         && hashed->rows[row + after] == source->rows[block->row + after])
    after++;
  if (after < BLOCK_ROWS)
    return (Match){ 0 };
  return (Match){
    .begin = row - before,
    .length = before + after,
    .file = block->file - 1,
    .row = block->row - (uint32_t) before,
  };
}

/* The longest stretch that contains the block at the row; its length is 0 when there is none. */
static Match
find_longest (const Index *index, const Hashed *hashed, size_t row, uint64_t hash)
{
  Match longest = { 0 };

  for (size_t slot = slot_of (index, hash); index->blocks[slot].file;
       slot = (slot + 1) & index->mask)
    if (index->blocks[slot].hash == hash)
      {
        Match match = extend (index, hashed, row, &index->blocks[slot]);

        if (match.length > longest.length)
          longest = match;
      }
  return longest;
}

/* The first stretch that is long enough, and the number of rows in all of them. */
static size_t
find_shared_rows (const Index *index, const Hashed *hashed, Match *first)
{
  const uint64_t factor = leaving_factor ();
  size_t n_rows = hashed->series->n_rows, n_shared = 0, counted = 0, row = 0;
  uint64_t hash = n_rows >= BLOCK_ROWS ? hash_block (hashed->rows) : 0;

  while (row + BLOCK_ROWS <= n_rows)
    {
      Match match = find_longest (index, hashed, row, hash);
      size_t end = match.begin + match.length;

      if (match.length >= LEAKAGE_ROWS
          && has_distinct_rows (hashed->rows + match.begin, match.length, LEAKAGE_DISTINCT_ROWS))
        {
          if (n_shared == 0)
            *first = match;
          n_shared += end - MAX (counted, match.begin);
          counted = end;
        }

      /* Continue after the stretch, so that no row is checked often. */
      if (match.length > 0)
        {
          row = end;
          hash = row + BLOCK_ROWS <= n_rows ? hash_block (hashed->rows + row) : 0;
          continue;
        }
      if (row + BLOCK_ROWS < n_rows)
        hash = hash * MULTIPLIER + hashed->rows[row + BLOCK_ROWS] - factor * hashed->rows[row];
      row++;
    }
  return n_shared;
}

/* What was found, for the message. */
typedef struct
{
  GString *text;
  int n;
} Found;

static void G_GNUC_PRINTF (2, 3) add_found (Found *found, const char *format, ...)
{
  va_list args;

  if (++found->n > MAX_NAMED)
    return;

  g_string_append (found->text, found->n > 1 ? "; " : "");
  va_start (args, format);
  g_string_append_vprintf (found->text, format, args);
  va_end (args);
}

static void
check_set (const Index *index, const Dataset *set, const char *name, Found *found)
{
  for (guint i = 0; i < set->series->len; i++)
    {
      const Series *series = set->series->pdata[i];
      Hashed hashed;
      Match first = { 0 };

      hash_rows (&hashed, series);
      size_t n_shared = find_shared_rows (index, &hashed, &first);
      g_free (hashed.rows);
      if (n_shared > 0)
        add_found (
            found,
            "the %s file %s shares %zu of its %zu rows with the training files (its rows from %zu "
            "on equal those of %s from row %" G_GUINT32_FORMAT " on)",
            name, series->path, n_shared, series->n_rows, first.begin + 1,
            index->files[first.file].series->path, first.row + 1);
    }
}

static void
check_near_set (const LeakageNear *near, const Dataset *set, const char *name, Found *found)
{
  for (guint i = 0; i < set->series->len; i++)
    {
      const Series *series = set->series->pdata[i];
      LeakageNearMatch match = leakage_near_find (near, series);

      if (match.n_rows > 0)
        add_found (
            found,
            "the %s file %s repeats rows of the training files, with other digits or another "
            "sampling period (its %zu rows from %zu on are those of %s from row %zu on)",
            name, series->path, match.n_rows, match.row + 1, match.source->path,
            match.source_row + 1);
    }
}

/* The different periods of all files, the shortest ones first. */
static GArray *
find_periods (Dataset *const sets[DATA_N_SETS])
{
  GArray *periods = g_array_new (FALSE, FALSE, sizeof (double));

  for (int set = 0; set < DATA_N_SETS; set++)
    for (guint i = 0; i < sets[set]->series->len; i++)
      {
        double period = sampling_period (sets[set]->series->pdata[i]);
        guint place = 0;

        while (place < periods->len
               && g_array_index (periods, double, place) < period * (1 - SAME_PERIOD))
          place++;
        if (place == periods->len
            || g_array_index (periods, double, place) > period * (1 + SAME_PERIOD))
          g_array_insert_val (periods, place, period);
      }
  g_array_set_size (periods, MIN (periods->len, MAX_PERIODS));
  return periods;
}

static void
check_near (Dataset *const sets[DATA_N_SETS], char *const *columns, const char *target,
            Found *found)
{
  g_autoptr (GArray) periods = find_periods (sets);

  for (guint i = 0; i < periods->len && found->n == 0; i++)
    {
      g_autoptr (LeakageNear) near =
          leakage_near_new (sets[DATA_TRAIN], columns, target, g_array_index (periods, double, i));
      if (!near)
        return;
      check_near_set (near, sets[DATA_VALIDATION], "validation", found);
      check_near_set (near, sets[DATA_TEST], "test", found);
    }
}

static void
check_equal (Dataset *const sets[DATA_N_SETS], Found *found)
{
  Index index;

  index_init (&index, sets[DATA_TRAIN]);
  check_set (&index, sets[DATA_VALIDATION], "validation", found);
  check_set (&index, sets[DATA_TEST], "test", found);
  index_deinit (&index);
}

bool
leakage_check (Dataset *const sets[DATA_N_SETS], char *const *columns, const char *target,
               GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Found found = { .text = text };

  check_equal (sets, &found);
  if (found.n == 0)
    check_near (sets, columns, target, &found);
  if (found.n == 0)
    return true;

  if (found.n > MAX_NAMED)
    g_string_append_printf (text, "; and %d more files", found.n - MAX_NAMED);
  failure_set (error,
               "%s: a test on training rows proves nothing; leave the file out of one of the sets",
               text->str);
  return false;
}
