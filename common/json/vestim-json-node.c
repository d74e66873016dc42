/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/json/vestim-json-private.h"

/* All functions here work on text that the parser has accepted. */

bool
vestim_json_string_span (const char *quote, const char **start, size_t *length)
{
  const char *p = quote + 1;
  bool has_escapes = false;

  for (; *p != '"'; p++)
    if (*p == '\\')
      {
        has_escapes = true;
        p++;
      }
  *start = quote + 1;
  *length = (size_t) (p - *start);
  return has_escapes;
}

static unsigned
hex4 (const char *digits)
{
  unsigned value = 0;

  for (int i = 0; i < 4; i++)
    value = value * 16 + (unsigned) g_ascii_xdigit_value (digits[i]);
  return value;
}

/* Reads the escape after a backslash. Returns the next byte. */
static const char *
unescape_one (GString *out, const char *p)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

  if (*p != 'u')
    {
      g_string_append_c (out, to[strchr (from, *p) - from]);
      return p + 1;
    }

  gunichar code = hex4 (p + 1);
  p += 5;
  if (code >= 0xd800 && code <= 0xdbff)
    {
      code = 0x10000 + ((code - 0xd800) << 10) + (hex4 (p + 2) - 0xdc00);
      p += 6;
    }
  if (code == 0)
    g_string_append_c (out, '\0');
  else
    g_string_append_unichar (out, code);
  return p;
}

static void
unescape (GString *out, const char *start, size_t length)
{
  const char *end = start + length;

  while (start < end)
    {
      const char *escape = memchr (start, '\\', (size_t) (end - start));
      const char *run_end = escape != NULL ? escape : end;

      g_string_append_len (out, start, run_end - start);
      start = escape != NULL ? unescape_one (out, escape + 1) : end;
    }
}

const char *
vestim_json_name (const VestimJsonNode *member, GString *scratch, size_t *length)
{
  const char *start = NULL;

  if (!vestim_json_string_span (member->start - member->name_offset, &start, length))
    return start;
  g_string_truncate (scratch, 0);
  unescape (scratch, start, *length);
  *length = scratch->len;
  return scratch->str;
}

const VestimJsonNode *
vestim_json_root (const VestimJsonDoc *doc)
{
  return doc != NULL ? &doc->nodes[0] : NULL;
}

VestimJsonType
vestim_json_type (const VestimJsonNode *node)
{
  return node != NULL ? (VestimJsonType) node->type : VESTIM_JSON_NULL;
}

size_t
vestim_json_size (const VestimJsonNode *node)
{
  return node != NULL ? node->size : 0;
}

const VestimJsonNode *
vestim_json_first (const VestimJsonNode *container)
{
  return container != NULL && container->size > 0 ? container + 1 : NULL;
}

const VestimJsonNode *
vestim_json_next (const VestimJsonNode *node)
{
  return node != NULL && !node->is_last ? node + node->span : NULL;
}

static bool
is_named (const VestimJsonNode *member, const char *name, size_t name_length)
{
  const char *start = NULL;
  size_t length = 0;

  if (!vestim_json_string_span (member->start - member->name_offset, &start, &length))
    return length == name_length && memcmp (start, name, length) == 0;

  g_autoptr (GString) found = g_string_sized_new (length + 1);
  unescape (found, start, length);
  return found->len == name_length && memcmp (found->str, name, name_length) == 0;
}

const VestimJsonNode *
vestim_json_member (const VestimJsonNode *object, const char *name)
{
  size_t length = strlen (name);

  if (vestim_json_type (object) != VESTIM_JSON_OBJECT)
    return NULL;
  for (const VestimJsonNode *m = vestim_json_first (object); m != NULL; m = vestim_json_next (m))
    if (is_named (m, name, length))
      return m;
  return NULL;
}

