/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A program of the build: converts docs/openapi.yaml to compact JSON, and writes it as a file and
 * as C code for the daemon. It understands what the description uses of YAML: block and flow style,
 * anchors, and `<<` to merge mappings. */

typedef struct
{
  const char *path;
  yaml_document_t document;
  const char *version; /* replaces the string @VERSION@ */
  FILE *out;
} Converter;

static _Noreturn void
fail (const Converter *converter, const yaml_mark_t *mark, const char *message)
{
  fprintf (stderr, "%s:%zu:%zu: %s\n", converter->path, mark->line + 1, mark->column + 1, message);
  exit (1);
}

static yaml_node_t *
get (Converter *converter, yaml_node_item_t item)
{
  return yaml_document_get_node (&converter->document, item);
}

static void
append_string (Converter *converter, const char *text, size_t length)
{
  putc ('"', converter->out);
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\n')
      fputs ("\\n", converter->out);
    else if ((unsigned char) text[i] < ' ')
      fprintf (converter->out, "\\u%04x", (unsigned) text[i]);
    else
      {
        if (text[i] == '"' || text[i] == '\\')
          putc ('\\', converter->out);
        putc (text[i], converter->out);
      }
  putc ('"', converter->out);
}

/* A number of JSON: no leading zeros, no exponent. */
static bool
is_number (const char *text)
{
  size_t sign = text[0] == '-';
  size_t digits = strspn (text + sign, "0123456789");
  const char *rest = text + sign + digits;

  if (digits == 0 || (digits > 1 && text[sign] == '0'))
    return false;
  return *rest == '\0'
         || (*rest == '.' && rest[1] != '\0' && rest[1 + strspn (rest + 1, "0123456789")] == '\0');
}

static bool
is_plain_value (const char *text)
{
  return strcmp (text, "null") == 0 || strcmp (text, "true") == 0 || strcmp (text, "false") == 0
         || is_number (text);
}

static void
append_scalar (Converter *converter, const yaml_node_t *node)
{
  const char *text = (const char *) node->data.scalar.value;

  if (strcmp (text, "@VERSION@") == 0)
    append_string (converter, converter->version, strlen (converter->version));
  else if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && is_plain_value (text))
    fputs (text, converter->out);
  else
    append_string (converter, text, node->data.scalar.length);
}

static const char *
key_of (Converter *converter, const yaml_node_pair_t *pair)
{
  const yaml_node_t *key = get (converter, pair->key);

  if (key->type != YAML_SCALAR_NODE)
    fail (converter, &key->start_mark, "a key must be a string");
  return (const char *) key->data.scalar.value;
}

/* How many pairs of the mapping itself have that key. */
static unsigned
count_key (Converter *converter, const yaml_node_t *mapping, const char *key)
{
  const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
  unsigned n = 0;

  for (; pair < mapping->data.mapping.pairs.top; pair++)
    n += strcmp (key_of (converter, pair), key) == 0;
  return n;
}

static void append_node (Converter *converter, const yaml_node_t *node);

/* Appends the pairs of `mapping`. `over` (nullable) is the mapping that merges it: its own keys
 * win. */
static void
append_pairs (Converter *converter, const yaml_node_t *mapping, const yaml_node_t *over,
              bool *has_any)
{
  const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;

  for (; pair < mapping->data.mapping.pairs.top; pair++)
    {
      const char *key = key_of (converter, pair);
      const yaml_node_t *value = get (converter, pair->value);

      if (count_key (converter, mapping, key) > 1)
        fail (converter, &value->start_mark, "the key occurs twice");
      if (strcmp (key, "<<") == 0)
        {
          if (value->type != YAML_MAPPING_NODE)
            fail (converter, &value->start_mark, "only a mapping can be merged");
          append_pairs (converter, value, over != NULL ? over : mapping, has_any);
          continue;
        }
      if (over != NULL && count_key (converter, over, key) > 0)
        continue;
      if (*has_any)
        putc (',', converter->out);
      *has_any = true;
      append_string (converter, key, strlen (key));
      putc (':', converter->out);
      append_node (converter, value);
    }
}

