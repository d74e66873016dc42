/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/auth.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

static bool
is_listed (const char *const *hosts, int port, const char *host)
{
  Auth *auth = auth_new (NULL, NULL, hosts, port);
  bool is_ours = auth_is_listed_host (auth, host, strlen (host));

  auth_free (auth);
  return is_ours;
}

static bool
is_address (const char *own, int port, const char *host)
{
  Auth *auth = auth_new (NULL, NULL, NULL, port);
  Address address = { .any.sa_family = strchr (own, ':') != NULL ? AF_INET6 : AF_INET };
  bool is_ours;

  if (address.any.sa_family == AF_INET)
    g_assert_cmpint (inet_pton (AF_INET, own, &address.v4.sin_addr), ==, 1);
  else
    g_assert_cmpint (inet_pton (AF_INET6, own, &address.v6.sin6_addr), ==, 1);
  is_ours = auth_is_address (auth, host, strlen (host), &address.any);
  auth_free (auth);
  return is_ours;
}

static void
test_the_loopback_s_names_with_our_port_are_ours (void)
{
  g_assert_true (is_listed (NULL, 8001, "localhost:8001"));
  g_assert_true (is_listed (NULL, 8001, "LOCALHOST:8001"));
  g_assert_true (is_listed (NULL, 8001, "127.0.0.1:8001"));
  g_assert_true (is_listed (NULL, 8001, "[::1]:8001"));
  g_assert_false (is_listed (NULL, 8001, "localhost"));
  g_assert_false (is_listed (NULL, 8001, "localhost:80010"));
  g_assert_false (is_listed (NULL, 8001, "localhost:800"));
  g_assert_false (is_listed (NULL, 8001, "localhost.:8001"));
  g_assert_false (is_listed (NULL, 8001, "xlocalhost:8001"));
  g_assert_false (is_listed (NULL, 8001, ""));
}

/* Browsers omit the default port of the scheme. */
static void
test_port_80_may_be_left_out (void)
{
  g_assert_true (is_listed (NULL, 80, "localhost"));
  g_assert_true (is_listed (NULL, 80, "localhost:80"));
  g_assert_true (is_listed (NULL, 80, "[::1]"));
  g_assert_true (is_address ("192.0.2.7", 80, "192.0.2.7"));
}

/* An HTTPS client sends no port, so a proxy passes none on. */
static void
test_entries_without_a_port_admit_the_ports_of_a_proxy_and_ours (void)
{
  static const char *const hosts[] = { "lab.example", "2001:db8::2", NULL };

  g_assert_true (is_listed (hosts, 8001, "lab.example"));
  g_assert_true (is_listed (hosts, 8001, "Lab.Example"));
  g_assert_true (is_listed (hosts, 8001, "lab.example:80"));
  g_assert_true (is_listed (hosts, 8001, "lab.example:443"));
  g_assert_true (is_listed (hosts, 8001, "lab.example:8001"));
  g_assert_false (is_listed (hosts, 8001, "lab.example:8443"));
  g_assert_false (is_listed (hosts, 8001, "lab.example:"));
  g_assert_false (is_listed (hosts, 8001, "lab.example:0443"));
  g_assert_false (is_listed (hosts, 8001, "lab.example.evil"));
  g_assert_false (is_listed (hosts, 8001, "lab.exampl"));
  g_assert_false (is_listed (hosts, 8001, "evil@lab.example"));
  g_assert_false (is_listed (hosts, 8001, "localhost"));
  g_assert_true (is_listed (hosts, 8001, "[2001:db8::2]"));
  g_assert_true (is_listed (hosts, 8001, "[2001:db8::2]:8001"));
  g_assert_false (is_listed (hosts, 8001, "2001:db8::2:8001"));
  g_assert_false (is_listed (hosts, 8001, "[2001:db8::2"));
  g_assert_false (is_listed (hosts, 8001, "[2001:db8::2]x"));
}

