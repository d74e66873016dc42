/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/request-validator.h"

#include <string.h>
#include <strings.h>

/* Each state consumes as many bytes as it can and moves on at a delimiter. A limit is a position in
 * the input: the byte behind it is refused whatever it is, so that a long line gets the same answer
 * whether it comes at once or byte by byte. */

#define MAX_REQUEST_LINE 8192
#define MAX_FIELDS_LENGTH 32768
#define MAX_FIELDS 100
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

enum
{
  TOKEN_CHAR = 1,
  VALUE_CHAR = 2,
  TARGET_CHAR = 4,
  METHOD_CHAR = 8,
};

#define M (TOKEN_CHAR | VALUE_CHAR | TARGET_CHAR | METHOD_CHAR)
#define T (TOKEN_CHAR | VALUE_CHAR | TARGET_CHAR)
#define G (VALUE_CHAR | TARGET_CHAR)
#define V VALUE_CHAR

/* RFC 9110: tokens and field values. A target is all that is visible ASCII but '#'. A method is a
 * token without lower case: there is none that has it, and "get" is a mistake. */
static const uint8_t char_classes[256] = {
  [0x09] = V,
  [' '] = V,
  ['!'] = M,
  ['"'] = G,
  ['#'] = M & ~TARGET_CHAR,
  ['$' ... '\''] = M,
  ['(' ... ')'] = G,
  ['*' ... '+'] = M,
  [','] = G,
  ['-' ... '.'] = M,
  ['/'] = G,
  ['0' ... '9'] = M,
  [':' ... '@'] = G,
  ['A' ... 'Z'] = M,
  ['[' ... ']'] = G,
  ['^' ... '_'] = M,
  ['`' ... 'z'] = T,
  ['{'] = G,
  ['|'] = M,
  ['}'] = G,
  ['~'] = M,
  [0x80 ... 0xff] = V,
};

#undef M
#undef T
#undef G
#undef V

bool
is_http_token_char (unsigned char c)
{
  return (char_classes[c] & TOKEN_CHAR) != 0;
}

bool
is_http_value_char (unsigned char c)
{
  return (char_classes[c] & VALUE_CHAR) != 0;
}

static ValidatorResult
bad (HeadValidator *head, int status, const char *detail)
{
  head->status = status;
  head->detail = detail;
  return VALIDATOR_BAD;
}

static ValidatorResult
move (HeadValidator *head, uint8_t state)
{
  head->pos++;
  head->state = state;
  return VALIDATOR_MORE;
}

/* Goes to the first byte that is not of `class`, but not beyond `limit`. */
static void
skip (HeadValidator *head, const char *data, size_t length, uint8_t class, uint32_t limit)
{
  const unsigned char *bytes = (const unsigned char *) data;
  uint32_t end = length < limit ? (uint32_t) length : limit;
  uint32_t pos = head->pos;

  while (pos < end && (char_classes[bytes[pos]] & class) != 0)
    pos++;
  head->pos = pos;
}

static ValidatorResult
expect_lf (HeadValidator *head, const char *data, uint8_t next)
{
  if (data[head->pos] != '\n')
    return bad (head, 400, "A carriage return stands alone: end each line with CRLF.");
  return move (head, next);
}

static ValidatorResult
bad_char (HeadValidator *head, char c, const char *detail)
{
  if (c == '\n')
    return bad (head, 400, "A line ends with a bare line feed: end each line with CRLF.");
  return bad (head, 400, detail);
}

/* RFC 9112, 2.2: a few empty lines in front of a request are ignored. */
static ValidatorResult
check_start (HeadValidator *head, const char *data, size_t length)
{
  if (data[head->pos] == '\r')
    {
      if (++head->empty_lines > MAX_EMPTY_LINES)
        return bad (head, 400, "Too many empty lines in front of the request: send the request.");
      return move (head, START_LF);
    }
  head->line_start = head->pos;
  head->method.start = head->pos;
  head->state = METHOD;
  return VALIDATOR_MORE;
}

static ValidatorResult
too_long (HeadValidator *head)
{
  return bad (head, 414, "The request line is over 8 KiB: send a shorter path and query.");
}

