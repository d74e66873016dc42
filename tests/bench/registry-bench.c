/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/registry-fixture.h"

/* Compares grouped commits (jobs stored through the registry, with their folders) with plain SQLite
 * that stores one row in each transaction with the same durability. The speed of a flush changes
 * from minute to minute, so both run in alternating pairs, and the median of the ratios counts. */

#define PAIRS 5
#define ROWS 300           /* one-row transactions in a run */
#define JOBS 6000          /* jobs in a run with many clients */
#define STORED_JOBS 100000 /* for the start */

typedef struct
{
  RegistryFixture *fixture;
  int64_t next;
  int64_t last;
  unsigned in_flight;
  int64_t sent_at; /* with one client */
  GArray *times;   /* (nullable) double, µs */
} Load;

static char *selections;

static double
seconds_since (int64_t start)
{
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values, size_t n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

static void
check (int rc, int expected, sqlite3 *db)
{
  if (rc == expected)
    return;
  fprintf (stderr, "SQLite: %s\n", sqlite3_errmsg (db));
  exit (1);
}

/* Returns rows a second; `*p50` in µs. */
static double
run_plain (const char *dir, double *p50)
{
  g_autofree char *path = g_build_filename (dir, "plain.db", NULL);
  g_autofree double *times = g_new (double, ROWS);
  sqlite3 *db;
  sqlite3_stmt *insert;
  int64_t start;

  check (sqlite3_open (path, &db), SQLITE_OK, db);
  check (sqlite3_exec (db,
                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                       "CREATE TABLE IF NOT EXISTS jobs (sequence INTEGER PRIMARY KEY, name TEXT,"
                       " state TEXT, selections TEXT, created_at INTEGER)",
                       NULL, NULL, NULL),
         SQLITE_OK, db);
  check (sqlite3_prepare_v2 (db, "INSERT INTO jobs VALUES (NULL, 'a job', 'queued', ?1, 1)", -1,
                             &insert, NULL),
         SQLITE_OK, db);
  sqlite3_bind_text (insert, 1, selections, -1, SQLITE_STATIC);
  start = g_get_monotonic_time ();
  for (int i = 0; i < ROWS; i++)
    {
      int64_t before = g_get_monotonic_time ();

      check (sqlite3_step (insert), SQLITE_DONE, db);
      sqlite3_reset (insert);
      times[i] = (double) (g_get_monotonic_time () - before);
    }
  *p50 = median (times, ROWS);
  sqlite3_finalize (insert);
  sqlite3_close (db);
  return ROWS / seconds_since (start);
}

static void send_job (Load *load);

static void
on_stored (void *user, int status)
{
  Load *load = user;
  double time = (double) (g_get_monotonic_time () - load->sent_at);

  if (status != 0)
    {
      fprintf (stderr, "a job was not stored: status %d\n", status);
      exit (1);
    }
  if (load->times != NULL)
    g_array_append_val (load->times, time);
  load->in_flight--;
  if (load->next <= load->last)
    send_job (load);
}

static void
send_job (Load *load)
{
  VestimJob *job = registry_fixture_new_job (load->next++);
  RegistryTransaction *transaction = registry_transaction_new ();

  g_free (job->selections);
  job->selections = g_strdup (selections);
  load->sent_at = g_get_monotonic_time ();
  load->in_flight++;
  registry_transaction_insert (transaction, job);
  registry_submit (load->fixture->registry, transaction, on_stored, load);
  vestim_job_free (job);
}

/* Returns jobs a second. */
static double
run_registry (Load *load, unsigned clients, int64_t n)
{
  int64_t start = g_get_monotonic_time ();

  load->last = load->next + n - 1;
  for (unsigned i = 0; i < clients; i++)
    send_job (load);
  while (load->in_flight > 0)
    uv_run (&load->fixture->loop, UV_RUN_ONCE);
  return (double) n / seconds_since (start);
}

static void
compare_commits (Load *load)
{
  double rates[PAIRS], delays[PAIRS];

  printf ("%12s %14s %8s %14s %14s %8s\n", "one row/s", "32 clients/s", "ratio", "one row p50 us",
          "1 client p50", "ratio");
  for (int i = 0; i < PAIRS; i++)
    {
      double plain_p50, p50, grouped;
      double plain = run_plain (load->fixture->dir, &plain_p50);

      load->times = g_array_new (false, false, sizeof (double));
      run_registry (load, 1, ROWS);
      p50 = median ((double *) (void *) load->times->data, load->times->len);
      g_clear_pointer (&load->times, g_array_unref);
      grouped = run_registry (load, 32, JOBS);
      rates[i] = grouped / plain;
      delays[i] = p50 / plain_p50;
      printf ("%12.0f %14.0f %8.2f %14.0f %14.0f %8.2f\n", plain, grouped, rates[i], plain_p50, p50,
              delays[i]);
    }
  printf ("median of the ratios: throughput %.2f, p50 of one client %.2f\n", median (rates, PAIRS),
          median (delays, PAIRS));
}

static void
on_brief (void *user, const JobBrief *brief, const char *group)
{
}

static void
on_job (void *user, VestimJob *job)
{
  vestim_job_free (job);
}

static void
time_start (Load *load)
{
  RegistryFixture *fixture = load->fixture;
  double opening, repairing;
  int64_t start;

  if (load->next <= STORED_JOBS)
    run_registry (load, 2000, STORED_JOBS + 1 - load->next);
  registry_fixture_close (fixture);
  start = g_get_monotonic_time ();
  registry_fixture_open (fixture);
  opening = seconds_since (start) * 1e3;
  start = g_get_monotonic_time ();
  registry_repair_folders (fixture->registry, fixture->orphans);
  repairing = seconds_since (start) * 1e3;
  start = g_get_monotonic_time ();
  registry_load (fixture->registry, &(RegistryLoadFns){ on_brief, on_job }, NULL);
  printf ("start with %d jobs: opening and reading %.1f ms, repairing the folders %.1f ms\n",
          (int) load->next - 1, opening, repairing);
}

int
main (int argc, char **argv)
{
  RegistryFixture fixture = { 0 };
  Load load = { .fixture = &fixture, .next = 1 };
  g_autofree char *text = g_strnfill (300, 'x');

  setvbuf (stdout, NULL, _IOLBF, 0);
  selections = g_strdup_printf ("{\"argv\":[\"%s\"]}", text);
  registry_fixture_setup (&fixture, NULL);
  registry_fixture_open (&fixture);
  registry_repair_folders (fixture.registry, fixture.orphans);
  compare_commits (&load);
  time_start (&load);
  registry_fixture_teardown (&fixture, NULL);
  g_free (selections);
  return 0;
}
