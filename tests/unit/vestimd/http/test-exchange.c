/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/http-harness.h"

static char *
get (Harness *harness, const char *path, const char *fields)
{
  g_autofree char *request =
      g_strconcat ("GET ", path, " HTTP/1.1\r\n%HOST\r\n", fields, "\r\n", NULL);

  return client_ask (harness, request);
}

static const char *
body_of (const char *answer)
{
  return strstr (answer, "\r\n\r\n") + 4;
}

/* A client that only asks for the size must get the right one. */
static void
test_head_has_the_headers_of_get_and_no_body (void)
{
  static const char *const paths[] = { "/hello", "/big", "/parts", "/source", "/etag", "/nowhere" };
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *request = g_strdup_printf ("HEAD %s HTTP/1.1\r\n%%HOST\r\n\r\n", paths[i]);
      g_autofree char *whole = get (harness, paths[i], "");
      g_autofree char *head = NULL;

      client_send (harness, fd, request);
      head = client_read_answer (fd, true);
      g_assert_cmpuint (strlen (head), ==, (gsize) (body_of (whole) - whole));
      whole[strlen (head)] = '\0';
      g_assert_cmpstr (strstr (head, "Content-Length"), ==, strstr (whole, "Content-Length"));
    }
  close (fd);
}

static void
test_an_unchanged_answer_is_304 (void)
{
  static const char *const same[] = { "\"v1\"",
                                      "W/\"v1\"",
                                      "*",
                                      "\"a\", \"v1\"",
                                      "\"a\",W/\"v1\" , \"b\"",
                                      "\"a\"\r\nIf-None-Match: \"v1\"" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *fields = g_strdup_printf ("If-None-Match: %s\r\n", same[i]);
      g_autofree char *answer = get (harness, "/etag", fields);

      assert_status (answer, 304);
      assert_has (answer, "\r\nETag: \"v1\"\r\n");
      assert_has_not (answer, "Content-Length");
      g_assert_cmpstr (body_of (answer), ==, "");
    }
}

static void
test_another_tag_gets_the_answer (void)
{
  static const char *const others[] = { "\"v2\"", "v1", "\"v1", "\"a\", \"b\"", "" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *fields = g_strdup_printf ("If-None-Match: %s\r\n", others[i]);
      g_autofree char *answer = get (harness, "/etag", fields);

      assert_status (answer, 200);
      assert_has (answer, "\r\nCache-Control: private, no-cache\r\n");
      g_assert_cmpstr (body_of (answer), ==, "tagged");
    }
}

/* A value that ends its line could begin another header, or another answer. */
static void
test_a_header_value_cannot_split_the_answer (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = get (harness, "/inject", "");

  assert_has (answer, "\r\nLocation: /a  X-Evil: 1    body\r\n");
  g_assert_cmpstr (body_of (answer), ==, "ok");
}

static void
test_answers_carry_what_every_answer_has (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = get (harness, "/hello", "");

  assert_has (answer, "\r\nServer: test\r\n");
  assert_has (answer, "\r\nX-Content-Type-Options: nosniff\r\n");
  assert_has (answer, "\r\nCache-Control: no-store\r\n");
  assert_has (answer, " GMT\r\n");
  assert_has_not (answer, "Access-Control");
  assert_has_not (answer, "Connection");
}

