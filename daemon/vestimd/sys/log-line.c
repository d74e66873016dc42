/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/log-line.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const level_names[] = {
  [LOG_LEVEL_ERROR] = "error",
  [LOG_LEVEL_WARNING] = "warning",
  [LOG_LEVEL_INFO] = "info",
  [LOG_LEVEL_DEBUG] = "debug",
};

static const char cut_mark[] = "…";

static void
append (LogLine *line, const char *bytes, size_t length)
{
  /* Room is left for the mark and the newline. */
  if (line->is_cut || line->length + length > sizeof line->text - sizeof cut_mark)
    {
      line->is_cut = true;
      return;
    }
  memcpy (line->text + line->length, bytes, length);
  line->length += length;
}

static void
append_escaped_byte (LogLine *line, unsigned char byte)
{
  char escaped[8];

  if (byte == '\n')
    append (line, "\\n", 2);
  else if (byte == '\t')
    append (line, "\\t", 2);
  else if (byte == '\r')
    append (line, "\\r", 2);
  else
    append (line, escaped, (size_t) snprintf (escaped, sizeof escaped, "\\x%02x", byte));
}

/* Escapes control characters, also those above 0x7f, and invalid UTF-8: a terminal would act on
 * them.
 */
static void
append_escaped (LogLine *line, const char *text)
{
  while (*text != '\0' && !line->is_cut)
    {
      gunichar c = g_utf8_get_char_validated (text, -1);

      if (c >= 0x20 && c < 0x7f)
        append (line, text++, 1);
      else if (c >= 0xa0 && c < (gunichar) -2)
        {
          size_t length = (size_t) (g_utf8_next_char (text) - text);

          append (line, text, length);
          text += length;
        }
      else
        append_escaped_byte (line, (unsigned char) *text++);
    }
}

static void
append_head (LogLine *line, LogLevel level, const char *module)
{
  struct timespec now;
  struct tm tm;
  char head[96];
  int length;

  clock_gettime (CLOCK_REALTIME, &now);
  gmtime_r (&now.tv_sec, &tm);
  length = snprintf (head, sizeof head,
                     "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ %s %.32s: ", tm.tm_year + 1900,
                     tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
                     now.tv_nsec / 1000000, level_names[level], module);
  append (line, head, MIN ((size_t) length, sizeof head - 1));
}

static void
append_end (LogLine *line)
{
  if (line->is_cut)
    {
      memcpy (line->text + line->length, cut_mark, sizeof cut_mark - 1);
      line->length += sizeof cut_mark - 1;
    }
  line->text[line->length++] = '\n';
}

void
log_line_format (LogLine *line, LogLevel level, const char *module, const char *format,
                 va_list args)
{
  char message[LOG_LINE_LIMIT];
  int length = vsnprintf (message, sizeof message, format, args);

  line->length = 0; /* the text is not cleared */
  line->is_cut = false;
  append_head (line, level, module);
  if (length >= 0)
    append_escaped (line, message);
  line->is_cut = line->is_cut || length >= (int) sizeof message;
  append_end (line);
}

void
log_line_set (LogLine *line, const char *text)
{
  size_t length = strlen (text), room = sizeof line->text - sizeof cut_mark;

  line->length = 0;
  line->is_cut = false;
  append (line, text, MIN (length, room));
  line->is_cut = length > room;
  append_end (line);
}

bool
log_level_parse (const char *word, LogLevel *level)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (level_names); i++)
    if (strcmp (word, level_names[i]) == 0)
      {
        *level = (LogLevel) i;
        return true;
      }
  return false;
}
