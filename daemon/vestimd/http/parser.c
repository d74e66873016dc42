/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/parser.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#define FIRST_CAPACITY 2048
#define BODY_CAPACITY (32 * 1024)
#define MAX_CAPACITY (64 * 1024)
#define KEPT_CAPACITY 4096
#define KEPT_BODY (16 * 1024)

enum
{
  PHASE_HEAD,
  PHASE_BODY_START,
  PHASE_BODY,
  PHASE_CHUNKS,
  PHASE_COMPLETE,
  PHASE_FAILED,
};

static char *
request_data (const HttpParser *parser)
{
  return parser->data + parser->start;
}

static ParserEvent
fail (HttpParser *parser, int status, const char *detail)
{
  parser->phase = PHASE_FAILED;
  parser->status = status;
  parser->detail = detail;
  return PARSER_ERROR;
}

/* Ends each text with a NUL, which replaces the delimiter after it. */
static void
terminate_texts (HttpParser *parser)
{
  HeadParser *head = &parser->head;
  char *data = request_data (parser);

  data[head->method.start + head->method.length] = '\0';
  data[head->target.start + head->target.length] = '\0';
  if (parser->target.query != NULL)
    ((char *) parser->target.query)[-1] = '\0';
  for (unsigned i = 0; i < head->n_fields; i++)
    {
      HeadField *field = &head->fields[i];

      data[field->name.start + field->name.length] = '\0';
      if (field->value.length == 0) /* any empty text will do */
        field->value.start = (uint16_t) (field->name.start + field->name.length);
      else
        data[field->value.start + field->value.length] = '\0';
    }
}

static bool
parse_target (HttpParser *parser)
{
  const char *data = request_data (parser);

  return target_parse (&parser->target, data + parser->head.target.start,
                       parser->head.target.length, data + parser->head.method.start,
                       parser->head.method.length, &parser->detail);
}

/* The offsets of a request's parts count from its first byte, so they stay valid. */
static void
move_request (HttpParser *parser, size_t capacity)
{
  size_t length = parser->end - parser->start;

  if (parser->start > 0)
    memmove (parser->data, parser->data + parser->start, length);
  parser->start = 0;
  parser->end = length;
  if (capacity != parser->capacity)
    parser->data = g_realloc (parser->data, capacity);
  parser->capacity = capacity;
}

/* From here on the request stays where it is, because others keep pointers into it; so make room
 * for the pieces of its body now. */
static void
prepare_for_body (HttpParser *parser)
{
  size_t length = parser->end - parser->start;
  bool is_all_here =
      !parser->head.is_chunked && parser->head.content_length <= length - parser->head.pos;

  if (!is_all_here && parser->capacity - parser->head.pos < BODY_CAPACITY)
    move_request (parser, length + BODY_CAPACITY);
}

static ParserEvent
take_head (HttpParser *parser)
{
  const HeadParser *head = &parser->head;

  prepare_for_body (parser);
  if (!parse_target (parser))
    return fail (parser, 400, parser->detail);
  terminate_texts (parser);
  parser->has_head = true;
  parser->used = head->pos;
  parser->left = head->content_length;
  if (head->is_chunked)
    parser->phase = PHASE_CHUNKS;
  else
    parser->phase = head->content_length > 0 ? PHASE_BODY_START : PHASE_COMPLETE;
  return PARSER_HEAD;
}

static ParserEvent
next_head (HttpParser *parser)
{
  switch (head_parser_parse (&parser->head, request_data (parser), parser->end - parser->start))
    {
    case PARSE_MORE:
      return PARSER_MORE;
    case PARSE_DONE:
      return take_head (parser);
    case PARSE_BAD:
      break;
    }
  return fail (parser, parser->head.status, parser->head.detail);
}

/* The bytes consumed from a body make room for its rest. */
static ParserEvent
await_body (HttpParser *parser)
{
  parser->used = parser->head.pos;
  parser->end = parser->start + parser->used;
  return PARSER_MORE;
}

static ParserEvent
complete (HttpParser *parser)
{
  parser->phase = PHASE_COMPLETE;
  return PARSER_DONE;
}

static ParserEvent
next_body (HttpParser *parser)
{
  size_t there = parser->end - parser->start - parser->used;
  size_t n = there < parser->left ? there : (size_t) parser->left;

  if (parser->head.content_length > PARSER_MAX_BODY)
    return fail (parser, 413, "The body is over 1 MiB: send less.");
  if (!parser->drops_body)
    g_string_append_len (parser->body, request_data (parser) + parser->used, (gssize) n);
  parser->used += n;
  parser->left -= n;
  return parser->left == 0 ? complete (parser) : await_body (parser);
}