static void
test_paths_are_decoded_and_never_climb (void)
{
  static const char *const cases[][2] = {
    { "/things/a%20b", "a b" },
    { "/things/%C3%A4", "\xc3\xa4" },
    { "/%74hings/x", "x" },
    { "/things/1/files/a/b.c", "a/b.c" },
    { "/things/1/files/a%3Fb", "a?b" },
    { "/things/1/files/...", "..." },
    { "/things/1/files/..", NULL },
    { "/things/1/files/%2e%2E", NULL },
    { "/things/1/files/a/../b", NULL },
    { "/things/1/files/./a", NULL },
    { "/things/1/files//a", NULL },
    { "/things/1/files/a/", NULL },
    { "/things/1/files/", NULL },
    { "/things/1/files/a%2Fb", NULL },
    { "/things/a%2fb", NULL },
    { "/things/..", NULL },
    { "/things/", NULL },
    { "/hello/", NULL },
    { "//hello", NULL },
    { "/things/../hello", NULL },
    { "/", NULL },
  };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = get (harness, cases[i][0], "");

      assert_status (answer, cases[i][1] != NULL ? 200 : 404);
      if (cases[i][1] != NULL)
        g_assert_cmpstr (body_of (answer), ==, cases[i][1]);
    }
}

static void
test_thousands_of_parts_arrive_in_order (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = get (harness, "/parts", "");
  const char *number = body_of (answer);

  for (int i = 0; i < N_PARTS; i++)
    {
      char *end;

      g_assert_cmpint (strtol (number, &end, 10), ==, i);
      g_assert_cmpint (*end, ==, ',');
      number = end + 1;
    }
  g_assert_cmpint (*number, ==, '\0');
  harness_poll (harness, &harness->n_released, N_PARTS);
}

static void
test_a_source_is_sent_piece_by_piece (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = get (harness, "/source", "");
  const char *body = body_of (answer);

  assert_status (answer, 200);
  assert_has (answer, "\r\nAccept-Ranges: bytes\r\n");
  g_assert_cmpuint (strlen (body), ==, SOURCE_SIZE);
  for (size_t i = 0; i < SOURCE_SIZE; i++)
    g_assert_cmpint (body[i], ==, 'a' + (char) (i % 26));
  harness_poll (harness, &harness->n_released, 1);
}

static void
assert_part (Harness *harness, const char *fields, size_t first, size_t length)
{
  g_autofree char *answer = get (harness, "/source", fields);
  g_autofree char *range = g_strdup_printf ("\r\nContent-Range: bytes %zu-%zu/%d\r\n", first,
                                            first + length - 1, SOURCE_SIZE);

  assert_status (answer, 206);
  assert_has (answer, range);
  g_assert_cmpuint (strlen (body_of (answer)), ==, length);
  g_assert_cmpint (body_of (answer)[0], ==, 'a' + (char) (first % 26));
}

static void
test_a_range_is_206 (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);

  assert_part (harness, "Range: bytes=0-0\r\n", 0, 1);
  assert_part (harness, "Range: BYTES=5-9\r\n", 5, 5);
  assert_part (harness, "Range: bytes=614390-\r\n", 614390, 10);
  assert_part (harness, "Range: bytes=614390-99999999999999999999999\r\n", 614390, 10);
  assert_part (harness, "Range: bytes=-7\r\n", SOURCE_SIZE - 7, 7);
  assert_part (harness, "Range: bytes=-999999999\r\n", 0, SOURCE_SIZE);
  assert_part (harness, "Range: bytes=300000-599999\r\n", 300000, 300000);
  assert_part (harness, "Range: bytes=1-2\r\nIf-Range: \"s1\"\r\n", 1, 2);
}

static void
test_what_is_no_single_range_gets_the_whole (void)
{
  static const char *const fields[] = {
    "Range: lines=1-2\r\n",
    "Range: bytes=5-4\r\n",
    "Range: bytes=a-b\r\n",
    "Range: bytes=\r\n",
    "Range: bytes=-\r\n",
    "Range: bytes=1\r\n",
    "Range: bytes=1-2x\r\n",
    "Range: bytes=0-1,3-4\r\n",
    "Range: bytes=0-1\r\nRange: bytes=2-3\r\n",
    "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n",
    "Range: bytes=0-1\r\nIf-Range: W/\"s1\"\r\n",
    "Range: bytes=0-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
  };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *answer = get (harness, "/source", fields[i]);

      assert_status (answer, 200);
      assert_has_not (answer, "Content-Range");
      g_assert_cmpuint (strlen (body_of (answer)), ==, SOURCE_SIZE);
      g_assert_cmpint (body_of (answer)[0], ==, 'a');
    }
}

