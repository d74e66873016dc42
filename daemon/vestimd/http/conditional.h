/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* If-None-Match, If-Range and Range (RFC 9110, 13 and 14): texts in, decisions out. */

/* Is `etag` in the list of one If-None-Match field ("*" stands for any)? Compared weakly. */
bool conditional_lists_etag (const char *list, const char *etag);

/* Does If-Range name exactly this representation? Compared strongly; a date never does. */
bool conditional_is_same (const char *if_range, const char *etag);

typedef enum
{
  RANGE_WHOLE, /* none, malformed, of another unit, or several: the whole is sent */
  RANGE_PART,
  RANGE_UNSATISFIABLE,
} RangeKind;

/* `value`: of the Range field; `first` and `length` are set with RANGE_PART, else left alone. */
RangeKind range_parse (const char *value, uint64_t size, uint64_t *first, uint64_t *length);
