/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Immutable bytes with a count of references, for one thread: a serialized job that several
 * answers and event streams send at the same time. */
typedef struct
{
  unsigned refs;
  size_t length;
  uint64_t tag; /* 0: not asked for yet */
  char data[];
} JobText;

JobText *job_text_new (const char *data, size_t length);
JobText *job_text_ref (JobText *text);
void job_text_unref (JobText *text);

/* A hash of the bytes, for an entity tag: made when first asked for. */
uint64_t job_text_tag (JobText *text);
