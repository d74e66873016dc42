/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/results/error-unit.h"

/* Sections of the pages about estimations and evaluations. Each shows what its JSON has, and
 * nothing if that is NULL. */

/* A whole page is between the two. */
void sections_begin_page (GString *html, const char *title);
void sections_end_page (GString *html);

void sections_begin (GString *html, const char *title);
void sections_end (GString *html);

/* Rows of a table at most, so that a page stays small. */
#define SECTIONS_MAX_ROWS 1000

/* "And 5 more." after a table that does not show all. */
void sections_append_rest (GString *html, size_t n_all, size_t n_shown);

/* The figures over all files of `metrics`. */
void sections_append_figures (GString *html, const VestimJsonNode *metrics, const ErrorUnit *unit);

/* A table of the tests in `metrics`, with the worst minute of each from `conditions`. */
void sections_append_tests (GString *html, const VestimJsonNode *metrics,
                            const VestimJsonNode *conditions, const ErrorUnit *unit);

/* The errors by temperature, state of charge and current in `conditions`. */
void sections_append_bands (GString *html, const VestimJsonNode *conditions, const ErrorUnit *unit);

/* All members of an object. */
void sections_append_members (GString *html, const char *caption, const VestimJsonNode *object);

/* The data files with their checksums: objects with "file", "sha256" and, possibly, "set". */
void sections_append_data (GString *html, const VestimJsonNode *files);
