/* SPDX-License-Identifier: MIT */
#include "jobs/text.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

JobText *
job_text_new (const char *data, size_t length)
{
  JobText *text = g_malloc (sizeof (JobText) + length + 1);

  text->refs = 1;
  text->length = length;
  memcpy (text->data, data, length);
  text->data[length] = '\0';
  return text;
}

JobText *
job_text_ref (JobText *text)
{
  assert (text->refs > 0);
  text->refs++;
  return text;
}

void
job_text_unref (JobText *text)
{
  if (text == NULL)
    return;
  assert (text->refs > 0);
  if (--text->refs == 0)
    g_free (text);
}
