/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum
{
  FINDING_OK,
  FINDING_WARNING, /* jobs may suffer */
  FINDING_PROBLEM, /* a start or a change would fail */
} FindingLevel;

typedef struct
{
  FindingLevel level;
  char *text; /* what was found and, unless it is ok, what to do */
} Finding;

void finding_set (Finding *finding, FindingLevel level, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void finding_clear (Finding *finding);
