/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/http-harness.h"

static const HttpServerConfig with_token = { .token = TOKEN };

/* %PORT in the text stands for the server's port. */
static char *
ask (Harness *harness, const char *text)
{
  g_autoptr (GString) request = g_string_new (text);
  g_autofree char *port = g_strdup_printf ("%d", harness->port);

  g_string_replace (request, "%PORT", port, 0);
  return client_ask (harness, request->str);
}

static void
expect (Harness *harness, const char *text, int status)
{
  g_autofree char *answer = ask (harness, text);

  assert_status (answer, status);
  if (status >= 400)
    assert_has (answer, "Content-Type: application/problem+json\r\n");
}

/* The request has all errors at first and loses them one by one; the answer is always the first
 * that is left. */
static void
test_the_first_fault_in_the_contract_s_order_is_answered (void)
{
  static const struct
  {
    int status;
    const char *request;
  } cases[] = {
    { 400, "PUT /things/gone?x HTTP/1.1\r\nHost: evil\r\nHost: evil\r\nOrigin: "
           "null\r\nContent-Length: 9999999\r\n\r\n" },
    { 421, "PUT /things/gone?x HTTP/1.1\r\nHost: evil\r\nOrigin: null\r\nContent-Length: "
           "9999999\r\n\r\n" },
    { 403, "PUT /things/gone?x HTTP/1.1\r\nHost: localhost:%PORT\r\nOrigin: "
           "null\r\nContent-Length: 9999999\r\n\r\n" },
    { 401,
      "PUT /things/gone?x HTTP/1.1\r\nHost: localhost:%PORT\r\nContent-Length: 9999999\r\n\r\n" },
    { 404, "BREW /things/gone?x HTTP/1.1\r\n%HOST\r\nContent-Length: 9999999\r\n\r\n" },
    { 405, "BREW /things/1?x HTTP/1.1\r\n%HOST\r\nContent-Length: 9999999\r\n\r\n" },
    { 415, "PUT /things/1?x HTTP/1.1\r\n%HOST\r\nContent-Length: 9999999\r\n\r\n" },
    { 413, "PUT /things/1?x HTTP/1.1\r\n%HOST\r\nContent-Type: application/json\r\nContent-Length: "
           "9999999\r\n\r\n" },
    { 400, "PUT /things/1?x HTTP/1.1\r\n%HOST\r\nContent-Type: application/json\r\nContent-Length: "
           "1\r\n\r\nx" },
    { 422, "PUT /things/1?x HTTP/1.1\r\n%HOST\r\nContent-Type: application/json\r\nContent-Length: "
           "2\r\n\r\n{}" },
    { 200, "PUT /things/1 HTTP/1.1\r\n%HOST\r\nContent-Type: application/json\r\nContent-Length: "
           "2\r\n\r\n{}" },
  };
  g_autoptr (Harness) harness = harness_new (&with_token);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    expect (harness, cases[i].request, cases[i].status);
}

/* Authentication after the router would show strangers which paths exist. */
static void
test_unknown_paths_need_the_token_as_known_ones_do (void)
{
  static const char *const paths[] = { "/hello", "/nowhere", "/things/gone", "/", "*" };
  g_autoptr (Harness) harness = harness_new (&with_token);

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *line = g_strdup_printf ("OPTIONS %s HTTP/1.1\r\n", paths[i]);
      g_autofree char *host = g_strconcat (line, "Host: evil\r\n\r\n", NULL);
      g_autofree char *origin = g_strconcat (line, "%HOST\r\nOrigin: http://evil\r\n\r\n", NULL);
      g_autofree char *token = g_strconcat (line, "Host: localhost:%PORT\r\n\r\n", NULL);

      expect (harness, host, 421);
      expect (harness, origin, 403);
      expect (harness, token, 401);
    }
}

static void
test_401_asks_for_a_bearer_token (void)
{
  static const char *const values[] = {
    "",    "Bearer",        "Bearer ", "Bearer 0", "Bearer " TOKEN "0", "Basic " TOKEN,
    TOKEN, "BearerX " TOKEN
  };
  g_autoptr (Harness) harness = harness_new (&with_token);

  for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *request =
          g_strdup_printf ("GET /hello HTTP/1.1\r\nHost: localhost:%%PORT\r\n"
                           "Authorization: %s\r\n\r\n",
                           values[i]);
      g_autofree char *answer = ask (harness, request);

      assert_status (answer, 401);
      assert_has (answer, "\r\nWWW-Authenticate: Bearer\r\n");
      assert_has_not (answer, TOKEN);
    }
}

static void
test_the_scheme_is_read_in_any_case (void)
{
  g_autoptr (Harness) harness = harness_new (&with_token);

  expect (harness,
          "GET /hello HTTP/1.1\r\nHost: localhost:%PORT\r\nauthorization: bEARER  " TOKEN
          "\r\n\r\n",
          200);
  expect (harness, "GET /hello HTTP/1.1\r\n%HOST\r\nAuthorization: Bearer " TOKEN "\r\n\r\n", 401);
}