/* NULL also for a text with a NUL: a C string cannot hold it. */
static char *
dup_value (const char *quote)
{
  const char *start = NULL;
  size_t length = 0;

  if (!vestim_json_string_span (quote, &start, &length))
    return g_strndup (start, length);

  g_autoptr (GString) value = g_string_sized_new (length + 1);
  unescape (value, start, length);
  if (strlen (value->str) != value->len)
    return NULL;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

char *
vestim_json_dup_name (const VestimJsonNode *node)
{
  const char *start = NULL;
  size_t length = 0;

  if (node == NULL || node->name_offset == 0)
    return NULL;
  if (!vestim_json_string_span (node->start - node->name_offset, &start, &length))
    return g_strndup (start, length);

  g_autoptr (GString) name = g_string_sized_new (length + 1);
  GString *copy = g_string_sized_new (length + 1);
  unescape (name, start, length);
  for (const char *at = name->str, *end = name->str + name->len; at <= end; at += strlen (at) + 1)
    {
      if (at > name->str)
        g_string_append (copy, "\xef\xbf\xbd");
      g_string_append (copy, at);
    }
  return g_string_free (copy, FALSE);
}

char *
vestim_json_dup_string (const VestimJsonNode *node)
{
  return vestim_json_type (node) == VESTIM_JSON_STRING ? dup_value (node->start) : NULL;
}

const char *
vestim_json_raw (const VestimJsonNode *node, size_t *length)
{
  *length = node != NULL ? node->length : 0;
  return node != NULL ? node->start : NULL;
}

bool
vestim_json_get_bool (const VestimJsonNode *node, bool *value)
{
  if (vestim_json_type (node) != VESTIM_JSON_BOOL)
    return false;
  *value = node->start[0] == 't';
  return true;
}

bool
vestim_json_get_double (const VestimJsonNode *node, double *value)
{
  char small[64];
  g_autofree char *large = NULL;
  char *copy = small;

  if (vestim_json_type (node) != VESTIM_JSON_NUMBER)
    return false;
  if (node->length >= sizeof small)
    copy = large = g_malloc (node->length + 1);
  memcpy (copy, node->start, node->length);
  copy[node->length] = '\0';
  *value = g_ascii_strtod (copy, NULL);
  return true;
}

static bool
times_ten (uint64_t *value, int64_t power)
{
  for (; power > 0 && *value != 0; power--)
    if (!g_uint64_checked_mul (value, *value, 10))
      return false;
  return true;
}

/* The digits of a number before its exponent as value * 10^power; trailing zeros count in `power`.
 * False when they do not fit. */
static bool
read_mantissa (const char *p, const char *end, uint64_t *value, int64_t *power)
{
  bool in_fraction = false;
  int64_t zeros = 0;

  *value = 0;
  *power = 0;
  for (; p < end && *p != 'e' && *p != 'E'; p++)
    {
      if (*p == '.')
        {
          in_fraction = true;
          continue;
        }
      *power -= in_fraction;
      zeros++;
      if (*p == '0')
        continue;
      if (!times_ten (value, zeros) || !g_uint64_checked_add (value, *value, (uint64_t) (*p - '0')))
        return false;
      zeros = 0;
    }
  *power += zeros;
  return true;
}

static int64_t
read_power (const char *start, const char *end)
{
  const char *p = start;

  while (p < end && *p != 'e' && *p != 'E')
    p++;
  if (p == end)
    return 0;

  bool negative = *++p == '-';
  int64_t power = 0;
  for (p += negative || *p == '+'; p < end; p++)
    power = MIN (power * 10 + (*p - '0'), INT64_C (1000000000000));
  return negative ? -power : power;
}

bool
vestim_json_get_int64 (const VestimJsonNode *node, int64_t *value)
{
  if (vestim_json_type (node) != VESTIM_JSON_NUMBER)
    return false;

  const char *start = node->start, *end = node->start + node->length;
  bool negative = *start == '-';
  uint64_t magnitude = 0;
  int64_t power = 0;

  if (!read_mantissa (start + negative, end, &magnitude, &power))
    return false;
  power += read_power (start, end);
  if (magnitude != 0 && power < 0)
    return false;
  if (!times_ten (&magnitude, power) || magnitude > (uint64_t) INT64_MAX + negative)
    return false;
  *value = (int64_t) (negative ? 0 - magnitude : magnitude);
  return true;
}
