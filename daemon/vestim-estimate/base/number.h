/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

typedef enum
{
  NUMBER_OK,
  NUMBER_EMPTY,
  NUMBER_INVALID,
  NUMBER_NOT_FINITE,
} NumberResult;

/* A decimal number with spaces or tabs around it, rounded correctly; independent of the locale.
 * `text` need not end with a NUL; `point` is the decimal point or comma. */
NumberResult number_parse (const char *text, size_t length, char point, double *value);
