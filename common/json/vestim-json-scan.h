/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/json/vestim-json.h"

/* The parser's place in the text, and the tokens of the grammar. Each function that returns false
 * (but for skipping) has set `error`. */
typedef struct
{
  const char *text;
  const char *end;
  const char *at;
  GError **error;
} VestimJsonScan;

/* Both set the error and return false. At the end of the text, the first reports that the text is
 * incomplete. */
bool vestim_json_scan_fail (VestimJsonScan *scan, const char *what);
bool vestim_json_scan_fail_at (VestimJsonScan *scan, const char *where, const char *what);

void vestim_json_scan_skip_space (VestimJsonScan *scan);
bool vestim_json_scan_skip_char (VestimJsonScan *scan, char c);

bool vestim_json_scan_string (VestimJsonScan *scan); /* `at` is its opening quote */
bool vestim_json_scan_number (VestimJsonScan *scan);
bool vestim_json_scan_word (VestimJsonScan *scan, const char *word);
