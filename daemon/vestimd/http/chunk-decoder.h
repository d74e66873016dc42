/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/http/syntax.h"

/* A chunked body (RFC 9112, 7.1) with its extensions and trailer fields, which are checked and
 * dropped. */
typedef struct
{
  uint8_t state;
  uint8_t n_digits;
  uint8_t name_length;
  uint16_t line_length; /* of the chunk's line, or of all trailer fields */
  uint16_t n_fields;
  uint32_t extensions; /* bytes of all chunk extensions */
  uint64_t left;       /* bytes of the chunk's data still to come */
  uint64_t total;      /* bytes of data announced so far */
  uint64_t limit;
  char name[24];      /* the first bytes of a trailer's name, in lower case */
  int status;         /* with PARSE_BAD: 400, 413 or 431 */
  const char *detail; /* and a sentence */
} ChunkDecoder;

/* `limit`: the longest body that is accepted. */
void chunk_decoder_init (ChunkDecoder *chunks, uint64_t limit);

/* Decodes the next bytes and appends their data to `body`, unless it is NULL. `*used` is the number
 * of bytes that belong to the body. Stops with PARSE_MORE after the line that announces the first
 * data, so that the caller learns that the body is not empty. */
ParseResult chunk_decoder_decode (ChunkDecoder *chunks, const char *data, size_t length,
                                  GString *body, size_t *used);