static void
append_sequence (Converter *converter, const yaml_node_t *sequence)
{
  const yaml_node_item_t *item = sequence->data.sequence.items.start;

  putc ('[', converter->out);
  for (; item < sequence->data.sequence.items.top; item++)
    {
      if (item > sequence->data.sequence.items.start)
        putc (',', converter->out);
      append_node (converter, get (converter, *item));
    }
  putc (']', converter->out);
}

static void
append_node (Converter *converter, const yaml_node_t *node)
{
  bool has_any = false;

  switch (node->type)
    {
    case YAML_SCALAR_NODE:
      append_scalar (converter, node);
      break;
    case YAML_SEQUENCE_NODE:
      append_sequence (converter, node);
      break;
    case YAML_MAPPING_NODE:
      putc ('{', converter->out);
      append_pairs (converter, node, NULL, &has_any);
      putc ('}', converter->out);
      break;
    case YAML_NO_NODE:
      abort ();
    }
}

static FILE *
open_or_die (const char *path, const char *mode)
{
  FILE *file = fopen (path, mode);

  if (file != NULL)
    return file;
  perror (path);
  exit (1);
}

static void
close_or_die (FILE *file, const char *path)
{
  if (fclose (file) == 0)
    return;
  perror (path);
  exit (1);
}

static char *
convert (Converter *converter)
{
  FILE *in = open_or_die (converter->path, "r");
  char *json = NULL;
  size_t length = 0;
  yaml_parser_t parser;

  yaml_parser_initialize (&parser);
  yaml_parser_set_input_file (&parser, in);
  if (!yaml_parser_load (&parser, &converter->document))
    fail (converter, &parser.problem_mark, parser.problem);
  converter->out = open_memstream (&json, &length);
  append_node (converter, yaml_document_get_root_node (&converter->document));
  putc ('\n', converter->out);
  fclose (converter->out);
  yaml_document_delete (&converter->document);
  yaml_parser_delete (&parser);
  fclose (in);
  return json;
}

/* FNV-1a. */
static uint64_t
hash (const char *text)
{
  uint64_t value = UINT64_C (0xcbf29ce484222325);

  for (; *text != '\0'; text++)
    value = (value ^ (unsigned char) *text) * UINT64_C (0x100000001b3);
  return value;
}

static void
write_code (const char *json, FILE *out)
{
  enum
  {
    BYTES_A_LINE = 90
  };

  fprintf (out, "#include \"daemon/vestimd/api/openapi.h\"\n\nconst char openapi_json[] =");
  for (size_t i = 0; json[i] != '\0'; i++)
    {
      unsigned char c = (unsigned char) json[i];

      if (i % BYTES_A_LINE == 0)
        fputs (i > 0 ? "\"\n  \"" : "\n  \"", out);
      if (c < ' ' || c >= 0x7f)
        fprintf (out, "\\%03o", c);
      else if (c == '"' || c == '\\' || c == '?')
        fprintf (out, "\\%c", c);
      else
        putc (c, out);
    }
  fprintf (out, "\";\nconst size_t openapi_json_length = sizeof openapi_json - 1;\n");
  fprintf (out, "const char openapi_etag[] = \"\\\"%016" PRIx64 "\\\"\";\n", hash (json));
}

int
main (int argc, char **argv)
{
  Converter converter;
  FILE *out;
  char *json;

  if (argc != 5)
    {
      fprintf (stderr, "usage: openapi-embed INPUT.yaml VERSION OUTPUT.c OUTPUT.json\n");
      return 2;
    }
  converter = (Converter){ .path = argv[1], .version = argv[2] };
  json = convert (&converter);
  out = open_or_die (argv[3], "w");
  write_code (json, out);
  close_or_die (out, argv[3]);
  out = open_or_die (argv[4], "w");
  fputs (json, out);
  close_or_die (out, argv[4]);
  free (json);
  return 0;
}
