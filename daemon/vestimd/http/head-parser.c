/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/head-parser.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Every byte is checked against the grammar, with no tolerance: if two readers of the same bytes
 * could understand them differently, a request can be smuggled past one of them. So a request that
 * passes here means the same to every program that follows the standard.
 *
 * The parser is a machine that takes any number of bytes at a time; how the input is split never
 * changes the result. Each state consumes as many bytes as it can and moves on at a delimiter. A
 * limit is a position in the input: the byte after it is refused whatever it is, so that a long
 * line gets the same answer whether it comes at once or byte by byte. */

#define MAX_REQUEST_LINE 8192
#define MAX_FIELDS_LENGTH 32768
#define MAX_EMPTY_LINES 4

enum
{
  START,
  START_LF,
  METHOD,
  TARGET,
  VERSION,
  VERSION_LF,
  FIELD_START,
  NAME,
  VALUE,
  VALUE_LF,
  END_LF,
};

static ParseResult
bad (HeadParser *head, int status, const char *detail)
{
  head->status = status;
  head->detail = detail;
  return PARSE_BAD;
}

static ParseResult
move (HeadParser *head, uint8_t state)
{
  head->pos++;
  head->state = state;
  return PARSE_MORE;
}

/* Goes to the first byte that is not of `class`, but not beyond `limit`. */
static void
skip (HeadParser *head, const char *data, size_t length, uint8_t class, uint32_t limit)
{
  uint32_t end = length < limit ? (uint32_t) length : limit;
  uint32_t pos = head->pos;

  while (pos < end && syntax_is (data[pos], class))
    pos++;
  head->pos = pos;
}

static ParseResult
expect_lf (HeadParser *head, const char *data, uint8_t next)
{
  if (data[head->pos] != '\n')
    return bad (head, 400, "A carriage return has no line feed after it: end each line with CRLF.");
  return move (head, next);
}

static ParseResult
bad_char (HeadParser *head, char c, const char *detail)
{
  if (c == '\n')
    return bad (head, 400, "A line ends with a bare line feed: end each line with CRLF.");
  return bad (head, 400, detail);
}

/* RFC 9112, 2.2: a few empty lines before a request are ignored. */
static ParseResult
check_start (HeadParser *head, const char *data, size_t length)
{
  if (data[head->pos] == '\r')
    {
      if (++head->empty_lines > MAX_EMPTY_LINES)
        return bad (head, 400, "Too many empty lines before the request: send the request.");
      return move (head, START_LF);
    }
  head->line_start = head->pos;
  head->method.start = (uint16_t) head->pos;
  head->state = METHOD;
  return PARSE_MORE;
}

static ParseResult
too_long (HeadParser *head)
{
  return bad (head, 414, "The request line is over 8 KiB: send a shorter path and query.");
}

static ParseResult
check_method (HeadParser *head, const char *data, size_t length)
{
  uint32_t limit = head->line_start + MAX_REQUEST_LINE;

  skip (head, data, length, SYNTAX_METHOD, limit);
  if (head->pos == length)
    return PARSE_MORE;
  if (head->pos >= limit)
    return too_long (head);
  head->method.length = (uint16_t) (head->pos - head->method.start);
  if (data[head->pos] != ' ' || head->method.length == 0)
    return bad_char (head, data[head->pos],
                     "The request line must begin with a method in upper case and one space.");
  head->target.start = (uint16_t) (head->pos + 1);
  return move (head, TARGET);
}

static ParseResult
check_target (HeadParser *head, const char *data, size_t length)
{
  uint32_t limit = head->line_start + MAX_REQUEST_LINE;

  skip (head, data, length, SYNTAX_TARGET, limit);
  if (head->pos == length)
    return PARSE_MORE;
  if (head->pos >= limit)
    return too_long (head);
  head->target.length = (uint16_t) (head->pos - head->target.start);
  if (data[head->pos] != ' ' || head->target.length == 0)
    return bad_char (head, data[head->pos],
                     "The request's target has a character that must be percent-encoded, or a "
                     "fragment, or the HTTP version is missing after it.");
  return move (head, VERSION);
}

