/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "tests/support/registry-fixture.h"

static int64_t
log_size (RegistryFixture *fixture)
{
  g_autofree char *path = g_strconcat (fixture->path, "-wal", NULL);
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_size;
}

/* Each page is written to the log, flushed, and copied later. A row that stays in its place costs
 * its page and those of the indices; five rows are enough for pages of one row and pages of two. */
static void
test_an_update_writes_few_pages (RegistryFixture *fixture, const void *data)
{
  registry_fixture_open (fixture);
  for (int64_t sequence = 1; sequence <= 5; sequence++)
    {
      g_autoptr (VestimJob) job = registry_fixture_new_job (sequence);
      RegistryTransaction *transaction = registry_transaction_new ();

      g_free (job->selections);
      job->selections = g_strdup_printf ("{\"argv\":[\"%01700d\"]}", 0);
      registry_transaction_insert (transaction, job);
      g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
      for (int attempt = 1; attempt <= 2; attempt++)
        {
          int64_t before = log_size (fixture);

          transaction = registry_transaction_new ();
          job->attempt = attempt;
          registry_transaction_update (transaction, job);
          g_assert_cmpint (registry_fixture_store (fixture, transaction), ==, 0);
          g_assert_cmpint (log_size (fixture) - before, <=, 3 * (24 + 4096));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  REGISTRY_TEST ("/pages/an-update-writes-few-pages", test_an_update_writes_few_pages);
  return g_test_run ();
}