/* The port may be missing only where it is HTTP's own. */
static void
test_hosts_that_are_not_ours_are_421 (void)
{
  static const char *const hosts[] = { "",
                                       "localhost",
                                       "127.0.0.1",
                                       "localhost:80",
                                       "localhost.:%PORT",
                                       "localhost:%PORT0",
                                       "evil:%PORT",
                                       "127.0.0.2:%PORT",
                                       "[::2]:%PORT",
                                       "::1:%PORT",
                                       "a@127.0.0.1:%PORT",
                                       "127.0.0.1:%PORT, evil",
                                       "0x7f.1:%PORT",
                                       "localhost:%PORT/",
                                       "localhost:" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *request =
          g_strconcat ("GET /hello HTTP/1.1\r\nHost: ", hosts[i], "\r\n\r\n", NULL);

      expect (harness, request, 421);
    }
}

static void
test_our_hosts_are_served_in_any_case (void)
{
  static const char *const hosts[] = { "localhost:%PORT", "LocalHost:%PORT", "127.0.0.1:%PORT",
                                       "[::1]:%PORT",     "tunnel:9000",     "TUNNEL:9000",
                                       "box:%PORT",       "[fe80::1]:%PORT" };
  static const char *const ours[] = { "tunnel:9000", "box", "fe80::1", NULL };
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .allowed_hosts = ours });

  for (size_t i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *request = g_strconcat ("GET /hello HTTP/1.1\r\nHost: ", hosts[i],
                                              "\r\nOrigin: http://", hosts[i], "\r\n\r\n", NULL);

      expect (harness, request, 200);
    }
}

/* A proxy passes on the name by which its clients know it, and the origin of their pages. */
static void
test_a_proxy_s_host_and_https_origin_are_ours (void)
{
  static const char *const ours[] = { "lab.example", NULL };
  g_autoptr (Harness) harness = harness_new (&(HttpServerConfig){ .allowed_hosts = ours });

  expect (harness,
          "GET /hello HTTP/1.1\r\nHost: lab.example\r\nOrigin: https://lab.example\r\n\r\n", 200);
  expect (harness, "GET /hello HTTP/1.1\r\n%HOST\r\nOrigin: https://localhost:%PORT\r\n\r\n", 403);
  expect (harness, "GET /hello HTTP/1.1\r\n%HOST\r\nOrigin: https://evil\r\n\r\n", 403);
}

/* A server on all addresses is reached by each of them, but a connection accepts only its own
 * address as Host. */
static void
test_the_connection_s_own_address_is_ours (void)
{
  g_autoptr (Harness) harness = harness_new_at (NULL, "0.0.0.0");

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *request = g_strdup_printf (
          "GET /hello HTTP/1.1\r\nHost: 127.0.0.%d:%d\r\n\r\n", 5 + i, harness->port);
      g_autofree char *answer = NULL;
      int fd = client_connect_to ("127.0.0.5", harness->port);

      client_send (harness, fd, request);
      answer = client_read_answer (fd, false);
      assert_status (answer, i == 0 ? 200 : 421);
      close (fd);
    }
}

static void
test_origins_that_are_not_ours_are_403 (void)
{
  static const char *const origins[] = { "null",
                                         "",
                                         "http://evil",
                                         "https://localhost:%PORT",
                                         "http://localhost",
                                         "file://",
                                         "http://localhost:%PORT/",
                                         "http://localhost:%PORT.evil",
                                         "localhost:%PORT",
                                         "http://localhost:%PORT\r\nOrigin: http://evil" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (origins); i++)
    {
      g_autofree char *request =
          g_strconcat ("GET /hello HTTP/1.1\r\n%HOST\r\nOrigin: ", origins[i], "\r\n\r\n", NULL);

      expect (harness, request, 403);
    }
}

static void
test_an_absolute_target_names_the_host (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);

  expect (harness, "GET http://localhost:%PORT/hello HTTP/1.1\r\n%HOST\r\n\r\n", 200);
  expect (harness, "GET http://evil/hello HTTP/1.1\r\n%HOST\r\n\r\n", 421);
  expect (harness, "GET http://localhost:%PORT/hello HTTP/1.1\r\nHost: evil\r\n\r\n", 200);
  expect (harness, "GET http://localhost:%PORT/hello HTTP/1.1\r\n\r\n", 400);
}

static void
test_405_always_comes_with_allow (void)
{
  static const char *const requests[] = { "BREW /things/1", "DELETE /things/1", "CONNECT /things/1",
                                          "TRACE /things/1", "POST /things/1" };
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *literal = ask (harness, "GET /things/clear HTTP/1.1\r\n%HOST\r\n\r\n");
  g_autofree char *tunnel = ask (harness, "CONNECT localhost:%PORT HTTP/1.1\r\n%HOST\r\n\r\n");

  for (size_t i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *request = g_strconcat (requests[i], " HTTP/1.1\r\n%HOST\r\n\r\n", NULL);
      g_autofree char *answer = ask (harness, request);

      assert_status (answer, 405);
      assert_has (answer, "\r\nAllow: GET, HEAD, PUT, OPTIONS\r\n");
    }
  assert_status (literal, 405);
  assert_has (literal, "\r\nAllow: POST, OPTIONS\r\n");
  assert_status (tunnel, 405);
  assert_has (tunnel, "\r\nAllow: GET, HEAD, POST, PUT, OPTIONS\r\n");
}

