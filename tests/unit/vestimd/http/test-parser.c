/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/http/parser.h"
#include "tests/support/parser-result.h"

/* A case: bytes in (maybe with a NUL), words out. */
typedef struct
{
  const char *input;
  size_t length;
  const char *result;
} Case;

#define CASE(input, result) \
  { \
    input, sizeof input - 1, result \
  }
#define HOST "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n" HOST
#define BAD(input) CASE (input, "400\n")
/* A header line that makes a good request malformed. */
#define BAD_FIELD(line) BAD (GET line "\r\n\r\n")
#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
#define BAD_CHUNKS(chunks) BAD (CHUNKED chunks)

static const Case good_requests[] = {
  CASE (GET "\r\n", "GET path=/ Host=a\nidle\n"),
  CASE ("", "idle\n"),
  CASE ("GET / HT", "more\n"),
  CASE (GET, "more\n"),
  CASE ("\r\n\r\n" GET "\r\n", "GET path=/ Host=a\nidle\n"),
  CASE (GET "\r\n" GET "\r\nGET", "GET path=/ Host=a\nGET path=/ Host=a\nmore\n"),
  CASE ("BREW /pot HTTP/1.1\r\n" HOST "\r\n", "BREW path=/pot Host=a\nidle\n"),
  CASE ("PRI /x HTTP/1.1\r\n" HOST "\r\n", "PRI path=/x Host=a\nidle\n"),
  CASE ("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n" GET "\r\n",
        "CONNECT path= Host=a\nGET path=/ Host=a\nidle\n"),
  CASE ("CONNECT /x HTTP/1.1\r\n" HOST "\r\n", "CONNECT path=/x Host=a\nidle\n"),
  CASE ("OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS path=* Host=a\nidle\n"),
  CASE ("OPTIONS http://b HTTP/1.1\r\n" HOST "\r\n", "OPTIONS authority=b path=* Host=a\nidle\n"),
  CASE ("GET http://b HTTP/1.1\r\n" HOST "\r\n", "GET authority=b path=/ Host=a\nidle\n"),
  CASE ("GET HTTP://b:1?q=1 HTTP/1.1\r\n" HOST "\r\n",
        "GET authority=b:1 path=/ query=q=1 Host=a\nidle\n"),
  CASE ("GET http://b/c/d?e HTTP/1.1\r\n" HOST "\r\n",
        "GET authority=b path=/c/d query=e Host=a\nidle\n"),
  CASE ("GET /a%20b?c=%zz&d HTTP/1.1\r\n" HOST "\r\n",
        "GET path=/a%20b query=c=%zz&d Host=a\nidle\n"),
  CASE ("GET /? HTTP/1.1\r\n" HOST "\r\n", "GET path=/ query= Host=a\nidle\n"),
  CASE ("GET /a?b?c HTTP/1.1\r\n" HOST "\r\n", "GET path=/a query=b?c Host=a\nidle\n"),
  CASE ("GET / HTTP/1.0\r\n\r\n", "GET path=/ closing\nidle\n"),
  CASE (GET "Connection: close\r\n\r\n", "GET path=/ Host=a Connection=close closing\nidle\n"),
  CASE (GET "Connection: x ,\tClOsE\r\n\r\n",
        "GET path=/ Host=a Connection=x ,\\tClOsE closing\nidle\n"),
  CASE (GET "Connection: closed, xclose\r\n\r\n",
        "GET path=/ Host=a Connection=closed, xclose\nidle\n"),
  CASE (GET "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" GET "\r\n",
        "GET path=/ Host=a Connection=Upgrade Upgrade=h2c\nGET path=/ Host=a\nidle\n"),
  CASE (GET "X:\r\nY: \t \r\nZ: a b\t\r\n\r\n", "GET path=/ Host=a X= Y= Z=a b\nidle\n"),
  CASE (GET "X: caf\xe9\x80\xff\r\n\r\n", "GET path=/ Host=a X=caf\\351\\200\\377\nidle\n"),
  CASE (GET "!#$%&'*+-.^_`|~09aZ: x\r\n\r\n", "GET path=/ Host=a !#$%&'*+-.^_`|~09aZ=x\nidle\n"),
  CASE (GET "Content-Length: 0\r\n\r\n", "GET path=/ Host=a Content-Length=0\nidle\n"),
  CASE (GET "Content-Length: \t 003 \t\r\n\r\nabc",
        "GET path=/ Host=a Content-Length=003 body=abc\nidle\n"),
  CASE (GET "content-LENGTH:2\r\n\r\nabGET", "GET path=/ Host=a content-LENGTH=2 body=ab\nmore\n"),
  CASE (GET "Content-Length: 4\r\n\r\nabc", "more\n"),
  CASE (GET "Transfer-Encoding: \tChunKed\t\r\n\r\n0\r\n\r\n",
        "GET path=/ Host=a Transfer-Encoding=ChunKed\nidle\n"),
};

