/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/sys/parent-folders.h"

static ParentVerdict
judge (uid_t owner, mode_t mode, bool is_private_group)
{
  const struct stat info = { .st_uid = owner, .st_mode = S_IFDIR | mode };
  const ParentContext context = { .user = 1000,
                                  .unmapped = 65534,
                                  .is_private_group = is_private_group };

  return parent_folder_judge (&info, &context);
}

/* What a usual system looks like must not be refused. */
static void
test_usual_folders_are_safe (void)
{
  g_assert_cmpint (judge (0, 0755, false), ==, PARENT_SAFE);
  g_assert_cmpint (judge (1000, 0700, false), ==, PARENT_SAFE);
  g_assert_cmpint (judge (0, 01777, false), ==, PARENT_SAFE); /* /tmp */
}

/* The umask 002, with a group of one user. */
static void
test_a_private_group_may_write (void)
{
  g_assert_cmpint (judge (1000, 0775, true), ==, PARENT_SAFE);
  g_assert_cmpint (judge (1000, 0775, false), ==, PARENT_WRITABLE);
  g_assert_cmpint (judge (1000, 0777, true), ==, PARENT_WRITABLE);
}

static void
test_other_writers_are_found (void)
{
  g_assert_cmpint (judge (0, 0777, false), ==, PARENT_WRITABLE);
  g_assert_cmpint (judge (0, 0772, false), ==, PARENT_WRITABLE);
  g_assert_cmpint (judge (0, 02775, false), ==, PARENT_WRITABLE);
}

/* The owner of a sticky folder may rename what is in it. */
static void
test_other_owners_are_found (void)
{
  g_assert_cmpint (judge (1001, 0755, false), ==, PARENT_FOREIGN);
  g_assert_cmpint (judge (1001, 01777, false), ==, PARENT_FOREIGN);
}

/* In a container of an ordinary user, all that root owns outside has this owner. */
static void
test_an_owner_outside_the_user_namespace_is_root (void)
{
  g_assert_cmpint (judge (65534, 0755, false), ==, PARENT_SAFE);
  g_assert_cmpint (judge (65534, 0777, false), ==, PARENT_WRITABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parent-folders/usual-folders-are-safe", test_usual_folders_are_safe);
  g_test_add_func ("/parent-folders/a-private-group-may-write", test_a_private_group_may_write);
  g_test_add_func ("/parent-folders/other-writers-are-found", test_other_writers_are_found);
  g_test_add_func ("/parent-folders/other-owners-are-found", test_other_owners_are_found);
  g_test_add_func ("/parent-folders/an-owner-outside-the-user-namespace-is-root",
                   test_an_owner_outside_the_user_namespace_is_root);
  return g_test_run ();
}
