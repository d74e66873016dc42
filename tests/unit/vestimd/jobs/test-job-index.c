/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job-index.h"

static void
add (JobIndex *index, int64_t sequence)
{
  const JobBrief brief = { .sequence = sequence };

  job_index_add (index, &brief, NULL);
}

static void
remove_job (JobIndex *index, int64_t sequence)
{
  job_index_remove (index, job_index_find (index, sequence));
}

static int64_t
next (const JobIndex *index, JobIndexWalk *walk)
{
  const JobEntry *entry = job_index_next (index, walk);

  return entry != NULL ? entry->brief.sequence : 0;
}

static void
test_a_walk_goes_down_and_leaves_out_removed_jobs (void)
{
  JobIndex index;
  JobIndexWalk walk;

  job_index_init (&index);
  for (int64_t i = 1; i <= 5; i++)
    add (&index, 10 * i);
  remove_job (&index, 30);
  remove_job (&index, 50);
  walk = job_index_walk (&index, 0);
  g_assert_cmpint (next (&index, &walk), ==, 40);
  g_assert_cmpint (next (&index, &walk), ==, 20);
  g_assert_cmpint (next (&index, &walk), ==, 10);
  g_assert_cmpint (next (&index, &walk), ==, 0);
  walk = job_index_walk (&index, 31);
  g_assert_cmpint (next (&index, &walk), ==, 20);
  g_assert_null (job_index_find (&index, 30));
  g_assert_null (job_index_find (&index, 11));
  add (&index, 51);
  walk = job_index_walk (&index, 0);
  g_assert_cmpint (next (&index, &walk), ==, 51);
  job_index_clear (&index);
}

static void
test_many_removals_leave_the_others_in_order (void)
{
  enum
  {
    N = 5000
  };
  JobIndex index;
  JobIndexWalk walk;

  job_index_init (&index);
  for (int64_t i = 1; i <= N; i++)
    add (&index, i);
  for (int64_t i = 1; i <= N; i++)
    if (i % 10 != 0)
      remove_job (&index, i);
  g_assert_cmpuint (index.entries->len, <, N / 2);
  walk = job_index_walk (&index, 0);
  for (int64_t i = N; i > 0; i -= 10)
    {
      g_assert_cmpint (next (&index, &walk), ==, i);
      g_assert_nonnull (job_index_find (&index, i));
    }
  g_assert_cmpint (next (&index, &walk), ==, 0);
  job_index_clear (&index);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job_index/a_walk_goes_down_and_leaves_out_removed_jobs",
                   test_a_walk_goes_down_and_leaves_out_removed_jobs);
  g_test_add_func ("/job_index/many_removals_leave_the_others_in_order",
                   test_many_removals_leave_the_others_in_order);
  return g_test_run ();
}
