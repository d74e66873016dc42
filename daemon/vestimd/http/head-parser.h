/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/http/syntax.h"

/* The head of a request: request line and header fields (RFC 9112, 3 and 5). */

#define HEAD_MAX_FIELDS 100

/* Offsets count from the first byte of the request. A head is shorter than 64 KiB. */
typedef struct
{
  uint16_t start;
  uint16_t length;
} HeadSpan;

typedef struct
{
  HeadSpan name;
  HeadSpan value; /* without the white space around it */
} HeadField;

typedef struct
{
  uint8_t state;
  uint8_t empty_lines;
  uint8_t version_length;
  uint8_t minor_version;
  bool has_host;
  bool has_content_length;
  bool is_chunked;
  bool is_closing; /* the client asked for `Connection: close`, or uses HTTP/1.0 */
  uint32_t pos;    /* bytes parsed; with PARSE_DONE the length of the head */
  uint32_t line_start;
  uint32_t fields_start;
  uint64_t content_length;
  HeadSpan method;
  HeadSpan target;
  int status;         /* with PARSE_BAD: 400, 414 or 431 */
  const char *detail; /* and a sentence */
  uint16_t n_fields;
  HeadField fields[HEAD_MAX_FIELDS];
} HeadParser;

void head_parser_init (HeadParser *head);

/* `data` is the request from its first byte on. Bytes that were parsed before are not parsed again,
 * but must still be there. */
ParseResult head_parser_parse (HeadParser *head, const char *data, size_t length);
