/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Our own check of a request's raw bytes, done before llhttp sees them. What llhttp lets through
 * differs from version to version and with how it was built; what two readers of the same bytes
 * understand differently can be used to smuggle a request. So whatever passes here is understood
 * the same by all. Both checks are machines that take any number of bytes at a time: how the input
 * is split never changes the result. */

typedef enum
{
  VALIDATOR_MORE, /* all bytes taken, more are needed */
  VALIDATOR_DONE, /* the end was reached, at `pos` */
  VALIDATOR_BAD,  /* `status` and `detail` tell why */
} ValidatorResult;

/* A part of the input, counted from the first byte of the request. */
typedef struct
{
  uint32_t start;
  uint32_t length;
} RequestSpan;

/* The head: request line and header fields. */
typedef struct
{
  uint8_t state;
  uint8_t empty_lines;
  uint8_t version_length;
  uint8_t minor_version;
  uint16_t n_fields;
  bool has_host;
  bool has_content_length;
  bool is_chunked;
  bool is_closing; /* the client asked for `Connection: close`, or speaks HTTP/1.0 */
  uint32_t pos;    /* bytes checked */
  uint32_t line_start;
  uint32_t fields_start;
  uint64_t content_length;
  RequestSpan method;
  RequestSpan target;
  RequestSpan name; /* of the field being read */
  RequestSpan value;
  int status;         /* with VALIDATOR_BAD: 400, 414 or 431 */
  const char *detail; /* and a sentence */
} HeadValidator;

void head_validator_init (HeadValidator *head);

/* `data` is the request from its first byte on; what was checked before is not checked again, but
 * must still be there. White space around values is made of plain spaces in place. */
ValidatorResult head_validator_check (HeadValidator *head, char *data, size_t length);

/* The framing of a chunked body, its trailer fields included. */
typedef struct
{
  uint8_t state;
  uint8_t n_digits;
  uint8_t name_length;
  uint16_t line_length; /* of the chunk's line, or of all trailer fields */
  uint16_t n_fields;
  uint32_t extensions; /* bytes of all chunk extensions */
  bool is_extension;   /* the bytes last used are of an extension */
  uint64_t left;       /* bytes of the chunk's data still to come */
  uint64_t total;      /* bytes of data announced up to now */
  uint64_t limit;
  char name[24]; /* the first bytes of a trailer's name, in lower case */
  int status;    /* with VALIDATOR_BAD: 400, 413 or 431 */
  const char *detail;
} ChunkValidator;

void chunk_validator_init (ChunkValidator *chunks, uint64_t limit);

/* Checks the next bytes. `*used` is the number of those that belong to the body. Stops with
 * VALIDATOR_MORE behind the line that announces the first data, so that the caller learns that the
 * body is not empty; and where an extension begins and ends, which llhttp versions read
 * differently. */
ValidatorResult chunk_validator_check (ChunkValidator *chunks, const char *data, size_t length,
                                       size_t *used);

bool is_http_token_char (unsigned char c);
bool is_http_value_char (unsigned char c);