static ValidatorResult
check_method (HeadValidator *head, const char *data, size_t length)
{
  uint32_t limit = head->line_start + MAX_REQUEST_LINE;

  skip (head, data, length, METHOD_CHAR, limit);
  if (head->pos == length)
    return VALIDATOR_MORE;
  if (head->pos >= limit)
    return too_long (head);
  head->method.length = head->pos - head->method.start;
  if (data[head->pos] != ' ' || head->method.length == 0)
    return bad_char (head, data[head->pos],
                     "The request line does not begin with a method in upper case and one space.");
  head->target.start = head->pos + 1;
  return move (head, TARGET);
}

static ValidatorResult
check_target (HeadValidator *head, const char *data, size_t length)
{
  uint32_t limit = head->line_start + MAX_REQUEST_LINE;

  skip (head, data, length, TARGET_CHAR, limit);
  if (head->pos == length)
    return VALIDATOR_MORE;
  if (head->pos >= limit)
    return too_long (head);
  head->target.length = head->pos - head->target.start;
  if (data[head->pos] != ' ' || head->target.length == 0)
    return bad_char (head, data[head->pos],
                     "The request's target has a character that must be percent-encoded, or a "
                     "fragment, or the HTTP version is missing behind it.");
  return move (head, VERSION);
}

static ValidatorResult
check_version (HeadValidator *head, const char *data, size_t length)
{
  static const char expected[] = "HTTP/1.";
  char c = data[head->pos];

  if (head->pos >= head->line_start + MAX_REQUEST_LINE && c != '\r')
    return too_long (head);
  if (head->version_length == sizeof expected)
    {
      if (c != '\r')
        return bad_char (head, c, "The request line must end behind the HTTP version.");
      return move (head, VERSION_LF);
    }
  if (head->version_length < sizeof expected - 1 ? c != expected[head->version_length]
                                                 : c != '0' && c != '1')
    return bad_char (head, c, "The request is not of HTTP/1.1 or HTTP/1.0: use one of these.");
  head->minor_version = (uint8_t) (c - '0');
  head->version_length++;
  return move (head, VERSION);
}

static ValidatorResult
check_version_lf (HeadValidator *head, const char *data, size_t length)
{
  head->fields_start = head->pos + 1;
  head->is_closing = head->minor_version == 0;
  return expect_lf (head, data, FIELD_START);
}

static ValidatorResult
too_large (HeadValidator *head)
{
  return bad (head, 431, "The header fields are over 32 KiB: send fewer or shorter ones.");
}

static ValidatorResult
check_field_start (HeadValidator *head, const char *data, size_t length)
{
  char c = data[head->pos];

  if (c == '\r')
    return move (head, END_LF);
  if (c == ' ' || c == '\t')
    return bad (head, 400, "A header line is folded: write each field on one line.");
  if (head->n_fields == MAX_FIELDS)
    return bad (head, 431, "The request has over 100 header fields: send fewer.");
  head->name.start = head->pos;
  head->state = NAME;
  return VALIDATOR_MORE;
}

static ValidatorResult
check_name (HeadValidator *head, const char *data, size_t length)
{
  uint32_t limit = head->fields_start + MAX_FIELDS_LENGTH;

  skip (head, data, length, TOKEN_CHAR, limit);
  if (head->pos == length)
    return VALIDATOR_MORE;
  if (head->pos >= limit)
    return too_large (head);
  head->name.length = head->pos - head->name.start;
  if (data[head->pos] == ' ' || data[head->pos] == '\t')
    return bad (head, 400, "A header name has a space in front of its colon: remove it.");
  if (data[head->pos] != ':' || head->name.length == 0)
    return bad_char (head, data[head->pos],
                     "A header name is empty or has a character that is not allowed there.");
  head->value.start = head->pos + 1;
  return move (head, VALUE);
}

static ValidatorResult
check_value (HeadValidator *head, const char *data, size_t length)
{
  uint32_t limit = head->fields_start + MAX_FIELDS_LENGTH;

  skip (head, data, length, VALUE_CHAR, limit);
  if (head->pos == length)
    return VALIDATOR_MORE;
  if (head->pos >= limit && data[head->pos] != '\r')
    return too_large (head);
  head->value.length = head->pos - head->value.start;
  if (data[head->pos] != '\r')
    return bad_char (head, data[head->pos], "A header value has a control character: remove it.");
  return move (head, VALUE_LF);
}

/* llhttp versions differ in the tabs they strip, none in the spaces. */
static void
trim_value (HeadValidator *head, char *data)
{
  char *value = data + head->value.start;
  uint32_t length = head->value.length;

  while (length > 0 && (*value == ' ' || *value == '\t'))
    {
      *value++ = ' ';
      length--;
    }
  while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
    value[--length] = ' ';
  head->value.start = (uint32_t) (value - data);
  head->value.length = length;
}

