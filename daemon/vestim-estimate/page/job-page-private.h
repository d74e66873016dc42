/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "daemon/vestim-estimate/page/json-file.h"

/* What the page of a job is made from. */
typedef struct
{
  const char *folder;
  JsonFile job;     /* job.json */
  JsonFile summary; /* of the job; may be missing */
} JobPage;

/* Everything between the head of the page and its end. */
void estimation_page_append (GString *html, const JobPage *page);
void evaluation_page_append (GString *html, const JobPage *page);
