/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/log-stamps.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ROOM 8192
#define LAST_MS INT64_C (253402300799999) /* the end of the year 9999 */

/* The lines that are not written yet. It is not on the stack, which a limit may have made small. */
typedef struct
{
  char data[ROOM];
  size_t used;
} Output;

static void
flush (const LogStamps *stamps, Output *output)
{
  if (output->used > 0)
    stamps->write (stamps->user, output->data, output->used);
  output->used = 0;
}

static void
put (const LogStamps *stamps, Output *output, const char *data, size_t size)
{
  if (size > ROOM - output->used)
    flush (stamps, output);
  if (size > ROOM)
    stamps->write (stamps->user, data, size);
  else
    {
      memcpy (output->data + output->used, data, size);
      output->used += size;
    }
}

/* A clock that is out of the range of the format is shown as its end. */
static void
make_stamp (int64_t now, char stamp[LOG_STAMP_SIZE + 1])
{
  int64_t shown = now < 0 ? 0 : now > LAST_MS ? LAST_MS : now;
  time_t seconds = (time_t) (shown / 1000);
  struct tm time = { 0 };
  size_t n;

  gmtime_r (&seconds, &time);
  n = strftime (stamp, LOG_STAMP_SIZE + 1, "%Y-%m-%dT%H:%M:%S", &time);
  snprintf (stamp + n, LOG_STAMP_SIZE + 1 - n, ".%03dZ ", (int) (shown % 1000));
}

void
log_stamps_add (LogStamps *stamps, int64_t now, const char *data, size_t size)
{
  static Output output;
  char stamp[LOG_STAMP_SIZE + 1];

  make_stamp (now, stamp);
  while (size > 0)
    {
      const char *newline = memchr (data, '\n', size);
      size_t length = newline == NULL ? size : (size_t) (newline + 1 - data);

      if (!stamps->is_within_line)
        put (stamps, &output, stamp, LOG_STAMP_SIZE);
      put (stamps, &output, data, length);
      stamps->is_within_line = newline == NULL;
      data += length;
      size -= length;
    }
  flush (stamps, &output);
}
