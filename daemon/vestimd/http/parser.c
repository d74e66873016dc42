/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/parser.h"

#include <assert.h>
#include <llhttp.h>
#include <string.h>
#include <strings.h>

/* llhttp gets a request line of our own in place of the client's: the methods and targets that it
 * knows, and what it makes of CONNECT, are a matter of its version. Header fields and body it gets
 * as they came, after the strict check. */
static const char request_line[] = "POST / HTTP/1.1\r\n";

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

/* The head is contiguous and complete when llhttp sees it, so that each span comes in one piece. */
static int
on_header_field (llhttp_t *llhttp, const char *at, size_t length)
{
  HttpParser *parser = llhttp->data;
  ParserField *field = &parser->fields[parser->n_fields];

  if (parser->phase != PHASE_HEAD) /* a trailer */
    return 0;
  if (parser->n_fields == PARSER_MAX_FIELDS)
    return -1;
  field->name = (uint16_t) (at - request_data (parser));
  field->name_length = (uint16_t) length;
  field->value = 0;
  field->value_length = 0;
  parser->n_fields++;
  return 0;
}

static int
on_header_value (llhttp_t *llhttp, const char *at, size_t length)
{
  HttpParser *parser = llhttp->data;
  ParserField *field = &parser->fields[parser->n_fields - 1];

  if (parser->phase != PHASE_HEAD)
    return 0;
  while (length > 0 && at[length - 1] == ' ')
    length--;
  field->value = (uint16_t) (at - request_data (parser));
  field->value_length = (uint16_t) length;
  return 0;
}

/* We switch to no other protocol, so an `Upgrade` is a field as any other. */
static int
on_headers_complete (llhttp_t *llhttp)
{
  llhttp->upgrade = 0;
  return 0;
}

static int
on_body (llhttp_t *llhttp, const char *at, size_t length)
{
  HttpParser *parser = llhttp->data;

  if (!parser->drops_body)
    g_string_append_len (parser->body, at, (gssize) length);
  return 0;
}

static int
on_message_complete (llhttp_t *llhttp)
{
  HttpParser *parser = llhttp->data;

  parser->is_message_complete = true;
  return 0;
}

static const llhttp_settings_t settings = {
  .on_header_field = on_header_field,
  .on_header_value = on_header_value,
  .on_headers_complete = on_headers_complete,
  .on_body = on_body,
  .on_message_complete = on_message_complete,
};

static ParserEvent
fail (HttpParser *parser, int status, const char *detail)
{
  parser->phase = PHASE_FAILED;
  parser->status = status;
  parser->detail = detail;
  return PARSER_ERROR;
}

static ParserEvent
fail_llhttp (HttpParser *parser)
{
  return fail (parser, 400, "The request is malformed.");
}

static bool
feed_llhttp (HttpParser *parser, const char *data, size_t length)
{
  return llhttp_execute (parser->llhttp, data, length) == HPE_OK;
}

/* Every text that is asked for later gets its NUL, over the delimiter behind it. */
static void
terminate_texts (HttpParser *parser)
{
  char *data = request_data (parser);

  data[parser->head.method.start + parser->head.method.length] = '\0';
  data[parser->head.target.start + parser->head.target.length] = '\0';
  if (parser->target.query != NULL)
    ((char *) parser->target.query)[-1] = '\0';
  for (unsigned i = 0; i < parser->n_fields; i++)
    {
      ParserField *field = &parser->fields[i];

      data[field->name + field->name_length] = '\0';
      if (field->value_length == 0) /* any empty text will do */
        field->value = (uint16_t) (field->name + field->name_length);
      else
        data[field->value + field->value_length] = '\0';
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

/* Offsets of the request at hand count from its first byte and stay right. */
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

/* From here on the request stays where it is, so room for the pieces of its body is made now. */
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
  const HeadValidator *head = &parser->head;
  const char *data;

  prepare_for_body (parser);
  data = request_data (parser);
  if (!parse_target (parser))
    return fail (parser, 400, parser->detail);
  if (!feed_llhttp (parser, request_line, sizeof request_line - 1)
      || !feed_llhttp (parser, data + head->fields_start, head->pos - head->fields_start)
      || parser->n_fields != head->n_fields)
    return fail_llhttp (parser);
  terminate_texts (parser);
  parser->has_head = true;
  parser->used = head->pos;
  parser->left = head->content_length;
  if (head->is_chunked)
    parser->phase = PHASE_CHUNKS;
  else if (head->content_length > 0)
    parser->phase = PHASE_BODY_START;
  else if (!parser->is_message_complete)
    return fail_llhttp (parser);
  else
    parser->phase = PHASE_COMPLETE;
  return PARSER_HEAD;
}

static ParserEvent
next_head (HttpParser *parser)
{
  char *data = request_data (parser);

  switch (head_validator_check (&parser->head, data, parser->end - parser->start))
    {
    case VALIDATOR_MORE:
      return PARSER_MORE;
    case VALIDATOR_DONE:
      return take_head (parser);
    case VALIDATOR_BAD:
      break;
    }
  return fail (parser, parser->head.status, parser->head.detail);
}

/* What was consumed of a body makes room for its rest. */
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
  if (!parser->is_message_complete)
    return fail_llhttp (parser);
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
  if (!feed_llhttp (parser, request_data (parser) + parser->used, n))
    return fail_llhttp (parser);
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
      ValidatorResult result = chunk_validator_check (&parser->chunks, data, there, &n);

      if (result == VALIDATOR_BAD)
        return fail (parser, parser->chunks.status, parser->chunks.detail);
      if (!parser->chunks.is_extension && !feed_llhttp (parser, data, n))
        return fail_llhttp (parser);
      parser->used += n;
      if (result == VALIDATOR_DONE)
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
  head_validator_init (&parser->head);
  chunk_validator_init (&parser->chunks, PARSER_MAX_BODY);
  llhttp_init (parser->llhttp, HTTP_REQUEST, &settings);
  parser->llhttp->data = parser;
  parser->n_fields = 0;
  parser->used = 0;
  parser->drops_body = false;
  parser->has_head = false;
  parser->is_message_complete = false;
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

  for (unsigned i = from != NULL ? *from : 0; i < parser->n_fields; i++)
    {
      const ParserField *field = &parser->fields[i];

      if (field->name_length != length
          || strcasecmp (request_data (parser) + field->name, name) != 0)
        continue;
      if (from != NULL)
        *from = i + 1;
      return request_data (parser) + field->value;
    }
  if (from != NULL)
    *from = parser->n_fields;
  return NULL;
}

void
http_parser_init (HttpParser *parser)
{
  memset (parser, 0, sizeof *parser);
  parser->body = g_string_new (NULL);
  parser->llhttp = g_new (llhttp_t, 1);
  begin_request (parser);
}

void
http_parser_deinit (HttpParser *parser)
{
  g_free (parser->data);
  g_free (parser->llhttp);
  g_string_free (parser->body, TRUE);
}