#define POSTED "POST path=/ Host=a Transfer-Encoding=chunked"

static const Case good_chunks[] = {
  CASE (CHUNKED "0\r\n\r\n" GET "\r\n", POSTED "\nGET path=/ Host=a\nidle\n"),
  CASE (CHUNKED "3\r\nabc\r\n0\r\n\r\n", POSTED " body=abc\nidle\n"),
  CASE (CHUNKED "1\r\na\r\n002\r\nbc\r\n000\r\n\r\n", POSTED " body=abc\nidle\n"),
  CASE (CHUNKED "a\r\n0123456789\r\nB\r\n01234567890\r\n0\r\n\r\n",
        POSTED " body=012345678901234567890\nidle\n"),
  CASE (CHUNKED "2;a;b=c;d=\"e;\\\"\r\x01\"\r\n", "400\n"),
  CASE (CHUNKED "2;a;b=c;d=\"e; \\\" f\"\r\nab\r\n0;x\r\n\r\n", POSTED " body=ab\nidle\n"),
  CASE (CHUNKED "2\r\n\r\n\r\n0\r\n\r\n", POSTED " body=\\r\\n\nidle\n"),
  CASE (CHUNKED "1\r\na\r\n0\r\nX-Sum: 5\r\nY:\r\n\r\n" GET "\r\n",
        POSTED " body=a\nGET path=/ Host=a\nidle\n"),
  CASE (CHUNKED "1\r\na\r\n0\r\nX-Sum", "more\n"),
};

