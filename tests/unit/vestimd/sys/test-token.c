/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/sys/token.h"
#include "tests/support/scratch.h"

#define GOOD "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = scratch_new ();
  f->path = scratch_path (f->folder, "token");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  scratch_free (f->folder);
  g_free (f->path);
}

/* Refuses with a sentence that names the file, and never replaces it. */
static void
assert_refused (const char *path)
{
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (token_load (path, &token, &message), <, 0);
  g_assert_null (token);
  g_assert_nonnull (strstr (message, path));
}

static void
test_the_first_start_makes_one_that_stays (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (token_load (f->path, &first, &message), ==, 0);
  g_assert_cmpint (token_load (f->path, &second, &message), ==, 0);
  g_assert_null (message);
  g_assert_cmpint (strlen (first), ==, TOKEN_LENGTH);
  g_assert_cmpint (strspn (first, "0123456789abcdef"), ==, TOKEN_LENGTH);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpint (scratch_mode (f->path), ==, 0600);
}

static void
test_two_tokens_differ (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (token_load (f->path, &first, &message), ==, 0);
  unlink (f->path);
  g_assert_cmpint (token_load (f->path, &second, &message), ==, 0);
  g_assert_cmpstr (first, !=, second);
}

/* A token that was cut or edited could be guessed. */
static void
test_what_is_no_token_is_refused (Fixture *f, gconstpointer data)
{
  const char *const contents[] = { "",          "\n",     "0123\n", GOOD "0\n",
                                   GOOD "\n\n", " " GOOD, "g" GOOD, GOOD " trailing" };

  for (size_t i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      scratch_write (f->path, contents[i]);
      chmod (f->path, 0600);
      assert_refused (f->path);
      g_autofree char *kept = scratch_read (f->path);
      g_assert_cmpstr (kept, ==, contents[i]);
    }
}

static void
test_a_token_without_newline_is_taken (Fixture *f, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;

  scratch_write (f->path, GOOD);
  chmod (f->path, 0600);
  g_assert_cmpint (token_read (f->path, &token, &message), ==, 0);
  g_assert_cmpstr (token, ==, GOOD);
}

static void
test_links_and_fifos_are_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *target = scratch_path (f->folder, "target");

  g_assert_cmpint (symlink (target, f->path), ==, 0);
  assert_refused (f->path);
  g_assert_false (scratch_exists (target));
  unlink (f->path);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  assert_refused (f->path);
}

/* A user who may write the token can know it. */
static void
test_one_that_others_may_write_is_refused (Fixture *f, gconstpointer data)
{
  scratch_write (f->path, GOOD "\n");
  chmod (f->path, 0620);
  assert_refused (f->path);
  chmod (f->path, 0602);
  assert_refused (f->path);
}

static void
test_one_that_others_may_read_gets_its_mode_back (Fixture *f, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;

  scratch_write (f->path, GOOD "\n");
  chmod (f->path, 0644);
  g_assert_cmpint (token_load (f->path, &token, &message), ==, 0);
  g_assert_cmpint (scratch_mode (f->path), ==, 0600);
}

static void
test_another_users_is_refused (Fixture *f, gconstpointer data)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  scratch_write (f->path, GOOD "\n");
  chmod (f->path, 0600);
  g_assert_cmpint (chown (f->path, 65534, 65534), ==, 0);
  assert_refused (f->path);
}

/* --status must not make one. */
static void
test_reading_makes_none (Fixture *f, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (token_read (f->path, &token, &message), ==, -ENOENT);
  g_assert_false (scratch_exists (f->path));
}

/* --doctor changes nothing. */
static void
test_peeking_leaves_the_mode (Fixture *f, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autofree char *message = NULL;

  scratch_write (f->path, GOOD "\n");
  chmod (f->path, 0644);
  g_assert_cmpint (token_peek (f->path, &token, &message), ==, 0);
  g_assert_cmpstr (token, ==, GOOD);
  g_assert_cmpint (scratch_mode (f->path), ==, 0644);
}

#define ADD(name, test) g_test_add ("/token/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-first-start-makes-one-that-stays", test_the_first_start_makes_one_that_stays);
  ADD ("two-tokens-differ", test_two_tokens_differ);
  ADD ("what-is-no-token-is-refused", test_what_is_no_token_is_refused);
  ADD ("a-token-without-newline-is-taken", test_a_token_without_newline_is_taken);
  ADD ("links-and-fifos-are-refused", test_links_and_fifos_are_refused);
  ADD ("one-that-others-may-write-is-refused", test_one_that_others_may_write_is_refused);
  ADD ("one-that-others-may-read-gets-its-mode-back",
       test_one_that_others_may_read_gets_its_mode_back);
  ADD ("another-users-is-refused", test_another_users_is_refused);
  ADD ("peeking-leaves-the-mode", test_peeking_leaves_the_mode);
  ADD ("reading-makes-none", test_reading_makes_none);
  return g_test_run ();
}
