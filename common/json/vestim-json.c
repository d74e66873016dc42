/* SPDX-License-Identifier: MIT */
#include "common/json/vestim-json.h"

#include <string.h>

#include "common/json/vestim-json-names.h"
#include "common/json/vestim-json-private.h"
#include "common/json/vestim-json-scan.h"

/* One pass over the text, with a stack of open containers instead of recursion. A step reads a
 * value and the following comma, or the ends of the containers that this value completes. */

typedef struct
{
  VestimJsonScan scan;
  VestimJsonNode *nodes;
  size_t n_nodes;
  size_t allocated;
  uint32_t open[VESTIM_JSON_MAX_DEPTH];     /* containers */
  uint32_t previous[VESTIM_JSON_MAX_DEPTH]; /* the latest child of each */
  unsigned depth;
  VestimJsonNames names;
} Parser;

G_DEFINE_QUARK (vestim - json - error, vestim_json_error)

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
    .start = parser->scan.at,
    .name_offset = name != NULL ? (uint32_t) (parser->scan.at - name) : 0,
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
      ok = vestim_json_scan_string (&parser->scan);
      break;
    case VESTIM_JSON_NUMBER:
      ok = vestim_json_scan_number (&parser->scan);
      break;
    case VESTIM_JSON_BOOL:
      ok = vestim_json_scan_word (&parser->scan, *parser->scan.at == 't' ? "true" : "false");
      break;
    case VESTIM_JSON_NULL:
      ok = vestim_json_scan_word (&parser->scan, "null");
      break;
    case VESTIM_JSON_ARRAY:
    case VESTIM_JSON_OBJECT:
      break;
    }
  parser->nodes[index].length = (uint32_t) (parser->scan.at - parser->nodes[index].start);
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
    return vestim_json_scan_fail (&parser->scan, "more than 64 levels of nesting");
  parser->open[parser->depth] = (uint32_t) parser->n_nodes - 1;
  parser->previous[parser->depth] = 0;
  parser->depth++;
  parser->scan.at++;
  return true;
}

static bool
close_container (Parser *parser)
{
  VestimJsonNode *node = &parser->nodes[parser->open[--parser->depth]];

  parser->scan.at++;
  node->length = (uint32_t) (parser->scan.at - node->start);
  node->span = (uint32_t) (&parser->nodes[parser->n_nodes] - node) & ((1u << 28) - 1);
  if (node->type != VESTIM_JSON_OBJECT)
    return true;

  const VestimJsonNode *twin = vestim_json_names_find_double (&parser->names, node);
  if (twin != NULL)
    return vestim_json_scan_fail_at (&parser->scan, twin->start - twin->name_offset,
                                     "a duplicate name in an object");
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
  return parser->scan.at < parser->scan.end && *parser->scan.at == (in_object (parser) ? '}' : ']');
}

/* The name of a member and its colon. */
static bool
read_name (Parser *parser, const char **name)
{
  *name = parser->scan.at;
  if (parser->scan.at == parser->scan.end || *parser->scan.at != '"')
    return vestim_json_scan_fail (&parser->scan, "a name in double quotes was expected");
  if (!vestim_json_scan_string (&parser->scan))
    return false;
  vestim_json_scan_skip_space (&parser->scan);
  if (!vestim_json_scan_skip_char (&parser->scan, ':'))
    return vestim_json_scan_fail (&parser->scan, "a colon was expected");
  vestim_json_scan_skip_space (&parser->scan);
  return true;
}

/* A value, in an object with its name. Sets `*opened` for a container, whose content follows. */
static bool
read_value (Parser *parser, bool *opened)
{
  VestimJsonType type = VESTIM_JSON_NULL;
  const char *name = NULL;

  vestim_json_scan_skip_space (&parser->scan);
  if (in_object (parser) && !read_name (parser, &name))
    return false;
  if (parser->scan.at == parser->scan.end || !type_of (*parser->scan.at, &type))
    return vestim_json_scan_fail (&parser->scan, "a value was expected");

  add_node (parser, type, name);
  link_node (parser);
  *opened = type == VESTIM_JSON_ARRAY || type == VESTIM_JSON_OBJECT;
  return *opened ? open_container (parser) : read_scalar (parser, type);
}

/* After a value: closes the complete containers. Sets `*more` when a comma announces another value.
 */
static bool
read_behind (Parser *parser, bool *more)
{
  *more = false;
  while (parser->depth > 0 && !*more)
    {
      vestim_json_scan_skip_space (&parser->scan);
      if (at_closing (parser))
        {
          if (!close_container (parser))
            return false;
        }
      else if (!vestim_json_scan_skip_char (&parser->scan, ','))
        return vestim_json_scan_fail (&parser->scan, in_object (parser)
                                                         ? "a comma or } was expected"
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
          vestim_json_scan_skip_space (&parser->scan);
          if (!at_closing (parser))
            continue;
        }
      if (!read_behind (parser, &more))
        return false;
    }
  vestim_json_scan_skip_space (&parser->scan);
  return parser->scan.at == parser->scan.end
         || vestim_json_scan_fail (&parser->scan, "extra text after the value");
}

static bool
check_bytes (Parser *parser, size_t length)
{
  const char *invalid = NULL;

  if (length >= VESTIM_JSON_MAX_TEXT)
    return vestim_json_scan_fail (&parser->scan, "the text is too long");
  if (length >= 3 && memcmp (parser->scan.text, "\xef\xbb\xbf", 3) == 0)
    return vestim_json_scan_fail (&parser->scan, "a byte order mark is not allowed");
  if (!g_utf8_validate_len (parser->scan.text, length, &invalid))
    return vestim_json_scan_fail_at (
        &parser->scan, invalid, *invalid == '\0' ? "a NUL byte" : "a byte that is not valid UTF-8");
  return true;
}

VestimJsonDoc *
vestim_json_parse (const char *text, size_t length, GError **error)
{
  Parser parser = { .scan = { .text = text, .end = text + length, .at = text, .error = error } };

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

VestimJsonDoc *
vestim_json_parse_text (const char *text)
{
  return text != NULL ? vestim_json_parse (text, strlen (text), NULL) : NULL;
}

void
vestim_json_doc_free (VestimJsonDoc *doc)
{
  if (doc == NULL)
    return;
  g_free (doc->nodes);
  g_free (doc);
}
