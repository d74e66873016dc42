/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Writes the head of an answer, and the body of an error. */

/* The fields of every answer; the date is updated once a second. */
typedef struct
{
  GString *fields;
  size_t date_offset;
  time_t second;
} ResponseCommon;

void response_common_init (ResponseCommon *common, const char *server_name);
void response_common_deinit (ResponseCommon *common);

typedef struct
{
  int status;
  const char *content_type; /* (nullable) */
  const char *fields;       /* (nullable) more fields, each with its CRLF */
  uint64_t length;
  bool has_length;
  bool is_chunked;        /* adds `Transfer-Encoding: chunked` */
  bool is_closing;        /* adds `Connection: close` */
  bool has_cache_control; /* `fields` has a Cache-Control of its own */
  bool has_etag;
} ResponseHead;

void response_append_head (GString *out, ResponseCommon *common, const ResponseHead *head);

/* "Name: value" and CRLF. A control character of the value becomes a space: no value can end its
 * line. */
void response_append_field (GString *out, const char *name, const char *value);

const char *response_reason (int status);

/* application/problem+json. `errors`: (nullable) VestimFieldErrors. `more`: (nullable) JSON text of
 * further members, each after a comma. */
void response_append_problem (GString *out, int status, const char *detail, const GPtrArray *errors,
                              const char *more);