static void
test_a_range_behind_the_end_is_416 (void)
{
  static const char *const ranges[] = { "614400-", "99999999-100000000", "-0" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autofree char *fields = g_strdup_printf ("Range: bytes=%s\r\n", ranges[i]);
      g_autofree char *answer = get (harness, "/source", fields);

      assert_status (answer, 416);
      assert_has (answer, "\r\nContent-Range: bytes */614400\r\n");
      assert_has (answer, "\"status\":416");
    }
  harness_poll (harness, &harness->n_released, 3);
}

static void
test_an_unchanged_source_is_304_before_its_range (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer =
      get (harness, "/source", "If-None-Match: \"s1\"\r\nRange: bytes=0-1\r\n");

  assert_status (answer, 304);
  harness_poll (harness, &harness->n_released, 1);
}

static void
test_a_source_that_cannot_be_read_is_500 (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  g_autofree char *answer = get (harness, "/bad-source", "");

  assert_status (answer, 500);
  harness_poll (harness, &harness->n_released, 1);
}

/* After the head, only the end of the connection can show that something went wrong. */
static void
test_a_source_that_fails_later_cuts_the_answer (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  bool is_reset;
  g_autofree char *answer = NULL;

  client_send (harness, fd, "GET /bad-source?at=1 HTTP/1.1\r\n%HOST\r\n\r\n");
  answer = client_read_all (fd, &is_reset);
  assert_status (answer, 200);
  g_assert_cmpuint (strlen (body_of (answer)), <, SOURCE_SIZE);
  harness_poll (harness, &harness->n_released, 1);
  close (fd);
}

static void
test_what_a_client_does_not_wait_for_is_released (void)
{
  static const char *const paths[] = { "/big", "/source", "/source", "/big" };
  g_autoptr (Harness) harness = harness_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\n%%HOST\r\n\r\n", paths[i]);
      int fd = client_connect (harness);

      client_send (harness, fd, request);
      close (fd);
    }
  harness_poll (harness, &harness->n_released, G_N_ELEMENTS (paths));
}

static void
test_an_answer_for_a_client_that_is_gone_is_dropped (void)
{
  g_autoptr (Harness) harness = harness_new (NULL);
  int fd = client_connect (harness);
  struct
  {
    int on, seconds;
  } linger = { 1, 0 };

  client_send (harness, fd, "GET /later HTTP/1.1\r\n%HOST\r\n\r\n");
  harness_await_later (harness);
  setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close (fd);
  harness_call (harness, harness_answer_later);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/exchange/" path, test_##name)
  ADD ("head", head_has_the_headers_of_get_and_no_body);
  ADD ("304", an_unchanged_answer_is_304);
  ADD ("changed", another_tag_gets_the_answer);
  ADD ("splitting", a_header_value_cannot_split_the_answer);
  ADD ("headers", answers_carry_what_every_answer_has);
  ADD ("paths", paths_are_decoded_and_never_climb);
  ADD ("parts", thousands_of_parts_arrive_in_order);
  ADD ("source", a_source_is_sent_piece_by_piece);
  ADD ("206", a_range_is_206);
  ADD ("whole", what_is_no_single_range_gets_the_whole);
  ADD ("416", a_range_behind_the_end_is_416);
  ADD ("source-304", an_unchanged_source_is_304_before_its_range);
  ADD ("source-500", a_source_that_cannot_be_read_is_500);
  ADD ("source-cut", a_source_that_fails_later_cuts_the_answer);
  ADD ("released", what_a_client_does_not_wait_for_is_released);
  ADD ("gone", an_answer_for_a_client_that_is_gone_is_dropped);
  return g_test_run ();
}
