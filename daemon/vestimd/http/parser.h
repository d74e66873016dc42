/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/vestimd/http/chunk-decoder.h"
#include "daemon/vestimd/http/head-parser.h"
#include "daemon/vestimd/http/target.h"

/* Bytes in, requests out, one after the other. The parser is our own: the contract promises what is
 * refused and with which answer, and a library's answers change with its version and build options.
 * It does no I/O. */

#define PARSER_MAX_BODY (1024 * 1024)

typedef enum
{
  PARSER_MORE,  /* all input is taken, more is needed */
  PARSER_HEAD,  /* the head is there: method, target and header are known */
  PARSER_BODY,  /* a body that is not empty begins; comes at most once */
  PARSER_DONE,  /* the whole request is there, and stays until http_parser_finish() */
  PARSER_ERROR, /* see `status` and `detail`; nothing more can be read */
} ParserEvent;

/* Other modules only read it. */
typedef struct
{
  HeadParser head;
  ChunkDecoder chunks;
  HttpTarget target;
  GString *body;
  bool drops_body;
  int status;
  const char *detail;

  char *data; /* the input buffer: [start, end) is the present request and what follows it */
  size_t start;
  size_t end;
  size_t capacity;
  size_t used;   /* consumed bytes of the present request, from `start` on */
  uint64_t left; /* of a body with Content-Length */
  int phase;
  bool has_head;
} HttpParser;

void http_parser_init (HttpParser *parser);
void http_parser_deinit (HttpParser *parser);

/* Where to put input, and how much; NULL: there is no room before http_parser_finish(). */
char *http_parser_get_room (HttpParser *parser, size_t *size);
/* `length` bytes were put there. */
void http_parser_add (HttpParser *parser, size_t length);

ParserEvent http_parser_next (HttpParser *parser);

/* After PARSER_DONE: forgets the request; the next one can be parsed. */
void http_parser_finish (HttpParser *parser);

/* Whether nothing of the next request has come. */
bool http_parser_is_idle (const HttpParser *parser);
/* Whether the whole request has come (from PARSER_HEAD on). */
bool http_parser_is_complete (const HttpParser *parser);
/* Whether the head has come, so that method, target and header are known. */
bool http_parser_has_head (const HttpParser *parser);
/* Whether a byte after the head has come. */
bool http_parser_has_body_begun (const HttpParser *parser);
/* After PARSER_HEAD: nobody needs the body, so it is not kept. */
void http_parser_drop_body (HttpParser *parser);

/* From PARSER_HEAD on; valid until the parser is next called for input. */
const char *http_parser_method (const HttpParser *parser);

/* (nullable) The value of the first field of that name from number `*from` on; `*from` becomes the
 * number after it. `from` is nullable. */
const char *http_parser_header (const HttpParser *parser, const char *name, unsigned *from);
