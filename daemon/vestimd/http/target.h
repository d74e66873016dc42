/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The parts of a request's target (RFC 9112, 3.2). They point into the target's text, except the
 * path
 * "/" that an absolute target may omit. */
typedef struct
{
  const char *authority; /* (nullable) of the absolute form: counts as Host */
  size_t authority_length;
  const char *path; /* "*" for `OPTIONS *`, "" for CONNECT's authority form */
  size_t path_length;
  const char *query; /* (nullable) without the '?' */
  size_t query_length;
} HttpTarget;

/* False, with a sentence in `*detail`, if the target has no form that the method may have, or if
 * its path has a malformed escape or a NUL. */
bool target_parse (HttpTarget *target, const char *text, size_t length, const char *method,
                   size_t method_length, const char **detail);

/* Decodes one %-escape or plain byte at `*text`, advances `*text`, and returns the value; -1 for a
 * malformed escape. `end` is the text's end. */
int target_decode_char (const char **text, const char *end);

/* `(transfer full, nullable)` a name or value of a query, decoded: "+" is a space. NULL for a
 * malformed escape or a NUL. It need not be UTF-8. */
char *target_decode_query (const char *text, size_t length);