/* Whether it is one of ours is not asked here: anything that is no host is not. */
static ValidatorResult
take_host (HeadValidator *head)
{
  if (head->has_host)
    return bad (head, 400, "The request has more than one Host: send one.");
  head->has_host = true;
  return VALIDATOR_MORE;
}

static ValidatorResult
take_content_length (HeadValidator *head, const char *value)
{
  uint64_t sum = 0;

  if (head->has_content_length)
    return bad (head, 400, "The request has more than one Content-Length: send one.");
  if (head->is_chunked)
    return bad (head, 400, "Content-Length and Transfer-Encoding exclude each other: send one.");
  if (head->value.length == 0)
    return bad (head, 400, "Content-Length is empty: send a number.");
  for (uint32_t i = 0; i < head->value.length; i++)
    {
      unsigned digit = (unsigned) (value[i] - '0');

      if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
        return bad (head, 400, "Content-Length is not a number of bytes.");
      sum = sum * 10 + digit;
    }
  head->has_content_length = true;
  head->content_length = sum;
  return VALIDATOR_MORE;
}

static ValidatorResult
take_transfer_encoding (HeadValidator *head, const char *value)
{
  if (head->minor_version == 0)
    return bad (head, 400, "HTTP/1.0 has no Transfer-Encoding: use HTTP/1.1 or Content-Length.");
  if (head->has_content_length)
    return bad (head, 400, "Content-Length and Transfer-Encoding exclude each other: send one.");
  if (head->is_chunked)
    return bad (head, 400, "The request has more than one Transfer-Encoding: send one.");
  if (head->value.length != 7 || strncasecmp (value, "chunked", 7) != 0)
    return bad (head, 400, "Transfer-Encoding is not understood: only \"chunked\" is.");
  head->is_chunked = true;
  return VALIDATOR_MORE;
}

static ValidatorResult
take_connection (HeadValidator *head, const char *value)
{
  const char *end = value + head->value.length;

  while (value < end)
    {
      size_t length = strcspn (value, ", \t\r");

      if (length == 5 && strncasecmp (value, "close", 5) == 0)
        head->is_closing = true;
      value += length + 1;
    }
  return VALIDATOR_MORE;
}

/* The fields that say how the request is framed and where it goes. */
static ValidatorResult
take_field (HeadValidator *head, char *data)
{
  const char *name = data + head->name.start;
  const char *value;

  head->n_fields++;
  trim_value (head, data);
  value = data + head->value.start;
  switch (head->name.length)
    {
    case 4:
      return strncasecmp (name, "Host", 4) == 0 ? take_host (head) : VALIDATOR_MORE;
    case 10:
      return strncasecmp (name, "Connection", 10) == 0 ? take_connection (head, value)
                                                       : VALIDATOR_MORE;
    case 14:
      return strncasecmp (name, "Content-Length", 14) == 0 ? take_content_length (head, value)
                                                           : VALIDATOR_MORE;
    case 17:
      return strncasecmp (name, "Transfer-Encoding", 17) == 0 ? take_transfer_encoding (head, value)
                                                              : VALIDATOR_MORE;
    default:
      return VALIDATOR_MORE;
    }
}

static ValidatorResult
check_value_lf (HeadValidator *head, char *data, size_t length)
{
  ValidatorResult result = expect_lf (head, data, FIELD_START);

  return result == VALIDATOR_MORE ? take_field (head, data) : result;
}

static ValidatorResult
check_end_lf (HeadValidator *head, const char *data, size_t length)
{
  if (expect_lf (head, data, END_LF) == VALIDATOR_BAD)
    return VALIDATOR_BAD;
  if (!head->has_host && head->minor_version != 0)
    return bad (head, 400, "The request has no Host: send the server's host and port.");
  return VALIDATOR_DONE;
}

static ValidatorResult
check_some (HeadValidator *head, char *data, size_t length)
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
head_validator_init (HeadValidator *head)
{
  memset (head, 0, sizeof *head);
}

ValidatorResult
head_validator_check (HeadValidator *head, char *data, size_t length)
{
  ValidatorResult result = VALIDATOR_MORE;

  while (result == VALIDATOR_MORE && head->pos < length)
    result = check_some (head, data, length);
  return result;
}
