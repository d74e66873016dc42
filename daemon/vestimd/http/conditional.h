/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* If-None-Match, If-Range and Range (RFC 9110, 13 and 14): texts in, decisions out. */

/* Whether `etag` is in the list of an If-None-Match field ("*": any). Weak comparison. */
bool conditional_lists_etag (const char *list, const char *etag);

/* Whether If-Range names exactly this representation. Strong comparison; a date never matches. */
bool conditional_is_same (const char *if_range, const char *etag);

typedef enum
{
  RANGE_WHOLE, /* no range, malformed, of another unit, or several: send the whole */
  RANGE_PART,
  RANGE_UNSATISFIABLE,
} RangeKind;

/* `value` is that of the Range field. `first` and `length` are set with RANGE_PART only. */
RangeKind range_parse (const char *value, uint64_t size, uint64_t *first, uint64_t *length);
