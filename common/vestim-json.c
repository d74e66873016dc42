/* SPDX-License-Identifier: MIT */
#include "common/vestim-json.h"

#include <string.h>

#include "common/vestim-json-names.h"
#include "common/vestim-json-private.h"

/* One pass over the text with a stack of open containers in place of recursion. A step reads a
 * value; behind it come a comma, or the ends of the containers that are complete with it. */

typedef struct
{
  const char *text;
  const char *end;
  const char *at;
  VestimJsonNode *nodes;
  size_t n_nodes;
  size_t allocated;
  uint32_t open[VESTIM_JSON_MAX_DEPTH];     /* containers */
  uint32_t previous[VESTIM_JSON_MAX_DEPTH]; /* the latest child of each */
  unsigned depth;
  VestimJsonNames names;
  GError **error;
} Parser;

G_DEFINE_QUARK (vestim - json - error, vestim_json_error)

static bool
fail_at (Parser *parser, const char *where, const char *what)
{
  size_t line = 1;
  const char *line_start = parser->text;

  for (const char *p = parser->text; p < where; p++)
    if (*p == '\n')
      {
        line++;
        line_start = p + 1;
      }

  size_t column = 1;
  for (const char *p = line_start; p < where; p++)
    column += ((unsigned char) *p & 0xc0) != 0x80;

  g_set_error (parser->error, VESTIM_JSON_ERROR, VESTIM_JSON_ERROR_SYNTAX,
               "%s at line %zu, column %zu (byte %zu)", what, line, column,
               (size_t) (where - parser->text));
  return false;
}

static bool
fail (Parser *parser, const char *what)
{
  if (parser->at == parser->end)
    what = "the text ends too early";
  return fail_at (parser, parser->at, what);
}

