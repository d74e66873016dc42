/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/doctor/judge.h"

#define HOUR_MS INT64_C (3600000)
#define NOW_MS INT64_C (1796054400000)

static void
expect (Finding *finding, FindingLevel level, const char *words)
{
  g_assert_cmpint (finding->level, ==, level);
  g_assert_nonnull (strstr (finding->text, words));
  finding_clear (finding);
}

static void
test_little_space_is_reported_before_the_disk_is_full (void)
{
  Finding finding = { 0 };

  judge_space (&finding, UINT64_C (100) << 30);
  expect (&finding, FINDING_OK, "100G free");
  judge_space (&finding, 200 << 20);
  expect (&finding, FINDING_WARNING, "delete");
  judge_space (&finding, 1 << 20);
  expect (&finding, FINDING_PROBLEM, "507");
}

/* Btrfs has no number of inodes: 0 of 0 is not "none left". */
static void
test_a_file_system_without_a_number_of_inodes_is_fine (void)
{
  Finding finding = { 0 };

  judge_inodes (&finding, 0, 0);
  expect (&finding, FINDING_OK, "no fixed number");
  judge_inodes (&finding, 5000, 1000000);
  expect (&finding, FINDING_WARNING, "5000 left");
  judge_inodes (&finding, 5, 1000000);
  expect (&finding, FINDING_PROBLEM, "5 left");
}

/* A flush that costs nothing is not one. */
static void
test_slow_and_impossibly_fast_flushes_are_reported (void)
{
  Finding finding = { 0 };

  judge_flush (&finding, 0.5);
  expect (&finding, FINDING_OK, "0.50 ms");
  judge_flush (&finding, 40);
  expect (&finding, FINDING_WARNING, "40.0 ms");
  judge_flush (&finding, 0.001);
  expect (&finding, FINDING_WARNING, "power failure");
  judge_flush (&finding, -1);
  expect (&finding, FINDING_WARNING, "measured");
}

static void
test_a_clock_that_was_set_back_is_reported (void)
{
  Finding finding = { 0 };

  judge_clock (&finding, true, NOW_MS, NOW_MS - HOUR_MS);
  expect (&finding, FINDING_OK, "synchronised");
  judge_clock (&finding, true, NOW_MS, NOW_MS + 3 * HOUR_MS);
  expect (&finding, FINDING_WARNING, "3.0 hours behind");
  judge_clock (&finding, false, NOW_MS, 0);
  expect (&finding, FINDING_WARNING, "timedatectl");
  judge_clock (&finding, true, 1000, 0);
  expect (&finding, FINDING_PROBLEM, "years behind");
}

static void
test_limits_are_read_as_the_kernel_writes_them (void)
{
  const char *text =
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max file size             unlimited            unlimited            bytes     \n"
      "Max processes             100                  200                  processes \n";
  uint64_t limit = 0;

  g_assert_true (judge_parse_limit (text, "Max processes", &limit));
  g_assert_cmpuint (limit, ==, 200);
  g_assert_true (judge_parse_limit (text, "Max file size", &limit));
  g_assert_true (limit == UINT64_MAX);
  g_assert_false (judge_parse_limit (text, "Max open files", &limit));
  g_assert_false (judge_parse_limit ("Max processes   ", "Max processes", &limit));
}

static void
test_few_processes_and_files_are_reported (void)
{
  Finding finding = { 0 };

  judge_processes (&finding, UINT64_MAX, 5000);
  expect (&finding, FINDING_OK, "no limit");
  judge_processes (&finding, 4096, 200);
  expect (&finding, FINDING_OK, "200 of 4096");
  judge_processes (&finding, 300, 200);
  expect (&finding, FINDING_WARNING, "ulimit -u");
  judge_processes (&finding, 100, 200);
  expect (&finding, FINDING_PROBLEM, "ulimit -u");
  judge_open_files (&finding, 20);
  expect (&finding, FINDING_PROBLEM, "LimitNOFILE");
  judge_open_files (&finding, 256);
  expect (&finding, FINDING_WARNING, "LimitNOFILE");
  judge_open_files (&finding, 524288);
  expect (&finding, FINDING_OK, "524288");
}

