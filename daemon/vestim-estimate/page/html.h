/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Pieces of an HTML page that is well-formed XML too. Every text is escaped; bytes that are not
 * UTF-8 and control characters become U+FFFD. */

void html_append_text (GString *html, const char *text);

/* The whole element; `class` is nullable. */
void html_append_element (GString *html, const char *name, const char *class, const char *text);

typedef enum
{
  HTML_TEXT,
  HTML_LONG_TEXT, /* such as a path: gets more room */
  HTML_NUMBER,    /* aligned to the right */
} HtmlColumnType;

typedef struct
{
  const char *title;
  HtmlColumnType type;
} HtmlColumn;

/* A table begins with its caption and columns (n_columns). Each row has as many cells; the first
 * one is the head of the row. A cell of NULL is empty. */
void html_begin_table (GString *html, const char *caption, const HtmlColumn *columns,
                       int n_columns);
void html_append_row (GString *html, const HtmlColumn *columns, int n_columns,
                      const char *const *cells);
void html_end_table (GString *html);

/* A table of two columns without heads; the rows are between the two. */
void html_begin_facts (GString *html, const char *caption);
void html_append_fact (GString *html, const char *name, const char *value);
