/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/chunk-decoder.h"

#include <string.h>

#define MAX_DIGITS 16
#define MAX_EXTENSION 256
#define MAX_EXTENSIONS 4096
#define MAX_TRAILERS_LENGTH 8192
#define MAX_TRAILERS 100

/* Reads the framing byte by byte and passes the data on in whole pieces. The extensions of a chunk
 * are *( ";" token [ "=" ( token / quoted-string ) ] ), without white space. Clients hardly use
 * them, and a strict reading leaves no second one. */
enum
{
  SIZE,
  EXT_NAME_START,
  EXT_NAME,
  EXT_VALUE_START,
  EXT_VALUE,
  EXT_QUOTED,
  EXT_ESCAPED,
  EXT_QUOTED_END,
  SIZE_LF,
  DATA,
  DATA_CR,
  DATA_LF,
  TRAILER_START,
  TRAILER_NAME,
  TRAILER_VALUE,
  TRAILER_LF,
  END_LF,
};

static ParseResult
bad (ChunkDecoder *chunks, int status, const char *detail)
{
  chunks->status = status;
  chunks->detail = detail;
  return PARSE_BAD;
}

static ParseResult
move (ChunkDecoder *chunks, uint8_t state)
{
  chunks->state = state;
  return PARSE_MORE;
}

static ParseResult
bad_extension (ChunkDecoder *chunks)
{
  return bad (chunks, 400,
              "A chunk's size line is malformed: send the size in hexadecimal and CRLF.");
}

static ParseResult
check_size (ChunkDecoder *chunks, char c)
{
  int digit = syntax_hex_digit (c);

  if (digit >= 0)
    {
      if (++chunks->n_digits > MAX_DIGITS)
        return bad (chunks, 400, "A chunk's size is too large: send smaller chunks.");
      chunks->left = chunks->left << 4 | (unsigned) digit;
      return PARSE_MORE;
    }
  if (chunks->n_digits == 0)
    return bad_extension (chunks);
  if (c == '\r')
    return move (chunks, SIZE_LF);
  return c == ';' ? move (chunks, EXT_NAME_START) : bad_extension (chunks);
}

static ParseResult
end_extension (ChunkDecoder *chunks, char c)
{
  if (c == '\r')
    return move (chunks, SIZE_LF);
  return c == ';' ? move (chunks, EXT_NAME_START) : bad_extension (chunks);
}

static ParseResult
check_quoted (ChunkDecoder *chunks, char c)
{
  if (!syntax_is (c, SYNTAX_VALUE))
    return bad_extension (chunks);
  if (chunks->state == EXT_ESCAPED)
    return move (chunks, EXT_QUOTED);
  if (c == '\\')
    return move (chunks, EXT_ESCAPED);
  return c == '"' ? move (chunks, EXT_QUOTED_END) : PARSE_MORE;
}

static ParseResult
check_extension (ChunkDecoder *chunks, char c)
{
  bool is_token = syntax_is (c, SYNTAX_TOKEN);

  if (++chunks->line_length > MAX_EXTENSION || ++chunks->extensions > MAX_EXTENSIONS)
    return bad (chunks, 400, "The chunk extensions are too long: send none.");
  switch (chunks->state)
    {
    case EXT_NAME_START:
      return is_token ? move (chunks, EXT_NAME) : bad_extension (chunks);
    case EXT_NAME:
      if (c == '=')
        return move (chunks, EXT_VALUE_START);
      return is_token ? PARSE_MORE : end_extension (chunks, c);
    case EXT_VALUE_START:
      if (c == '"')
        return move (chunks, EXT_QUOTED);
      return is_token ? move (chunks, EXT_VALUE) : bad_extension (chunks);
    case EXT_VALUE:
      return is_token ? PARSE_MORE : end_extension (chunks, c);
    case EXT_QUOTED_END:
      return end_extension (chunks, c);
    default:
      return check_quoted (chunks, c);
    }
}

/* The chunk's line has ended: size 0 ends the data, any other size is added to the total. */
static ParseResult
check_size_lf (ChunkDecoder *chunks, char c)
{
  if (c != '\n')
    return bad_extension (chunks);
  chunks->n_digits = 0;
  chunks->line_length = 0;
  if (chunks->left == 0)
    return move (chunks, TRAILER_START);
  if (chunks->left > chunks->limit - chunks->total)
    return bad (chunks, 413, "The body is over 1 MiB: send less.");
  chunks->total += chunks->left;
  return move (chunks, DATA);
}