static void
test_entries_with_a_port_admit_no_other (void)
{
  static const char *const hosts[] = { "tunnel:9000", "[2001:db8::1]:9000", "web:443", NULL };

  g_assert_true (is_listed (hosts, 8001, "tunnel:9000"));
  g_assert_false (is_listed (hosts, 8001, "tunnel:8001"));
  g_assert_false (is_listed (hosts, 8001, "tunnel"));
  g_assert_true (is_listed (hosts, 8001, "[2001:DB8::1]:9000"));
  g_assert_false (is_listed (hosts, 8001, "[2001:db8::1]"));
  g_assert_true (is_listed (hosts, 8001, "web:443"));
  g_assert_true (is_listed (hosts, 8001, "web")); /* 443 is what HTTPS leaves out */
  g_assert_false (is_listed (hosts, 8001, "web:80"));
}

static void
test_our_own_host_has_our_port_alone (void)
{
  Auth *auth = auth_new (NULL, "box", NULL, 8001);

  g_assert_true (auth_is_listed_host (auth, "box:8001", 8));
  g_assert_false (auth_is_listed_host (auth, "box", 3));
  g_assert_false (auth_is_listed_host (auth, "box:443", 7));
  auth_free (auth);
}

static void
test_entries_are_hosts_with_a_port_or_without (void)
{
  g_assert_true (auth_is_entry ("lab.example"));
  g_assert_true (auth_is_entry ("lab.example:8443"));
  g_assert_true (auth_is_entry ("2001:db8::1"));
  g_assert_true (auth_is_entry ("[2001:db8::1]:9000"));
  g_assert_false (auth_is_entry ("lab.example:"));
  g_assert_false (auth_is_entry ("lab.example:https"));
  g_assert_false (auth_is_entry ("lab.example:0"));
  g_assert_false (auth_is_entry ("lab.example:100000"));
  g_assert_false (auth_is_entry (":9000"));
}

/* Addresses have more than one spelling; a rebound name has none of them. */
static void
test_the_connection_s_address_is_known_in_any_spelling (void)
{
  g_assert_true (is_address ("192.0.2.7", 8001, "192.0.2.7:8001"));
  g_assert_false (is_address ("192.0.2.7", 8001, "192.0.2.8:8001"));
  g_assert_false (is_address ("192.0.2.7", 8001, "192.0.2.7"));
  g_assert_false (is_address ("192.0.2.7", 8001, "192.0.2.7:8002"));
  g_assert_false (is_address ("192.0.2.7", 8001, "192.0.2.7.evil:8001"));
  g_assert_true (is_address ("2001:db8::1", 8001, "[2001:DB8:0:0::0001]:8001"));
  g_assert_false (is_address ("2001:db8::1", 8001, "2001:db8::1:8001"));
  g_assert_false (is_address ("2001:db8::1", 8001, "[2001:db8::1"));
  g_assert_false (is_address ("2001:db8::1", 8001, "[]:8001"));
  g_assert_true (is_address ("::ffff:192.0.2.7", 8001, "192.0.2.7:8001"));
  g_assert_true (is_address ("::ffff:192.0.2.7", 8001, "[::ffff:192.0.2.7]:8001"));
  g_assert_false (is_address ("::ffff:192.0.2.7", 8001, "192.0.2.8:8001"));
}

static bool
is_origin (const char *origin)
{
  static const char *const allowed[] = { "lab.example", "tunnel:9000", NULL };
  Auth *auth = auth_new (NULL, "box", allowed, 8001);
  Address address = { .v4.sin_family = AF_INET };
  bool is_ours;

  g_assert_cmpint (inet_pton (AF_INET, "192.0.2.7", &address.v4.sin_addr), ==, 1);
  is_ours = auth_is_origin (auth, origin, &address.any);
  auth_free (auth);
  return is_ours;
}

