/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/conditional.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *
opaque_part (const char *etag)
{
  return strncmp (etag, "W/", 2) == 0 ? etag + 2 : etag;
}

bool
conditional_lists_etag (const char *list, const char *etag)
{
  const char *opaque = opaque_part (etag);
  size_t length = strlen (opaque);

  list += strspn (list, " \t");
  if (strcmp (list, "*") == 0)
    return true;
  while (*list != '\0')
    {
      const char *item, *end;

      list += strspn (list, " \t,");
      item = opaque_part (list);
      if (*item != '"' || (end = strchr (item + 1, '"')) == NULL)
        return false;
      end++;
      if ((size_t) (end - item) == length && memcmp (item, opaque, length) == 0)
        return true;
      list = end;
    }
  return false;
}

bool
conditional_is_same (const char *if_range, const char *etag)
{
  return if_range[0] == '"' && strcmp (if_range, etag) == 0;
}

/* Reads digits and returns their end; NULL: there is none. A number that is too large counts as the
 * largest. */
static const char *
read_number (const char *text, uint64_t *number)
{
  const char *start = text;

  for (*number = 0; *text >= '0' && *text <= '9'; text++)
    {
      unsigned digit = (unsigned) (*text - '0');

      *number = *number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *number * 10 + digit;
    }
  return text > start ? text : NULL;
}

static RangeKind
parse_suffix (const char *text, uint64_t size, uint64_t *first, uint64_t *length)
{
  uint64_t suffix;

  text = read_number (text, &suffix);
  if (text == NULL || text[strspn (text, " \t")] != '\0')
    return RANGE_WHOLE;
  if (suffix == 0 || size == 0)
    return RANGE_UNSATISFIABLE;
  *length = suffix < size ? suffix : size;
  *first = size - *length;
  return RANGE_PART;
}

RangeKind
range_parse (const char *value, uint64_t size, uint64_t *first, uint64_t *length)
{
  uint64_t start;
  uint64_t last = UINT64_MAX;

  if (strncasecmp (value, "bytes=", 6) != 0)
    return RANGE_WHOLE;
  value += 6 + strspn (value + 6, " \t");
  if (*value == '-')
    return parse_suffix (value + 1, size, first, length);
  value = read_number (value, &start);
  if (value == NULL || *value++ != '-')
    return RANGE_WHOLE;
  if (*value >= '0' && *value <= '9')
    value = read_number (value, &last);
  if (value[strspn (value, " \t")] != '\0' || last < start)
    return RANGE_WHOLE;
  if (start >= size)
    return RANGE_UNSATISFIABLE;
  *first = start;
  *length = (last < size ? last : size - 1) - start + 1;
  return RANGE_PART;
}
