/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/text.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

JobText *
job_text_new (const char *data, size_t length)
{
  JobText *text = g_malloc (sizeof (JobText) + length + 1);

  text->refs = 1;
  text->length = length;
  text->tag = 0;
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

/* FNV-1a by words of eight bytes, with a final mix: no defence against chosen texts is needed,
 * since a client could only mislead itself. */
uint64_t
job_text_tag (JobText *text)
{
  uint64_t hash = UINT64_C (0xcbf29ce484222325) ^ text->length;

  if (text->tag != 0)
    return text->tag;
  for (size_t i = 0; i < text->length; i += 8)
    {
      uint64_t word = 0;

      memcpy (&word, text->data + i, MIN (text->length - i, 8));
      hash = (hash ^ word) * UINT64_C (0x100000001b3);
      hash ^= hash >> 32;
    }
  text->tag = hash != 0 ? hash : 1;
  return text->tag;
}
