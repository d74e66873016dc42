/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestim-estimate/tasks/checkpoint.h"
#include "tests/support/scratch.h"

#define FINGERPRINT 0x1234

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user)
{
  fixture->folder = scratch_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer user)
{
  scratch_free (fixture->folder);
}

static void
keep (const Fixture *fixture, const char *text)
{
  g_autoptr (GByteArray) state = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (state, (const guint8 *) text, (guint) strlen (text));
  checkpoint_write (fixture->folder, FINGERPRINT, state, &error);
  g_assert_no_error (error);
}

static void
assert_kept (const Fixture *fixture, int age, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) state = checkpoint_read (fixture->folder, age, FINGERPRINT, &error);

  g_assert_no_error (error);
  g_assert_nonnull (state);
  g_assert_cmpmem (state->data, state->len, text, strlen (text));
}

static void
assert_refused (const Fixture *fixture, uint64_t fingerprint, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (checkpoint_read (fixture->folder, 0, fingerprint, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_the_last_two_are_kept (Fixture *fixture, gconstpointer user)
{
  keep (fixture, "first");
  assert_kept (fixture, 0, "first");
  g_assert_null (checkpoint_read (fixture->folder, 1, FINGERPRINT, NULL));
  keep (fixture, "second");
  keep (fixture, "third");
  assert_kept (fixture, 0, "third");
  assert_kept (fixture, 1, "second");
}

/* Training must not resume from half a state. */
static void
test_any_damage_is_noticed (Fixture *fixture, gconstpointer user)
{
  g_autofree char *path = g_build_filename (fixture->folder, "checkpoint.bin", NULL);
  g_autofree char *data = NULL;
  gsize length = 0;

  keep (fixture, "before");
  keep (fixture, "state");
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      g_assert_true (g_file_set_contents (path, data, (gssize) i, NULL));
      assert_refused (fixture, FINGERPRINT, i ? "checkpoint.bin" : "incomplete");
      data[i] = (char) (data[i] ^ (1 << (i % 8)));
      g_assert_true (g_file_set_contents (path, data, (gssize) length, NULL));
      assert_refused (fixture, FINGERPRINT, "damaged");
      data[i] = (char) (data[i] ^ (1 << (i % 8)));
    }
  assert_kept (fixture, 1, "before");
}

/* Otherwise a changed setting or file would have no effect on an interrupted task. */
static void
test_one_of_other_settings_is_not_used (Fixture *fixture, gconstpointer user)
{
  keep (fixture, "state");
  assert_refused (fixture, FINGERPRINT + 1, "other settings");
}

static void
test_both_can_be_removed (Fixture *fixture, gconstpointer user)
{
  g_autoptr (GError) error = NULL;

  keep (fixture, "first");
  keep (fixture, "second");
  checkpoint_remove (fixture->folder);
  for (int age = 0; age < CHECKPOINTS_KEPT; age++)
    g_assert_null (checkpoint_read (fixture->folder, age, FINGERPRINT, &error));
  g_assert_no_error (error);
}

/* The present checkpoint must survive a failed write. */
static void
test_a_failed_write_leaves_the_last_one (Fixture *fixture, gconstpointer user)
{
  g_autofree char *gone = g_build_filename (fixture->folder, "gone", NULL);
  g_autofree char *blocker = g_build_filename (fixture->folder, ".vestim-estimate.tmp", NULL);
  g_autoptr (GByteArray) state = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (checkpoint_write (gone, FINGERPRINT, state, &error));
  g_assert_nonnull (strstr (error->message, "checkpoint.bin"));
  g_clear_error (&error);

  keep (fixture, "state");
  g_assert_cmpint (mkdir (blocker, 0700), ==, 0);
  g_assert_false (checkpoint_write (fixture->folder, FINGERPRINT, state, &error));
  assert_kept (fixture, 0, "state");
}

#define ADD(name, function) \
  g_test_add ("/checkpoint/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the last two are kept", test_the_last_two_are_kept);
  ADD ("any damage is noticed", test_any_damage_is_noticed);
  ADD ("one of other settings is not used", test_one_of_other_settings_is_not_used);
  ADD ("both can be removed", test_both_can_be_removed);
  ADD ("a failed write leaves the last one", test_a_failed_write_leaves_the_last_one);
  return g_test_run ();
}