static ParserEvent
next_chunks (HttpParser *parser)
{
  bool was_empty = parser->chunks.total == 0;

  while (parser->start + parser->used < parser->end)
    {
      const char *data = request_data (parser) + parser->used;
      size_t there = parser->end - parser->start - parser->used;
      size_t n;
      ParseResult result = chunk_decoder_decode (&parser->chunks, data, there,
                                                 parser->drops_body ? NULL : parser->body, &n);

      if (result == PARSE_BAD)
        return fail (parser, parser->chunks.status, parser->chunks.detail);
      parser->used += n;
      if (result == PARSE_DONE)
        return complete (parser);
      if (was_empty && parser->chunks.total > 0)
        return PARSER_BODY;
    }
  return await_body (parser);
}

ParserEvent
http_parser_next (HttpParser *parser)
{
  switch (parser->phase)
    {
    case PHASE_HEAD:
      return parser->start == parser->end ? PARSER_MORE : next_head (parser);
    case PHASE_BODY_START:
      parser->phase = PHASE_BODY;
      return PARSER_BODY;
    case PHASE_BODY:
      return next_body (parser);
    case PHASE_CHUNKS:
      return next_chunks (parser);
    case PHASE_COMPLETE:
      return PARSER_DONE;
    default:
      return PARSER_ERROR;
    }
}

static size_t
wanted_capacity (const HttpParser *parser)
{
  size_t length = parser->end - parser->start;
  size_t capacity = parser->capacity != 0 ? parser->capacity : FIRST_CAPACITY;

  while (capacity - length < FIRST_CAPACITY / 4 && capacity < MAX_CAPACITY)
    capacity *= 2;
  return capacity;
}

char *
http_parser_get_room (HttpParser *parser, size_t *size)
{
  if (parser->phase == PHASE_HEAD && parser->capacity - parser->end < FIRST_CAPACITY / 4)
    move_request (parser, wanted_capacity (parser));
  *size = parser->capacity - parser->end;
  return *size > 0 ? parser->data + parser->end : NULL;
}

void
http_parser_add (HttpParser *parser, size_t length)
{
  assert (length <= parser->capacity - parser->end);
  parser->end += length;
}

static void
begin_request (HttpParser *parser)
{
  head_parser_init (&parser->head);
  chunk_decoder_init (&parser->chunks, PARSER_MAX_BODY);
  parser->used = 0;
  parser->drops_body = false;
  parser->has_head = false;
  parser->phase = PHASE_HEAD;
}

void
http_parser_finish (HttpParser *parser)
{
  assert (parser->phase == PHASE_COMPLETE);
  parser->start += parser->used;
  if (parser->start == parser->end)
    {
      parser->start = 0;
      parser->end = 0;
      if (parser->capacity > KEPT_CAPACITY)
        {
          g_clear_pointer (&parser->data, g_free);
          parser->capacity = 0;
        }
    }
  if (parser->body->allocated_len > KEPT_BODY)
    {
      g_string_free (parser->body, TRUE);
      parser->body = g_string_new (NULL);
    }
  g_string_truncate (parser->body, 0);
  begin_request (parser);
}

bool
http_parser_is_idle (const HttpParser *parser)
{
  return parser->phase == PHASE_HEAD && parser->start == parser->end;
}

bool
http_parser_is_complete (const HttpParser *parser)
{
  return parser->phase == PHASE_COMPLETE;
}

bool
http_parser_has_head (const HttpParser *parser)
{
  return parser->has_head;
}

bool
http_parser_has_body_begun (const HttpParser *parser)
{
  if (parser->head.is_chunked)
    return parser->chunks.n_digits > 0 || parser->chunks.total > 0;
  return parser->left < parser->head.content_length;
}

void
http_parser_drop_body (HttpParser *parser)
{
  parser->drops_body = true;
}

const char *
http_parser_method (const HttpParser *parser)
{
  return request_data (parser) + parser->head.method.start;
}

const char *
http_parser_header (const HttpParser *parser, const char *name, unsigned *from)
{
  size_t length = strlen (name);

  for (unsigned i = from != NULL ? *from : 0; i < parser->head.n_fields; i++)
    {
      const HeadField *field = &parser->head.fields[i];

      if (field->name.length != length
          || strcasecmp (request_data (parser) + field->name.start, name) != 0)
        continue;
      if (from != NULL)
        *from = i + 1;
      return request_data (parser) + field->value.start;
    }
  if (from != NULL)
    *from = parser->head.n_fields;
  return NULL;
}

void
http_parser_init (HttpParser *parser)
{
  memset (parser, 0, sizeof *parser);
  parser->body = g_string_new (NULL);
  begin_request (parser);
}

void
http_parser_deinit (HttpParser *parser)
{
  g_free (parser->data);
  g_string_free (parser->body, TRUE);
}