static ParseResult
check_version (HeadParser *head, const char *data, size_t length)
{
  static const char expected[] = "HTTP/1.";
  char c = data[head->pos];

  if (head->pos >= head->line_start + MAX_REQUEST_LINE && c != '\r')
    return too_long (head);
  if (head->version_length == sizeof expected)
    {
      if (c != '\r')
        return bad_char (head, c, "The request line must end after the HTTP version.");
      return move (head, VERSION_LF);
    }
  if (head->version_length < sizeof expected - 1 ? c != expected[head->version_length]
                                                 : c != '0' && c != '1')
    return bad_char (head, c, "The HTTP version is neither 1.1 nor 1.0: use one of these.");
  head->minor_version = (uint8_t) (c - '0');
  head->version_length++;
  return move (head, VERSION);
}

static ParseResult
check_version_lf (HeadParser *head, const char *data, size_t length)
{
  head->fields_start = head->pos + 1;
  head->is_closing = head->minor_version == 0;
  return expect_lf (head, data, FIELD_START);
}

static ParseResult
too_large (HeadParser *head)
{
  return bad (head, 431, "The header fields are over 32 KiB: send fewer or shorter ones.");
}

static ParseResult
check_field_start (HeadParser *head, const char *data, size_t length)
{
  char c = data[head->pos];

  if (c == '\r')
    return move (head, END_LF);
  if (c == ' ' || c == '\t')
    return bad (head, 400, "A header line is folded: write each field on one line.");
  if (head->n_fields == HEAD_MAX_FIELDS)
    return bad (head, 431, "The request has over 100 header fields: send fewer.");
  head->fields[head->n_fields].name.start = (uint16_t) head->pos;
  head->state = NAME;
  return PARSE_MORE;
}

static ParseResult
check_name (HeadParser *head, const char *data, size_t length)
{
  HeadField *field = &head->fields[head->n_fields];
  uint32_t limit = head->fields_start + MAX_FIELDS_LENGTH;

  skip (head, data, length, SYNTAX_TOKEN, limit);
  if (head->pos == length)
    return PARSE_MORE;
  if (head->pos >= limit)
    return too_large (head);
  field->name.length = (uint16_t) (head->pos - field->name.start);
  if (data[head->pos] == ' ' || data[head->pos] == '\t')
    return bad (head, 400, "A header name has a space before its colon: remove it.");
  if (data[head->pos] != ':' || field->name.length == 0)
    return bad_char (head, data[head->pos],
                     "A header name is empty or has a character that is not allowed there.");
  field->value.start = (uint16_t) (head->pos + 1);
  return move (head, VALUE);
}

static ParseResult
check_value (HeadParser *head, const char *data, size_t length)
{
  HeadSpan *value = &head->fields[head->n_fields].value;
  uint32_t limit = head->fields_start + MAX_FIELDS_LENGTH;

  skip (head, data, length, SYNTAX_VALUE, limit);
  if (head->pos == length)
    return PARSE_MORE;
  if (head->pos >= limit && data[head->pos] != '\r')
    return too_large (head);
  value->length = (uint16_t) (head->pos - value->start);
  if (data[head->pos] != '\r')
    return bad_char (head, data[head->pos], "A header value has a control character: remove it.");
  return move (head, VALUE_LF);
}

static void
trim_value (HeadSpan *value, const char *data)
{
  while (value->length > 0 && (data[value->start] == ' ' || data[value->start] == '\t'))
    {
      value->start++;
      value->length--;
    }
  while (value->length > 0
         && (data[value->start + value->length - 1] == ' '
             || data[value->start + value->length - 1] == '\t'))
    value->length--;
}

/* Whether the host is ours is checked later. */
static ParseResult
take_host (HeadParser *head)
{
  if (head->has_host)
    return bad (head, 400, "The request has more than one Host: send one.");
  head->has_host = true;
  return PARSE_MORE;
}