/* Only what runs below the user's own manager ends with a logout. */
static void
test_lingering_matters_for_the_user_unit (void)
{
  Finding finding = { 0 };
  LoginFacts facts = { .has_systemd = true,
                       .cgroup =
                           "/user.slice/user-1000.slice/user@1000.service/app.slice/v.service",
                       .user = "ada" };

  judge_lingering (&finding, &facts);
  expect (&finding, FINDING_WARNING, "loginctl enable-linger ada");
  facts.is_lingering = true;
  judge_lingering (&finding, &facts);
  expect (&finding, FINDING_OK, "on");
  facts.is_lingering = false;
  facts.cgroup = "/user.slice/user-1000.slice/session-3.scope";
  judge_lingering (&finding, &facts);
  expect (&finding, FINDING_OK, "KillUserProcesses");
  facts.is_enabled = true;
  judge_lingering (&finding, &facts);
  expect (&finding, FINDING_WARNING, "enable-linger");
  facts = (LoginFacts){ .has_systemd = true, .cgroup = "/system.slice/x.service", .user = "x" };
  judge_lingering (&finding, &facts);
  expect (&finding, FINDING_OK, "not needed");
  facts.has_systemd = false;
  judge_lingering (&finding, &facts);
  expect (&finding, FINDING_OK, "no systemd");
}

/* Whether a job can be limited is known by the daemon alone: another process is in another group.
 */
static void
test_limits_are_those_of_the_running_daemon (void)
{
  Finding finding = { FINDING_OK, NULL };

  judge_limits (&finding, "{\"limits\":{\"memory\":false,\"cpus\":true,\"freezer\":true,"
                          "\"reason\":\"no controller: delegate it\"}}");
  g_assert_cmpstr (finding.text, ==,
                   "memory: no, CPUs: yes, freezer: yes; no controller: delegate it");
  finding_clear (&finding);
  judge_limits (&finding, "{\"limits\":{\"memory\":true,\"cpus\":true,\"freezer\":true,"
                          "\"reason\":null}}");
  g_assert_cmpstr (finding.text, ==, "memory: yes, CPUs: yes, freezer: yes");
  finding_clear (&finding);
  judge_limits (&finding, NULL);
  g_assert_nonnull (strstr (finding.text, "Delegate="));
  finding_clear (&finding);
  judge_limits (&finding, "{\"status\":\"online\"}");
  g_assert_nonnull (strstr (finding.text, "must run to tell"));
  finding_clear (&finding);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/judge/little-space-is-reported-before-the-disk-is-full",
                   test_little_space_is_reported_before_the_disk_is_full);
  g_test_add_func ("/judge/a-file-system-without-a-number-of-inodes-is-fine",
                   test_a_file_system_without_a_number_of_inodes_is_fine);
  g_test_add_func ("/judge/slow-and-impossibly-fast-flushes-are-reported",
                   test_slow_and_impossibly_fast_flushes_are_reported);
  g_test_add_func ("/judge/a-clock-that-was-set-back-is-reported",
                   test_a_clock_that_was_set_back_is_reported);
  g_test_add_func ("/judge/limits-are-read-as-the-kernel-writes-them",
                   test_limits_are_read_as_the_kernel_writes_them);
  g_test_add_func ("/judge/few-processes-and-files-are-reported",
                   test_few_processes_and_files_are_reported);
  g_test_add_func ("/judge/lingering-matters-for-the-user-unit",
                   test_lingering_matters_for_the_user_unit);
  g_test_add_func ("/judge/limits-are-those-of-the-running-daemon",
                   test_limits_are_those_of_the_running_daemon);
  return g_test_run ();
}
