/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The line of a text file that names the columns. */
typedef struct
{
  char separator; /* ';', tab or ',' */
  char **titles;  /* as in the file without quotes and spaces around; NULL-terminated */
} TextHeader;

/* `(transfer full)`; NULL with `error`. The path is for the sentence only. */
TextHeader *text_header_parse (const char *line, size_t length, const char *path, GError **error);
void text_header_free (TextHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TextHeader, text_header_free)