static ParseResult
take_content_length (HeadParser *head, const char *value, size_t length)
{
  uint64_t sum = 0;

  if (head->has_content_length)
    return bad (head, 400, "The request has more than one Content-Length: send one.");
  if (head->is_chunked)
    return bad (head, 400, "Content-Length and Transfer-Encoding exclude each other: send one.");
  if (length == 0)
    return bad (head, 400, "Content-Length is empty: send a number.");
  for (size_t i = 0; i < length; i++)
    {
      unsigned digit = (unsigned) (value[i] - '0');

      if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
        return bad (head, 400, "Content-Length is not a number of bytes: send digits only.");
      sum = sum * 10 + digit;
    }
  head->has_content_length = true;
  head->content_length = sum;
  return PARSE_MORE;
}

static ParseResult
take_transfer_encoding (HeadParser *head, const char *value, size_t length)
{
  if (head->minor_version == 0)
    return bad (head, 400, "HTTP/1.0 has no Transfer-Encoding: use HTTP/1.1 or Content-Length.");
  if (head->has_content_length)
    return bad (head, 400, "Content-Length and Transfer-Encoding exclude each other: send one.");
  if (head->is_chunked)
    return bad (head, 400, "The request has more than one Transfer-Encoding: send one.");
  if (length != 7 || strncasecmp (value, "chunked", 7) != 0)
    return bad (head, 400, "The Transfer-Encoding is not supported: only \"chunked\" is.");
  head->is_chunked = true;
  return PARSE_MORE;
}

static ParseResult
take_connection (HeadParser *head, const char *value, size_t length)
{
  const char *end = value + length;

  while (value < end)
    {
      size_t n = strcspn (value, ", \t\r");

      if (n == 5 && strncasecmp (value, "close", 5) == 0)
        head->is_closing = true;
      value += n + 1;
    }
  return PARSE_MORE;
}

/* Reads the fields that decide how the request is framed and where it goes. */
static ParseResult
take_field (HeadParser *head, const char *data)
{
  HeadField *field = &head->fields[head->n_fields++];
  const char *name = data + field->name.start;
  const char *value;
  size_t length;

  trim_value (&field->value, data);
  value = data + field->value.start;
  length = field->value.length;
  switch (field->name.length)
    {
    case 4:
      return strncasecmp (name, "Host", 4) == 0 ? take_host (head) : PARSE_MORE;
    case 10:
      return strncasecmp (name, "Connection", 10) == 0 ? take_connection (head, value, length)
                                                       : PARSE_MORE;
    case 14:
      return strncasecmp (name, "Content-Length", 14) == 0
                 ? take_content_length (head, value, length)
                 : PARSE_MORE;
    case 17:
      return strncasecmp (name, "Transfer-Encoding", 17) == 0
                 ? take_transfer_encoding (head, value, length)
                 : PARSE_MORE;
    default:
      return PARSE_MORE;
    }
}

static ParseResult
check_value_lf (HeadParser *head, const char *data, size_t length)
{
  ParseResult result = expect_lf (head, data, FIELD_START);

  return result == PARSE_MORE ? take_field (head, data) : result;
}

static ParseResult
check_end_lf (HeadParser *head, const char *data, size_t length)
{
  if (expect_lf (head, data, END_LF) == PARSE_BAD)
    return PARSE_BAD;
  if (!head->has_host && head->minor_version != 0)
    return bad (head, 400, "The request has no Host: send the server's host and port.");
  return PARSE_DONE;
}

static ParseResult
check_some (HeadParser *head, const char *data, size_t length)
{
  switch (head->state)
    {
    case START:
      return check_start (head, data, length);
    case START_LF:
      return expect_lf (head, data, START);
    case METHOD:
      return check_method (head, data, length);
    case TARGET:
      return check_target (head, data, length);
    case VERSION:
      return check_version (head, data, length);
    case VERSION_LF:
      return check_version_lf (head, data, length);
    case FIELD_START:
      return check_field_start (head, data, length);
    case NAME:
      return check_name (head, data, length);
    case VALUE:
      return check_value (head, data, length);
    case VALUE_LF:
      return check_value_lf (head, data, length);
    default:
      return check_end_lf (head, data, length);
    }
}

void
head_parser_init (HeadParser *head)
{
  memset (head, 0, offsetof (HeadParser, fields));
}

ParseResult
head_parser_parse (HeadParser *head, const char *data, size_t length)
{
  ParseResult result = PARSE_MORE;

  while (result == PARSE_MORE && head->pos < length)
    result = check_some (head, data, length);
  return result;
}