static void
test_options_is_204_with_allow (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *path = ask (harness, "OPTIONS /things/1 HTTP/1.1\r\n%HOST\r\n\r\n");
  g_autofree char *all = ask (harness, "OPTIONS * HTTP/1.1\r\n%HOST\r\n\r\n");

  assert_status (path, 204);
  assert_has (path, "\r\nAllow: GET, HEAD, PUT, OPTIONS\r\n");
  assert_has_not (path, "Content-Length");
  assert_has_not (path, "Access-Control");
  assert_status (all, 204);
  assert_has (all, "\r\nAllow: GET, HEAD, POST, PUT, OPTIONS\r\n");
  expect (harness, "OPTIONS /nowhere HTTP/1.1\r\n%HOST\r\n\r\n", 404);
  expect (harness, "OPTIONS /things/gone HTTP/1.1\r\n%HOST\r\n\r\n", 404);
}

static void
test_bodies_of_other_types_are_415 (void)
{
  static const char *const types[] = {
    "",
    "Content-Type: text/plain\r\n",
    "Content-Type: application/jsonx\r\n",
    "Content-Type: application/json; x=y; charset=latin1\r\n",
    "Content-Type: application/json; x=\"y\r\n",
    "Content-Type: application/json, text/plain\r\n",
    "Content-Type:\r\n",
    "Content-Type: application/json\r\nContent-Type: application/json\r\n",
    "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"
  };
  static const char *const lines[] = { "POST /echo", "GET /hello", "POST /things/clear" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (types) * G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *request = g_strconcat (lines[i % 3], " HTTP/1.1\r\n%HOST\r\n", types[i / 3],
                                              "Content-Length: 2\r\n\r\n{}", NULL);

      expect (harness, request, 415);
    }
}

static void
test_json_and_empty_bodies_are_taken (void)
{
  static const char *const types[] = {
    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Type: Application/JSON ; charset=UTF-8\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Type: application/json;charset=\"utf-8\"\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Type: application/json; charset=UTF8\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Type: application/json; x=y;a=\"b;\\\"\" ;\r\nContent-Length: 2\r\n\r\n{}",
    "Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
    "Content-Length: 0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "\r\n"
  };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *request = g_strconcat ("POST /echo HTTP/1.1\r\n%HOST\r\n", types[i], NULL);

      expect (harness, request, 200);
    }
}

/* A mistyped parameter must not be ignored silently. */
static void
test_query_parameters_that_are_not_known_are_422 (void)
{
  static const char *const queries[] = { "c=1",  "a=1&c=2", "c",     "A=1", "a%00=1",
                                         "a%=1", "a=1&a=2", "a=%zz", "=1",  "a+=1" };
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *named = ask (harness, "GET /query?sur%70rise=1 HTTP/1.1\r\n%HOST\r\n\r\n");

  assert_has (named, "\"errors\":[{\"field\":\"surprise\",\"message\":\"");
  for (size_t i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autofree char *request =
          g_strconcat ("GET /query?", queries[i], " HTTP/1.1\r\n%HOST\r\n\r\n", NULL);

      expect (harness, request, 422);
    }
  expect (harness, "GET /query?a=1&b=2%20+3&& HTTP/1.1\r\n%HOST\r\n\r\n", 200);
  expect (harness, "GET /query? HTTP/1.1\r\n%HOST\r\n\r\n", 200);
  expect (harness, "GET /hello?a HTTP/1.1\r\n%HOST\r\n\r\n", 422);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/request-pipeline/" path, test_##name)
  ADD ("order", the_first_fault_in_the_contract_s_order_is_answered);
  ADD ("unknown-paths", unknown_paths_need_the_token_as_known_ones_do);
  ADD ("401", 401_asks_for_a_bearer_token);
  ADD ("scheme", the_scheme_is_read_in_any_case);
  ADD ("421", hosts_that_are_not_ours_are_421);
  ADD ("proxy", a_proxy_s_host_and_https_origin_are_ours);
  ADD ("our-hosts", our_hosts_are_served_in_any_case);
  ADD ("own-address", the_connection_s_own_address_is_ours);
  ADD ("403", origins_that_are_not_ours_are_403);
  ADD ("absolute", an_absolute_target_names_the_host);
  ADD ("405", 405_always_comes_with_allow);
  ADD ("options", options_is_204_with_allow);
  ADD ("415", bodies_of_other_types_are_415);
  ADD ("json", json_and_empty_bodies_are_taken);
  ADD ("query", query_parameters_that_are_not_known_are_422);
  return g_test_run ();
}