static const Case bad_request_lines[] = {
  BAD ("\r\n\r\n\r\n\r\n\r\n" GET "\r\n"),
  BAD ("\n" GET "\r\n"),
  BAD ("\rGET / HTTP/1.1\r\n" HOST "\r\n"),
  BAD (" GET / HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET  / HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET\t/ HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("get / HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("G@T / HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("G\0T / HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET\r\n"),
  BAD ("GET /\r\n"),
  BAD ("GET / \r\n"),
  BAD ("GET /  HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/1.1 \r\n" HOST "\r\n"),
  BAD ("GET / HTTP/1.1\n" HOST "\r\n"),
  BAD ("GET / HTTP/1.1\r" HOST "\r\n"),
  BAD ("GET / HTTP/1.2\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/0.9\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/2.0\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/1.10\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/11\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/1\r\n" HOST "\r\n"),
  BAD ("GET / http/1.1\r\n" HOST "\r\n"),
  BAD ("GET / ICE/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a b HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a#b HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a\tb HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a\x7f HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /caf\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a%0 HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a%zz HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET /a%00b HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET a HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET * HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET ?a HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET a:80 HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET http:// HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET http:///x HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET http://u@h/x HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET https://h/x HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("GET http:/h/x HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("OPTIONS *a HTTP/1.1\r\n" HOST "\r\n"),
  BAD ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  BAD ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
};

static const Case bad_fields[] = {
  BAD ("GET / HTTP/1.1\r\n\r\n"),
  BAD ("GET / HTTP/1.1\r\n X: y\r\n" HOST "\r\n"),
  BAD ("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
  BAD (GET "\n"),
  BAD (GET "\rX"),
  BAD_FIELD ("X: a\r\n b"),
  BAD_FIELD ("X: a\r\n\tb"),
  BAD_FIELD ("X:\r\n b"),
  BAD_FIELD ("X : a"),
  BAD_FIELD ("X\t: a"),
  BAD_FIELD ("X a"),
  BAD_FIELD (": a"),
  BAD_FIELD ("X\x01: a"),
  BAD_FIELD ("X\0: a"),
  BAD_FIELD ("X(y): a"),
  BAD_FIELD ("X\xc3\xa9: a"),
  BAD_FIELD ("X: a\0b"),
  BAD_FIELD ("X: a\x1b"),
  BAD_FIELD ("X: a\x7f"),
  BAD_FIELD ("X: a\rb"),
  BAD_FIELD ("X: a\nY: b"),
  BAD_FIELD ("X: a\n"),
  BAD_FIELD ("Host: a"),
  BAD_FIELD ("hOST: b"),
  BAD_FIELD ("Content-Length:"),
  BAD_FIELD ("Content-Length: +1"),
  BAD_FIELD ("Content-Length: -1"),
  BAD_FIELD ("Content-Length: 0x1"),
  BAD_FIELD ("Content-Length: 1 1"),
  BAD_FIELD ("Content-Length: 1, 1"),
  BAD_FIELD ("Content-Length: 1.0"),
  BAD_FIELD ("Content-Length: \"1\""),
  BAD_FIELD ("Content-Length: 18446744073709551616"),
  BAD_FIELD ("Content-Length: 99999999999999999999999"),
  BAD_FIELD ("Content-Length: 1\r\nContent-Length: 1"),
  BAD_FIELD ("Content-Length: 0\r\ncontent-length: 5"),
  BAD_FIELD ("Content-Length: 0\r\nTransfer-Encoding: chunked"),
  BAD_FIELD ("Transfer-Encoding: chunked\r\nContent-Length: 0"),
  BAD_FIELD ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
  BAD_FIELD ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
  BAD_FIELD ("Transfer-Encoding:"),
  BAD_FIELD ("Transfer-Encoding: identity"),
  BAD_FIELD ("Transfer-Encoding: gzip, chunked"),
  BAD_FIELD ("Transfer-Encoding: chunked, chunked"),
  BAD_FIELD ("Transfer-Encoding: chunked,"),
  BAD_FIELD ("Transfer-Encoding: xchunked"),
  BAD_FIELD ("Transfer-Encoding: chunked;q=1"),
  BAD_FIELD ("Transfer-Encoding: \"chunked\""),
  BAD_FIELD ("Transfer-Encoding: chun ked"),
  BAD ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
  BAD ("POST / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
};

static const Case bad_chunks[] = {
  BAD_CHUNKS ("\r\n"),
  BAD_CHUNKS ("x\r\n"),
  BAD_CHUNKS (" 1\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1 \r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("+1\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("-1\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("0x1\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1\rXa\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1\r\naa\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1\r\na\n0\r\n\r\n"),
  BAD_CHUNKS ("1\r\na0\r\n\r\n"),
  BAD_CHUNKS ("1\r\na\r\n\r\n0\r\n\r\n"),
  BAD_CHUNKS ("fffffffffffffffff\r\n"),
  BAD_CHUNKS ("00000000000000001\r\na\r\n"),
  BAD_CHUNKS ("1;\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1; a\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1;a=\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1;a\nb\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1;a=\x01\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1;a=\"b\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("1;a=\"b\"c\r\na\r\n0\r\n\r\n"),
  BAD_CHUNKS ("0\r\n x: y\r\n\r\n"),
  BAD_CHUNKS ("0\r\nx : y\r\n\r\n"),
  BAD_CHUNKS ("0\r\nx: a\r\n b\r\n\r\n"),
  BAD_CHUNKS ("0\r\nx: a\nb\r\n\r\n"),
  BAD_CHUNKS ("0\r\nx: a\rb\r\n\r\n"),
  BAD_CHUNKS ("0\r\n: a\r\n\r\n"),
  BAD_CHUNKS ("0\r\nx\r\n\r\n"),
  BAD_CHUNKS ("0\r\nx: \0\r\n\r\n"),
  BAD_CHUNKS ("0\r\n\n"),
  BAD_CHUNKS ("0\n\r\n"),
  BAD_CHUNKS ("0\r\nContent-Length: 5\r\n\r\n"),
  BAD_CHUNKS ("0\r\nTransfer-ENCODING: chunked\r\n\r\n"),
  BAD_CHUNKS ("0\r\nhost: b\r\n\r\n"),
  BAD_CHUNKS ("0\r\nAuthorization: Bearer x\r\n\r\n"),
};

/* The result must not depend on how the bytes are split into reads. */
static void
assert_result (const char *input, size_t length, const char *expected)
{
  static const size_t pieces[] = { 0, 1, 2, 3, 7, 1000 };

  for (size_t i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *result = parser_result (input, length, pieces[i]);
      g_autofree char *shown = g_strescape (input, NULL);

      if (strcmp (result, expected) != 0)
        g_error ("%.300s in pieces of %zu: got \"%s\", expected \"%s\"", shown, pieces[i], result,
                 expected);
    }
}

static void
assert_cases (const Case *cases, size_t n)
{
  for (size_t i = 0; i < n; i++)
    assert_result (cases[i].input, cases[i].length, cases[i].result);
}

/* What clients, proxies and scripts really send. */
static void
test_wellformed_requests_are_taken_apart (void)
{
  assert_cases (good_requests, G_N_ELEMENTS (good_requests));
}

static void
test_chunked_bodies_are_joined (void)
{
  assert_cases (good_chunks, G_N_ELEMENTS (good_chunks));
}

/* If two readers can understand the same bytes differently, a request can be smuggled past one of
 * them. */
static void
test_malformed_request_lines_are_400 (void)
{
  assert_cases (bad_request_lines, G_N_ELEMENTS (bad_request_lines));
}

static void
test_malformed_fields_are_400 (void)
{
  assert_cases (bad_fields, G_N_ELEMENTS (bad_fields));
}

static void
test_malformed_chunks_are_400 (void)
{
  assert_cases (bad_chunks, G_N_ELEMENTS (bad_chunks));
}

static char *
repeat (const char *before, char c, size_t n, const char *after)
{
  g_autofree char *middle = g_strnfill (n, c);

  return g_strconcat (before, middle, after, NULL);
}

static void
assert_repeated (const char *before, size_t n, const char *after, const char *expected)
{
  g_autofree char *input = repeat (before, 'a', n, after);
  g_autofree char *result = parser_result (input, strlen (input), 0);
  g_autofree char *bytewise = parser_result (input, strlen (input), 1);

  g_assert_true (g_str_has_suffix (result, expected));
  g_assert_cmpstr (result, ==, bytewise);
}

/* Without its end, the line may have 8192 bytes and no more, whatever they are. */
static void
test_a_request_line_over_8_kib_is_414 (void)
{
  size_t fits = 8192 - strlen ("GET / HTTP/1.1");

  assert_repeated ("GET /", fits, " HTTP/1.1\r\n" HOST "\r\n", "idle\n");
  assert_repeated ("GET /", fits + 1, " HTTP/1.1\r\n" HOST "\r\n", "414\n");
  assert_repeated ("GET /", 100000, "", "414\n");
  assert_repeated ("GET /", fits, " HTTP/1.1x", "414\n");
  assert_repeated ("GET /", fits - 1, " HTTP/1.1x", "400\n");
}

static void
test_header_fields_over_32_kib_are_431 (void)
{
  /* "Host: a\r\nX: " and "\r\n" count. */
  size_t fits = 32768 - 9 - 3;

  assert_repeated (GET "X: ", fits, "\r\n\r\n", "idle\n");
  assert_repeated (GET "X: ", fits + 1, "\r\n\r\n", "431\n");
  assert_repeated (GET "X: ", fits, "\r\nY: b\r\n\r\n", "431\n");
  assert_repeated (GET, 40000, ": x\r\n\r\n", "431\n");
}

static void
test_over_100_fields_are_431 (void)
{
  for (int n = 99; n <= 100; n++)
    {
      g_autoptr (GString) input = g_string_new (GET);
      g_autofree char *result = NULL;

      for (int i = 0; i < n; i++)
        g_string_append (input, "X: y\r\n");
      g_string_append (input, "\r\n");
      result = parser_result (input->str, input->len, 0);
      g_assert_true (g_str_has_suffix (result, n == 99 ? "idle\n" : "431\n"));
    }
}

/* The answer comes before the body, so that no client sends it, and no memory is allocated for it.
 */
static void
test_a_body_over_1_mib_is_413_at_once (void)
{
  assert_result (GET "Content-Length: 1048577\r\n\r\n", strlen (GET) + 27, "413\n");
  assert_result (GET "Content-Length: 18446744073709551615\r\n\r\n", strlen (GET) + 40, "413\n");
  assert_result (CHUNKED "100001\r\n", strlen (CHUNKED) + 8, "413\n");
  assert_result (CHUNKED "ffffffffffffffff\r\n", strlen (CHUNKED) + 18, "413\n");
  assert_result (CHUNKED "1\r\na\r\n100000\r\n", strlen (CHUNKED) + 14, "413\n");
}

static void
test_a_body_of_1_mib_is_taken_whole (void)
{
  g_autofree char *plain = repeat (GET "Content-Length: 1048576\r\n\r\n", 'a', 1048576, "");
  g_autofree char *chunked = repeat (CHUNKED "100000\r\n", 'a', 1048576, "\r\n0\r\n\r\n");
  g_autofree char *of_plain = parser_result (plain, strlen (plain), 5000);
  g_autofree char *of_chunked = parser_result (chunked, strlen (chunked), 5000);

  g_assert_cmpuint (strlen (of_plain), >, 1048576);
  g_assert_true (g_str_has_suffix (of_plain, "aaa\nidle\n"));
  g_assert_true (g_str_has_suffix (of_chunked, "aaa\nidle\n"));
}

/* Extensions and trailers mean nothing, but cost work, so both are limited. */
static void
test_long_extensions_and_trailers_are_refused (void)
{
  g_autoptr (GString) many = g_string_new (CHUNKED);
  g_autofree char *result = NULL;

  assert_repeated (CHUNKED "1;", 256, "\r\n", "400\n");
  assert_repeated (CHUNKED "0\r\nX: ", 8192, "\r\n\r\n", "431\n");
  for (int i = 0; i < 101; i++)
    g_string_append (many, i == 0 ? "0\r\nX: y\r\n" : "X: y\r\n");
  result = parser_result (many->str, many->len, 0);
  g_assert_cmpstr (result, ==, "431\n");
}

/* The body of a request must not contain bytes of the next one. */
static void
test_pipelined_bodies_stay_apart (void)
{
  static const char input[] = GET "Content-Length: 2\r\n\r\nab" CHUNKED "2\r\ncd\r\n0\r\n\r\n" GET
                                  "Content-Length: 3\r\n\r\nefg";

  assert_result (input, sizeof input - 1,
                 "GET path=/ Host=a Content-Length=2 body=ab\n" POSTED " body=cd\n"
                 "GET path=/ Host=a Content-Length=3 body=efg\nidle\n");
}

static void
test_a_dropped_body_is_read_but_not_kept (void)
{
  static const char input[] = GET "Content-Length: 3\r\n\r\nabc";
  HttpParser parser;
  size_t room;

  http_parser_init (&parser);
  memcpy (http_parser_get_room (&parser, &room), input, sizeof input - 1);
  http_parser_add (&parser, sizeof input - 1);
  g_assert_cmpint (http_parser_next (&parser), ==, PARSER_HEAD);
  http_parser_drop_body (&parser);
  g_assert_cmpint (http_parser_next (&parser), ==, PARSER_BODY);
  g_assert_cmpint (http_parser_next (&parser), ==, PARSER_DONE);
  g_assert_cmpuint (parser.body->len, ==, 0);
  http_parser_deinit (&parser);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/parser/" path, test_##name)
  ADD ("good", wellformed_requests_are_taken_apart);
  ADD ("chunks", chunked_bodies_are_joined);
  ADD ("bad-lines", malformed_request_lines_are_400);
  ADD ("bad-fields", malformed_fields_are_400);
  ADD ("bad-chunks", malformed_chunks_are_400);
  ADD ("414", a_request_line_over_8_kib_is_414);
  ADD ("431", header_fields_over_32_kib_are_431);
  ADD ("100-fields", over_100_fields_are_431);
  ADD ("413", a_body_over_1_mib_is_413_at_once);
  ADD ("1-mib", a_body_of_1_mib_is_taken_whole);
  ADD ("extensions", long_extensions_and_trailers_are_refused);
  ADD ("pipelined", pipelined_bodies_stay_apart);
  ADD ("dropped", a_dropped_body_is_read_but_not_kept);
  return g_test_run ();
}
