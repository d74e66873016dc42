/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "common/json/vestim-json.h"

/* One line of progress.jsonl: {"progress": 0.5, "message": "…", "step": 12, "metrics": {"loss":
 * 0.01}}, every key optional, null the same as absent, other keys ignored. */
typedef struct
{
  VestimJsonDoc *doc;            /* what the nodes belong to; it points into the line's text */
  double progress;               /* 0 to 1, NAN: not reported */
  char *message;                 /* (nullable) */
  double step;                   /* NAN: not reported */
  const VestimJsonNode *metrics; /* (nullable) an object */
} ProgressLine;

/* A blank line reports nothing. */
bool progress_line_is_blank (const char *text, size_t length);

/* False for a malformed line, with the reason in `*fault` (transfer full). */
bool progress_line_read (ProgressLine *line, const char *text, size_t length, char **fault);
void progress_line_clear (ProgressLine *line);

/* Name (transfer full) and number of a member of `metrics`. False for anything else: a series has
 * numbers only. */
bool progress_line_read_metric (const VestimJsonNode *metric, char **name, double *value);
