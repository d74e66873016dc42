/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/syntax.h"

#define M (SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET | SYNTAX_METHOD)
#define T (SYNTAX_TOKEN | SYNTAX_VALUE | SYNTAX_TARGET)
#define G (SYNTAX_VALUE | SYNTAX_TARGET)
#define V SYNTAX_VALUE

const uint8_t syntax_classes[256] = {
  [0x09] = V,
  [' '] = V,
  ['!'] = M,
  ['"'] = G,
  ['#'] = M & ~SYNTAX_TARGET,
  ['$' ... '\''] = M,
  ['(' ... ')'] = G,
  ['*' ... '+'] = M,
  [','] = G,
  ['-' ... '.'] = M,
  ['/'] = G,
  ['0' ... '9'] = M,
  [':' ... '@'] = G,
  ['A' ... 'Z'] = M,
  ['[' ... ']'] = G,
  ['^' ... '_'] = M,
  ['`' ... 'z'] = T,
  ['{'] = G,
  ['|'] = M,
  ['}'] = G,
  ['~'] = M,
  [0x80 ... 0xff] = V,
};

int
syntax_hex_digit (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
