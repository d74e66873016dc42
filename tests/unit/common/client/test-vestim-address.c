/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-address.h"

static void
test_valid (void)
{
  static const char *const good[] = {
    "http://127.0.0.1:8001", "http://localhost/",          "https://lab.example:8443",
    "http://[::1]:8001",     "https://lab.example/vestim", "https://lab.example/a/b-1.x/"
  };
  static const char *const bad[] = { "",
                                     "localhost:8001",
                                     "ftp://host",
                                     "http://",
                                     "http://host//vestim",
                                     "http://host/../vestim",
                                     "http://host/a%20b",
                                     "http://host/a b",
                                     "http://host?x=1",
                                     "http://u:p@host",
                                     "http://host:99999",
                                     "http://host#x",
                                     "http://a b",
                                     "http://a%20b",
                                     "http://<host>",
                                     "javascript:x" };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *address = vestim_address_parse (good[i]);

      g_assert_nonnull (address);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (vestim_address_parse (bad[i]));
}

/* The keyring finds a token by its address: one server has one. */
static void
test_one_writing (void)
{
  static const char *const same[] = { "http://lab.example:8001", " http://lab.example:8001/ ",
                                      "http://lab.example:8001/\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *address = vestim_address_parse (same[i]);

      g_assert_cmpstr (address, ==, same[0]);
    }
}

static void
test_prefix (void)
{
  g_autofree char *address = vestim_address_parse ("https://lab.example/vestim/");

  g_assert_cmpstr (address, ==, "https://lab.example/vestim");
}

/* Without a warning users give the token away; with too many they stop reading them. */
static void
test_clear_text (void)
{
  static const char *const open[] = { "http://lab.example:8001", "http://10.0.0.7",
                                      "http://127.example", "http://[fe80::1]:8001" };
  static const char *const safe[] = { "https://lab.example", "http://127.0.0.1:8001",
                                      "http://localhost:1",  "http://[::1]:8001",
                                      "http://127.1.2.3",    "no address" };

  for (gsize i = 0; i < G_N_ELEMENTS (open); i++)
    g_assert_true (vestim_address_is_clear_text (open[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (safe); i++)
    g_assert_false (vestim_address_is_clear_text (safe[i]));
}

/* Text from a file, a dialog or the environment may have a line end. */
static void
test_trimmed (void)
{
  const char *const texts[] = { "secret", " secret", "secret\n", "\tsecret \r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *token = vestim_token_clean (texts[i]);

      g_assert_cmpstr (token, ==, "secret");
    }
}

/* A header can't hold these, and no server makes such a token. */
static void
test_none (void)
{
  const char *const texts[] = { NULL,  "",      " \n",  "a\nb",     "a\rX: y",
                                "a b", "a\x01", "\xff", "schlüssel" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (vestim_token_clean (texts[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/a server is a host and a port", test_valid);
  g_test_add_func ("/address/an address has one form", test_one_writing);
  g_test_add_func ("/address/a proxy may serve it under a prefix", test_prefix);
  g_test_add_func ("/address/clear text over a network is recognized", test_clear_text);
  g_test_add_func ("/token/white space around it is removed", test_trimmed);
  g_test_add_func ("/token/what can't be sent is not a token", test_none);
  return g_test_run ();
}