static void
test_http_origins_of_our_hosts_are_ours (void)
{
  g_assert_true (is_origin ("http://localhost:8001"));
  g_assert_true (is_origin ("HTTP://127.0.0.1:8001"));
  g_assert_true (is_origin ("http://192.0.2.7:8001"));
  g_assert_true (is_origin ("http://box:8001"));
  g_assert_true (is_origin ("http://lab.example"));
  g_assert_true (is_origin ("http://lab.example:8001"));
  g_assert_true (is_origin ("http://tunnel:9000"));
  g_assert_false (is_origin ("http://localhost"));
  g_assert_false (is_origin ("http://localhost:3000"));
  g_assert_false (is_origin ("http://192.0.2.7"));
  g_assert_false (is_origin ("http://tunnel"));
  g_assert_false (is_origin ("http://evil.example:8001"));
  g_assert_false (is_origin ("http://lab.example@evil.example"));
  g_assert_false (is_origin ("http://lab.example/"));
  g_assert_false (is_origin ("null"));
  g_assert_false (is_origin (""));
}

/* We speak no TLS: only who set up a proxy has an https page of ours. */
static void
test_https_origins_are_ours_for_allowed_hosts_only (void)
{
  g_assert_true (is_origin ("https://lab.example"));
  g_assert_true (is_origin ("https://tunnel:9000"));
  g_assert_false (is_origin ("https://lab.example:8443"));
  g_assert_false (is_origin ("https://tunnel"));
  g_assert_false (is_origin ("https://localhost:8001"));
  g_assert_false (is_origin ("https://box:8001"));
  g_assert_false (is_origin ("https://192.0.2.7:8001"));
  g_assert_false (is_origin ("https://evil.example"));
  g_assert_false (is_origin ("wss://lab.example"));
}

static void
test_only_the_token_opens (void)
{
  Auth *auth = auth_new ("secret", NULL, NULL, 1);

  g_assert_true (auth_wants_token (auth));
  g_assert_true (auth_is_authorized (auth, "Bearer secret"));
  g_assert_true (auth_is_authorized (auth, "BEARER   secret"));
  g_assert_false (auth_is_authorized (auth, NULL));
  g_assert_false (auth_is_authorized (auth, ""));
  g_assert_false (auth_is_authorized (auth, "Bearer"));
  g_assert_false (auth_is_authorized (auth, "Bearer "));
  g_assert_false (auth_is_authorized (auth, "Bearersecret"));
  g_assert_false (auth_is_authorized (auth, "Bearer secre"));
  g_assert_false (auth_is_authorized (auth, "Bearer secretx"));
  g_assert_false (auth_is_authorized (auth, "Bearer Secret"));
  g_assert_false (auth_is_authorized (auth, "secret"));
  auth_free (auth);
}

static void
test_without_a_token_all_may_ask (void)
{
  Auth *auth = auth_new (NULL, NULL, NULL, 1);

  g_assert_false (auth_wants_token (auth));
  g_assert_true (auth_is_authorized (auth, NULL));
  auth_free (auth);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/auth/" path, test_##name)
  ADD ("loopback", the_loopback_s_names_with_our_port_are_ours);
  ADD ("port-80", port_80_may_be_left_out);
  ADD ("proxy", entries_without_a_port_admit_the_ports_of_a_proxy_and_ours);
  ADD ("entries", entries_with_a_port_admit_no_other);
  ADD ("own-host", our_own_host_has_our_port_alone);
  ADD ("entry", entries_are_hosts_with_a_port_or_without);
  ADD ("address", the_connection_s_address_is_known_in_any_spelling);
  ADD ("http-origin", http_origins_of_our_hosts_are_ours);
  ADD ("https-origin", https_origins_are_ours_for_allowed_hosts_only);
  ADD ("token", only_the_token_opens);
  ADD ("no-token", without_a_token_all_may_ask);
  return g_test_run ();
}
