/* SPDX-License-Identifier: MIT */
#include "tests/support/parser-result.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/vestimd/http/parser.h"

static void
append_text (GString *out, const char *name, const char *text, size_t length)
{
  g_autofree char *escaped = NULL;
  g_autofree char *copy = NULL;

  if (text == NULL)
    return;
  copy = g_strndup (text, length);
  escaped = g_strescape (copy, NULL);
  g_string_append_printf (out, " %s=%s", name, escaped);
}

static void
append_request (GString *out, const HttpParser *parser)
{
  const HttpTarget *target = &parser->target;

  g_string_append (out, http_parser_method (parser));
  append_text (out, "authority", target->authority, target->authority_length);
  append_text (out, "path", target->path, target->path_length);
  append_text (out, "query", target->query, target->query_length);
  for (unsigned i = 0; i < parser->head.n_fields; i++)
    {
      const HeadField *field = &parser->head.fields[i];
      const char *start = parser->data + parser->start;

      append_text (out, start + field->name.start, start + field->value.start, field->value.length);
    }
  if (parser->body->len > 0)
    append_text (out, "body", parser->body->str, parser->body->len);
  if (parser->head.is_closing)
    g_string_append (out, " closing");
  g_string_append_c (out, '\n');
}

/* False when no request can follow. */
static bool
take_events (HttpParser *parser, GString *out)
{
  for (;;)
    switch (http_parser_next (parser))
      {
      case PARSER_MORE:
        return true;
      case PARSER_HEAD:
      case PARSER_BODY:
        break;
      case PARSER_DONE:
        append_request (out, parser);
        http_parser_finish (parser);
        break;
      case PARSER_ERROR:
        g_string_append_printf (out, "%d\n", parser->status);
        return false;
      }
}

static char *
run (const char *data, size_t length, size_t piece, GRand *random)
{
  GString *out = g_string_new (NULL);
  bool goes_on = true;
  HttpParser parser;

  http_parser_init (&parser);
  while (goes_on && length > 0)
    {
      size_t wanted = random != NULL ? (size_t) g_rand_int_range (random, 1, 64) : piece;
      size_t room;
      char *buffer = http_parser_get_room (&parser, &room);
      size_t n = MIN (MIN (wanted, room), length);

      g_assert_nonnull (buffer);
      memcpy (buffer, data, n);
      http_parser_add (&parser, n);
      data += n;
      length -= n;
      goes_on = take_events (&parser, out);
    }
  if (goes_on)
    g_string_append (out, http_parser_is_idle (&parser) ? "idle\n" : "more\n");
  http_parser_deinit (&parser);
  return g_string_free (out, FALSE);
}

char *
parser_result (const char *data, size_t length, size_t piece)
{
  return run (data, length, piece > 0 ? piece : length, NULL);
}

char *
parser_result_random (const char *data, size_t length, unsigned seed)
{
  GRand *random = g_rand_new_with_seed (seed);
  char *result = run (data, length, 0, random);

  g_rand_free (random);
  return result;
}
