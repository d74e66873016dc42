/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The characters of HTTP (RFC 9110, 5.6 and RFC 9112), and what the readers of its parts return. */

typedef enum
{
  PARSE_MORE, /* all bytes are taken, more are needed */
  PARSE_DONE, /* the end was reached */
  PARSE_BAD,  /* the reader's `status` and `detail` say why */
} ParseResult;

/* Classes of characters, to be combined. A target may have all visible ASCII but '#'. A method is a
 * token without lower case: no method has it, and "get" is a mistake. */
#define SYNTAX_TOKEN 1
#define SYNTAX_VALUE 2
#define SYNTAX_TARGET 4
#define SYNTAX_METHOD 8

extern const uint8_t syntax_classes[256];

static inline bool
syntax_is (char c, uint8_t class)
{
  return (syntax_classes[(unsigned char) c] & class) != 0;
}

/* 0 to 15; -1: no hexadecimal digit. */
int syntax_hex_digit (char c);
