/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "http/parser.h"

/* Whatever the bytes are, the parser reads the same requests from them in any cut: what comes as a
 * whole, byte by byte or in pieces must not be seen as different requests. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
note_request (GString *seen, HttpParser *parser)
{
  const char *host = http_parser_header (parser, "Host", NULL);
  g_string_append_printf (seen, "%s %.*s host=%s body=%zu:", http_parser_method (parser),
                          (int) parser->target.path_length, parser->target.path, host ? host : "-",
                          parser->body->len);
  g_string_append_len (seen, parser->body->str, (gssize) parser->body->len);
  g_string_append_c (seen, '\n');
}

/* Reads what is there; false after an error. */
static bool
drain (HttpParser *parser, GString *seen)
{
  for (;;)
    {
      ParserEvent event = http_parser_next (parser);
      if (event == PARSER_MORE)
        return true;
      if (event == PARSER_DONE)
        {
          note_request (seen, parser);
          http_parser_finish (parser);
        }
      if (event == PARSER_ERROR)
        {
          g_assert_true (parser->status >= 400 && parser->status < 600);
          g_assert_nonnull (parser->detail);
          g_string_append_printf (seen, "error %d", parser->status);
          return false;
        }
    }
}

static char *
read_in_pieces (const uint8_t *data, size_t size, size_t piece)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  HttpParser parser;
  http_parser_init (&parser);
  for (size_t at = 0; at < size;)
    {
      size_t room = 0;
      char *place = http_parser_get_room (&parser, &room);
      g_assert_true (place && room > 0);
      size_t take = MIN (MIN (piece, room), size - at);
      memcpy (place, data + at, take);
      http_parser_add (&parser, take);
      at += take;
      if (!drain (&parser, seen))
        break;
    }
  http_parser_deinit (&parser);
  return g_string_free (g_steal_pointer (&seen), FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *whole = read_in_pieces (data, size, size);
  g_autofree char *bytes = read_in_pieces (data, size, 1);
  g_autofree char *pieces = read_in_pieces (data, size, 1 + size % 13);
  g_assert_cmpstr (whole, ==, bytes);
  g_assert_cmpstr (whole, ==, pieces);
  return 0;
}
