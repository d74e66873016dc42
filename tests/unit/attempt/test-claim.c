/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/claim.h"
#include "daemon/attempt/heartbeat.h"
#include "daemon/posix/fd.h"
#include "tests/support/job-folder.h"

#define OWNER(id, host, beat, fence) \
  "{\"version\":1,\"attempt\":3,\"id\":" id ",\"host\":" host ",\"boot_id\":\"b\",\"pid\":7," \
  "\"start_time\":8,\"pid_namespace\":9,\"claimed_at\":10,\"heartbeat_ms\":" beat \
  ",\"fence_ms\":" fence "}\n"

typedef struct
{
  JobFolder folder;
  int fd;
  ClaimOwner owner;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  job_folder_init (&f->folder);
  f->fd = fd_open_folder (f->folder.path);
  claim_owner_init (&f->owner, 3, "1234_5");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  claim_owner_clear (&f->owner);
  fd_clear (&f->fd);
  job_folder_clear (&f->folder);
}

static void
make_folder (Fixture *f, const char *name)
{
  g_autofree char *path = job_folder_file (&f->folder, name);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
}

/* ---- Names ---- */

static void
test_only_the_very_form_is_a_claim (void)
{
  static const char *const others[] = { "attempt.",           "attempt.0",
                                        "attempt.01",         "attempt.-1",
                                        "attempt.+1",         "attempt. 1",
                                        "attempt.1x",         "attempt.1.sh",
                                        "attempt.2147483648", "attempt",
                                        "attempt.1.tmp",      "attempt.99999999999999999999",
                                        "Attempt.1",          "" };
  char name[CLAIM_MAX_NAME];

  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpint (claim_parse_name (others[i]), ==, 0);
  claim_format_name (name, INT_MAX);
  g_assert_cmpint (claim_parse_name (name), ==, INT_MAX);
}

static void
test_an_id_is_short_and_plain (void)
{
  g_autofree char *longest = g_strnfill (CLAIM_MAX_ID, 'x');
  g_autofree char *too_long = g_strnfill (CLAIM_MAX_ID + 1, 'x');

  g_assert_true (claim_id_is_valid ("1"));
  g_assert_true (claim_id_is_valid ("123_4+5.x-Y"));
  g_assert_true (claim_id_is_valid (longest));
  g_assert_false (claim_id_is_valid (too_long));
  g_assert_false (claim_id_is_valid (""));
  g_assert_false (claim_id_is_valid ("a b"));
  g_assert_false (claim_id_is_valid ("a\n"));
  g_assert_false (claim_id_is_valid ("\xc3\xbc"));
}

/* ---- The claim ---- */

/* The owner identifies the process that may write here. */
static void
test_a_claim_has_its_owner_and_a_heartbeat (Fixture *f, gconstpointer data)
{
  int claim = claim_take (f->fd, &f->owner);
  char host[256];
  Process self;
  ClaimOwner owner;
  Heartbeat heartbeat;

  g_assert_cmpint (claim, >=, 0);
  g_assert_true (claim_owner_read (claim, &owner));
  g_assert_cmpint (owner.attempt, ==, 3);
  g_assert_cmpstr (owner.id, ==, "1234_5");
  g_assert_cmpint (gethostname (host, sizeof host), ==, 0);
  g_assert_cmpstr (owner.host, ==, host);
  g_assert_cmpint (owner.pid, ==, getpid ());
  g_assert_true (process_read (getpid (), &self));
  g_assert_cmpuint (owner.start, ==, self.start);
  g_assert_cmpstr (owner.boot_id, ==, f->owner.boot_id);
  g_assert_cmpuint (strlen (owner.boot_id), >, 0);
  g_assert_cmpuint (owner.pid_namespace, ==, process_pid_namespace ());
  g_assert_cmpint (owner.claimed_at, >, 0);
  g_assert_cmpint (owner.heartbeat_ms, ==, 10000);
  g_assert_cmpint (owner.fence_ms, ==, 60000);
  g_assert_true (heartbeat_read (claim, &heartbeat));
  g_assert_cmpuint (heartbeat.beat, ==, 1);
  claim_owner_clear (&owner);
  fd_clear (&claim);
}

static void
test_there_is_one_winner (Fixture *f, gconstpointer data)
{
  int claim = claim_take (f->fd, &f->owner), found;
  ClaimOwner other, owner;

  claim_owner_init (&other, 3, "other");
  g_assert_cmpint (claim_take (f->fd, &other), ==, -EEXIST);
  claim_owner_clear (&other);
  found = claim_open (f->fd, 3);
  g_assert_true (claim_owner_read (found, &owner));
  g_assert_cmpstr (owner.id, ==, "1234_5");
  claim_owner_clear (&owner);
  fd_clear (&found);
  fd_clear (&claim);
}

/* A claim without an owner: the shim ended in between. */
static void
test_an_empty_claim_is_taken_and_has_no_owner (Fixture *f, gconstpointer data)
{
  ClaimOwner owner;
  int claim;

  make_folder (f, "attempt.3");
  g_assert_cmpint (claim_take (f->fd, &f->owner), ==, -EEXIST);
  claim = claim_open (f->fd, 3);
  g_assert_cmpint (claim, >=, 0);
  g_assert_false (claim_owner_read (claim, &owner));
  g_assert_null (owner.id);
  fd_clear (&claim);
}

