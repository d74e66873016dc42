/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/sys/loopback.h"

/* --no-auth rests on this. */
static void
test_loopback_hosts_are_known (void)
{
  g_assert_true (loopback_is_host ("127.0.0.1"));
  g_assert_true (loopback_is_host ("127.8.9.10"));
  g_assert_true (loopback_is_host ("::1"));
  g_assert_true (loopback_is_host ("[::1]"));
  g_assert_true (loopback_is_host ("::ffff:127.0.0.1"));
  g_assert_true (loopback_is_host ("localhost"));
}

static void
test_all_others_are_not (void)
{
  g_assert_false (loopback_is_host ("0.0.0.0"));
  g_assert_false (loopback_is_host ("::"));
  g_assert_false (loopback_is_host ("192.168.1.2"));
  g_assert_false (loopback_is_host ("126.255.255.255"));
  g_assert_false (loopback_is_host ("::ffff:10.0.0.1"));
  g_assert_false (loopback_is_host ("fe80::1"));
  g_assert_false (loopback_is_host ("no-such-name.invalid"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loopback/loopback-hosts-are-known", test_loopback_hosts_are_known);
  g_test_add_func ("/loopback/all-others-are-not", test_all_others_are_not);
  return g_test_run ();
}