static ParseResult
check_data_end (ChunkDecoder *chunks, char c)
{
  if (c != (chunks->state == DATA_CR ? '\r' : '\n'))
    return bad (chunks, 400, "A chunk's data is not followed by CRLF.");
  return move (chunks, chunks->state == DATA_CR ? DATA_LF : SIZE);
}

/* Fields that would change how the request is framed, where it goes, or who sent it. */
static bool
is_forbidden_trailer (const char *name)
{
  static const char *const names[] = { "content-length",
                                       "transfer-encoding",
                                       "host",
                                       "trailer",
                                       "te",
                                       "connection",
                                       "authorization",
                                       "content-type",
                                       "content-encoding",
                                       "content-range",
                                       "expect",
                                       "origin",
                                       "upgrade",
                                       "cookie" };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp (names[i], name) == 0)
      return true;
  return false;
}

static ParseResult
check_trailer_name (ChunkDecoder *chunks, char c)
{
  if (c == ':' && chunks->name_length > 0)
    {
      chunks->name[chunks->name_length] = '\0';
      if (is_forbidden_trailer (chunks->name))
        return bad (chunks, 400, "A trailer field belongs in the header: send it there.");
      return move (chunks, TRAILER_VALUE);
    }
  if (!syntax_is (c, SYNTAX_TOKEN))
    return bad (chunks, 400, "A trailer field has a malformed name.");
  if (chunks->name_length < sizeof chunks->name - 1)
    chunks->name[chunks->name_length++] = (char) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  return PARSE_MORE;
}

static ParseResult
check_trailer_start (ChunkDecoder *chunks, char c)
{
  if (c == '\r')
    return move (chunks, END_LF);
  if (++chunks->n_fields > MAX_TRAILERS)
    return bad (chunks, 431, "The request has over 100 trailer fields: send fewer.");
  chunks->name_length = 0;
  chunks->state = TRAILER_NAME;
  return check_trailer_name (chunks, c);
}

static ParseResult
check_trailer (ChunkDecoder *chunks, char c)
{
  if (++chunks->line_length > MAX_TRAILERS_LENGTH)
    return bad (chunks, 431, "The trailer fields are over 8 KiB: send fewer or shorter ones.");
  switch (chunks->state)
    {
    case TRAILER_START:
      return check_trailer_start (chunks, c);
    case TRAILER_NAME:
      return check_trailer_name (chunks, c);
    case TRAILER_VALUE:
      if (c == '\r')
        return move (chunks, TRAILER_LF);
      if (!syntax_is (c, SYNTAX_VALUE))
        return bad (chunks, 400, "A trailer field has a control character or a bare line feed.");
      return PARSE_MORE;
    default:
      if (c != '\n')
        return bad (chunks, 400,
                    "A carriage return has no line feed after it: end each line with CRLF.");
      return chunks->state == END_LF ? PARSE_DONE : move (chunks, TRAILER_START);
    }
}

static ParseResult
check_byte (ChunkDecoder *chunks, char c)
{
  switch (chunks->state)
    {
    case SIZE:
      return check_size (chunks, c);
    case SIZE_LF:
      return check_size_lf (chunks, c);
    case DATA_CR:
    case DATA_LF:
      return check_data_end (chunks, c);
    case TRAILER_START:
    case TRAILER_NAME:
    case TRAILER_VALUE:
    case TRAILER_LF:
    case END_LF:
      return check_trailer (chunks, c);
    default:
      return check_extension (chunks, c);
    }
}

static size_t
take_data (ChunkDecoder *chunks, const char *data, size_t length, GString *body)
{
  size_t n = length < chunks->left ? length : (size_t) chunks->left;

  if (body != NULL)
    g_string_append_len (body, data, (gssize) n);
  chunks->left -= n;
  if (chunks->left == 0)
    chunks->state = DATA_CR;
  return n;
}

void
chunk_decoder_init (ChunkDecoder *chunks, uint64_t limit)
{
  memset (chunks, 0, sizeof *chunks);
  chunks->limit = limit;
}

ParseResult
chunk_decoder_decode (ChunkDecoder *chunks, const char *data, size_t length, GString *body,
                      size_t *used)
{
  ParseResult result = PARSE_MORE;
  bool was_empty = chunks->total == 0;
  size_t pos = 0;

  while (result == PARSE_MORE && pos < length && (!was_empty || chunks->total == 0))
    if (chunks->state == DATA)
      pos += take_data (chunks, data + pos, length - pos, body);
    else
      result = check_byte (chunks, data[pos++]);
  *used = pos;
  return result;
}