static void
skip_space (Parser *parser)
{
  while (
      parser->at < parser->end
      && (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\r' || *parser->at == '\t'))
    parser->at++;
}

static bool
skip_char (Parser *parser, char c)
{
  if (parser->at == parser->end || *parser->at != c)
    return false;
  parser->at++;
  return true;
}

/* Four hex digits behind `\u`. */
static bool
read_hex4 (Parser *parser, unsigned *unit)
{
  *unit = 0;
  for (int i = 0; i < 4; i++)
    {
      int digit = parser->at < parser->end ? g_ascii_xdigit_value (*parser->at) : -1;

      if (digit < 0)
        return fail (parser, "\\u needs four hexadecimal digits");
      *unit = *unit * 16 + (unsigned) digit;
      parser->at++;
    }
  return true;
}

static bool
read_unicode_escape (Parser *parser)
{
  const char *start = parser->at - 2;
  unsigned unit = 0;

  if (!read_hex4 (parser, &unit))
    return false;
  if (unit < 0xd800 || unit > 0xdfff)
    return true;
  if (unit > 0xdbff || !skip_char (parser, '\\') || !skip_char (parser, 'u'))
    return fail_at (parser, start, "a lone surrogate");
  if (!read_hex4 (parser, &unit))
    return false;
  if (unit < 0xdc00 || unit > 0xdfff)
    return fail_at (parser, start, "a lone surrogate");
  return true;
}

static bool
read_escape (Parser *parser)
{
  parser->at++;
  if (skip_char (parser, 'u'))
    return read_unicode_escape (parser);
  if (parser->at == parser->end || *parser->at == '\0'
      || strchr ("\"\\/bfnrt", *parser->at) == NULL)
    return fail (parser, "an unknown escape");
  parser->at++;
  return true;
}

static bool
read_string (Parser *parser)
{
  const char *quote = parser->at++;

  while (parser->at < parser->end)
    {
      unsigned char c = (unsigned char) *parser->at;

      if (c == '"')
        {
          parser->at++;
          return true;
        }
      if (c < 0x20)
        return fail (parser, "a control character in a string must be escaped");
      if (c != '\\')
        parser->at++;
      else if (!read_escape (parser))
        return false;
    }
  return fail_at (parser, quote, "a string without an end");
}

static size_t
skip_digits (Parser *parser)
{
  const char *start = parser->at;

  while (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    parser->at++;
  return (size_t) (parser->at - start);
}

/* The exponent behind an `e`; saturated, far above what any length of digits could make up for. */
static bool
read_exponent (Parser *parser, int64_t *exponent)
{
  bool negative = skip_char (parser, '-');

  if (!negative)
    skip_char (parser, '+');

  const char *start = parser->at;
  if (skip_digits (parser) == 0)
    return fail (parser, "a digit is missing in a number");
  for (const char *p = start; p < parser->at; p++)
    if (*exponent < INT64_C (1000000000000))
      *exponent = *exponent * 10 + (*p - '0');
  if (negative)
    *exponent = -*exponent;
  return true;
}

/* Whether a number can be held in a double. Only where its decimal magnitude is just at the limit
 * must it be converted to know. */
static bool
is_finite_number (const char *start, const char *end, int64_t exponent)
{
  const char *p = start + (*start == '-');
  int64_t magnitude = exponent; /* the value is below 10^magnitude */
  bool in_fraction = false, has_value = false;

  for (; p < end && *p != 'e' && *p != 'E'; p++)
    {
      if (*p == '.')
        {
          in_fraction = true;
          continue;
        }
      has_value |= *p != '0';
      if (!in_fraction && has_value)
        magnitude++;
      else if (in_fraction && !has_value)
        magnitude--;
    }
  if (!has_value || magnitude <= 308)
    return true;
  if (magnitude > 309)
    return false;

  g_autofree char *copy = g_strndup (start, (size_t) (end - start));
  double value = g_ascii_strtod (copy, NULL);
  return value - value == 0.0;
}

static bool
read_number (Parser *parser)
{
  const char *start = parser->at;
  int64_t exponent = 0;

  skip_char (parser, '-');
  if (!skip_char (parser, '0') && skip_digits (parser) == 0)
    return fail (parser, "a digit is missing in a number");
  if (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    return fail_at (parser, start, "a number with leading zeros");

  bool is_short = parser->at - start < 300;
  if (skip_char (parser, '.') && skip_digits (parser) == 0)
    return fail (parser, "a digit is missing in a number");
  if (skip_char (parser, 'e') || skip_char (parser, 'E'))
    {
      is_short = false;
      if (!read_exponent (parser, &exponent))
        return false;
    }
  if (!is_short && !is_finite_number (start, parser->at, exponent))
    return fail_at (parser, start, "a number that is too large");
  return true;
}

static bool
read_word (Parser *parser, const char *word)
{
  size_t length = strlen (word);

  if ((size_t) (parser->end - parser->at) < length || memcmp (parser->at, word, length) != 0)
    return fail (parser, "a value was expected");
  parser->at += length;
  return true;
}

static VestimJsonNode *
add_node (Parser *parser, VestimJsonType type, const char *name)
{
  if (parser->n_nodes == parser->allocated)
    {
      parser->allocated = MAX (16, parser->allocated * 2);
      parser->nodes = g_renew (VestimJsonNode, parser->nodes, parser->allocated);
    }

  VestimJsonNode *node = &parser->nodes[parser->n_nodes++];
  *node = (VestimJsonNode){
    .start = parser->at,
    .name_offset = name != NULL ? (uint32_t) (parser->at - name) : 0,
    .span = 1,
    .type = type,
    .is_last = true,
  };
  return node;
}

/* Makes the newest node a child of the innermost open container. */
static void
link_node (Parser *parser)
{
  if (parser->depth == 0)
    return;

  VestimJsonNode *container = &parser->nodes[parser->open[parser->depth - 1]];
  uint32_t *previous = &parser->previous[parser->depth - 1];

  if (container->size++ > 0)
    parser->nodes[*previous].is_last = false;
  *previous = (uint32_t) parser->n_nodes - 1;
}

static bool
read_scalar (Parser *parser, VestimJsonType type)
{
  size_t index = parser->n_nodes - 1;
  bool ok = false;

  switch (type)
    {
    case VESTIM_JSON_STRING:
      ok = read_string (parser);
      break;
    case VESTIM_JSON_NUMBER:
      ok = read_number (parser);
      break;
    case VESTIM_JSON_BOOL:
      ok = read_word (parser, *parser->at == 't' ? "true" : "false");
      break;
    case VESTIM_JSON_NULL:
      ok = read_word (parser, "null");
      break;
    case VESTIM_JSON_ARRAY:
    case VESTIM_JSON_OBJECT:
      break;
    }
  parser->nodes[index].length = (uint32_t) (parser->at - parser->nodes[index].start);
  return ok;
}

static bool
type_of (char c, VestimJsonType *type)
{
  if (c == '{')
    *type = VESTIM_JSON_OBJECT;
  else if (c == '[')
    *type = VESTIM_JSON_ARRAY;
  else if (c == '"')
    *type = VESTIM_JSON_STRING;
  else if (c == '-' || g_ascii_isdigit (c))
    *type = VESTIM_JSON_NUMBER;
  else if (c == 't' || c == 'f')
    *type = VESTIM_JSON_BOOL;
  else if (c == 'n')
    *type = VESTIM_JSON_NULL;
  else
    return false;
  return true;
}

static bool
open_container (Parser *parser)
{
  if (parser->depth == VESTIM_JSON_MAX_DEPTH)
    return fail (parser, "more than 64 levels of nesting");
  parser->open[parser->depth] = (uint32_t) parser->n_nodes - 1;
  parser->previous[parser->depth] = 0;
  parser->depth++;
  parser->at++;
  return true;
}

static bool
close_container (Parser *parser)
{
  VestimJsonNode *node = &parser->nodes[parser->open[--parser->depth]];

  parser->at++;
  node->length = (uint32_t) (parser->at - node->start);
  node->span = (uint32_t) (&parser->nodes[parser->n_nodes] - node) & ((1u << 28) - 1);
  if (node->type != VESTIM_JSON_OBJECT)
    return true;

  const VestimJsonNode *twin = vestim_json_names_find_double (&parser->names, node);
  if (twin != NULL)
    return fail_at (parser, twin->start - twin->name_offset, "a name that this object has already");
  return true;
}

static bool
in_object (const Parser *parser)
{
  return parser->depth > 0
         && parser->nodes[parser->open[parser->depth - 1]].type == VESTIM_JSON_OBJECT;
}

static bool
at_closing (const Parser *parser)
{
  return parser->at < parser->end && *parser->at == (in_object (parser) ? '}' : ']');
}

/* The name of a member and its colon. */
static bool
read_name (Parser *parser, const char **name)
{
  *name = parser->at;
  if (parser->at == parser->end || *parser->at != '"')
    return fail (parser, "a name in double quotes was expected");
  if (!read_string (parser))
    return false;
  skip_space (parser);
  if (!skip_char (parser, ':'))
    return fail (parser, "a colon was expected");
  skip_space (parser);
  return true;
}

/* A value with, in an object, its name. `*opened` when it is a container, whose content follows. */
static bool
read_value (Parser *parser, bool *opened)
{
  VestimJsonType type = VESTIM_JSON_NULL;
  const char *name = NULL;

  skip_space (parser);
  if (in_object (parser) && !read_name (parser, &name))
    return false;
  if (parser->at == parser->end || !type_of (*parser->at, &type))
    return fail (parser, "a value was expected");

  add_node (parser, type, name);
  link_node (parser);
  *opened = type == VESTIM_JSON_ARRAY || type == VESTIM_JSON_OBJECT;
  return *opened ? open_container (parser) : read_scalar (parser, type);
}

/* Behind a value: closes what is complete. `*more` when a comma promises another value. */
static bool
read_behind (Parser *parser, bool *more)
{
  *more = false;
  while (parser->depth > 0 && !*more)
    {
      skip_space (parser);
      if (at_closing (parser))
        {
          if (!close_container (parser))
            return false;
        }
      else if (!skip_char (parser, ','))
        return fail (parser, in_object (parser) ? "a comma or } was expected"
                                                : "a comma or ] was expected");
      else
        *more = true;
    }
  return true;
}

static bool
read_text (Parser *parser)
{
  bool more = true;

  while (more)
    {
      bool opened = false;

      if (!read_value (parser, &opened))
        return false;
      if (opened)
        {
          skip_space (parser);
          if (!at_closing (parser))
            continue;
        }
      if (!read_behind (parser, &more))
        return false;
    }
  skip_space (parser);
  return parser->at == parser->end || fail (parser, "more text behind the value");
}

static bool
check_bytes (Parser *parser, size_t length)
{
  const char *invalid = NULL;

  if (length >= VESTIM_JSON_MAX_TEXT)
    return fail (parser, "the text is too long");
  if (length >= 3 && memcmp (parser->text, "\xef\xbb\xbf", 3) == 0)
    return fail (parser, "a byte order mark is not allowed");
  if (!g_utf8_validate_len (parser->text, length, &invalid))
    return fail_at (parser, invalid,
                    *invalid == '\0' ? "a NUL byte" : "a byte that is not valid UTF-8");
  return true;
}

VestimJsonDoc *
vestim_json_parse (const char *text, size_t length, GError **error)
{
  Parser parser = { .text = text, .end = text + length, .at = text, .error = error };

  bool ok = check_bytes (&parser, length) && read_text (&parser);
  vestim_json_names_clear (&parser.names);
  if (!ok)
    {
      g_free (parser.nodes);
      return NULL;
    }

  VestimJsonDoc *doc = g_new (VestimJsonDoc, 1);
  doc->nodes = parser.nodes;
  return doc;
}

void
vestim_json_doc_free (VestimJsonDoc *doc)
{
  if (doc == NULL)
    return;
  g_free (doc->nodes);
  g_free (doc);
}