static void
test_a_withdrawn_claim_can_be_taken_again (Fixture *f, gconstpointer data)
{
  int claim = claim_take (f->fd, &f->owner);

  job_folder_write (&f->folder, "attempt.3/exit.json.tmp", "");
  fd_clear (&claim);
  g_assert_cmpint (claim_withdraw (f->fd, 3), ==, 0);
  g_assert_cmpint (claim_open (f->fd, 3), ==, -ENOENT);
  claim = claim_take (f->fd, &f->owner);
  g_assert_cmpint (claim, >=, 0);
  fd_clear (&claim);
}

/* What somebody else put there may be all that is left of a run. */
static void
test_a_claim_with_other_files_stays (Fixture *f, gconstpointer data)
{
  int claim = claim_take (f->fd, &f->owner);

  job_folder_write (&f->folder, "attempt.3/exit.json", "");
  fd_clear (&claim);
  g_assert_cmpint (claim_withdraw (f->fd, 3), ==, -ENOTEMPTY);
  g_assert_cmpint (claim_take (f->fd, &f->owner), ==, -EEXIST);
}

/* A link could lead the shim into the folder of another job. */
static void
test_a_link_is_no_claim (Fixture *f, gconstpointer data)
{
  g_autofree char *link = job_folder_file (&f->folder, "attempt.3");

  make_folder (f, "other");
  g_assert_cmpint (symlink ("other", link), ==, 0);
  g_assert_cmpint (claim_open (f->fd, 3), ==, -ENOTDIR);
  g_assert_cmpint (claim_take (f->fd, &f->owner), ==, -EEXIST);
}

static void
test_the_last_claim_is_that_with_the_highest_number (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (claim_find_last (f->fd), ==, 0);
  make_folder (f, "attempt.9");
  make_folder (f, "attempt.10");
  make_folder (f, "attempt.2");
  make_folder (f, "attempt.11x");
  job_folder_write (&f->folder, "attempt.12.input", "");
  g_assert_cmpint (claim_find_last (f->fd), ==, 10);
}

static void
test_a_folder_that_is_gone_has_no_last_claim (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (g_rmdir (f->folder.path), ==, 0);
  g_assert_cmpint (claim_take (f->fd, &f->owner), ==, -ENOENT);
  fd_clear (&f->fd);
  g_assert_cmpint (claim_find_last (-1), ==, -EBADF);
}

/* ---- The text ---- */

static bool
parse (ClaimOwner *owner, const char *text)
{
  return claim_owner_parse (owner, text, strlen (text));
}

static void
test_the_text_of_an_owner_is_read (void)
{
  ClaimOwner owner;

  g_assert_true (parse (&owner, OWNER ("\"1\"", "\"n1.example\"", "1", "2")));
  g_assert_cmpint (owner.attempt, ==, 3);
  g_assert_cmpstr (owner.host, ==, "n1.example");
  g_assert_cmpint (owner.fence_ms, ==, 2);
  claim_owner_clear (&owner);
}

/* Host and ID are shown, and used in command lines. */
static void
test_a_damaged_owner_is_none (void)
{
  static const char *const texts[] = {
    "",
    "{}",
    "{\"version\":1,\"attempt\":3}",
    OWNER ("null", "\"h\"", "1", "2"),
    OWNER ("\"\"", "\"h\"", "1", "2"),
    OWNER ("\"1 2\"", "\"h\"", "1", "2"),
    OWNER ("\"1\"", "\"\"", "1", "2"),
    OWNER ("\"1\"", "\"a\\u001bb\"", "1", "2"),
    OWNER ("\"1\"", "7", "1", "2"),
    OWNER ("\"1\"", "\"h\"", "0", "2"),
    OWNER ("\"1\"", "\"h\"", "1", "-2"),
  };
  ClaimOwner owner;

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_false (parse (&owner, texts[i]));
      g_assert_cmpint (owner.attempt, ==, 0);
      g_assert_true (owner.id == NULL && owner.host == NULL);
    }
}

#define ADD(name) g_test_add ("/claim/" #name, Fixture, NULL, set_up, test_##name, tear_down)
#define ADD_FUNC(name) g_test_add_func ("/claim/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_FUNC (only_the_very_form_is_a_claim);
  ADD_FUNC (an_id_is_short_and_plain);
  ADD (a_claim_has_its_owner_and_a_heartbeat);
  ADD (there_is_one_winner);
  ADD (an_empty_claim_is_taken_and_has_no_owner);
  ADD (a_withdrawn_claim_can_be_taken_again);
  ADD (a_claim_with_other_files_stays);
  ADD (a_link_is_no_claim);
  ADD (the_last_claim_is_that_with_the_highest_number);
  ADD (a_folder_that_is_gone_has_no_last_claim);
  ADD_FUNC (the_text_of_an_owner_is_read);
  ADD_FUNC (a_damaged_owner_is_none);
  return g_test_run ();
}
