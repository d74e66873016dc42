/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/exit-record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"

#define NAME "exit.json"
#define TEMPORARY "exit.json.tmp"
#define SIZE 4096

typedef struct
{
  char data[SIZE];
  size_t length;
} Text;

static void add (Text *text, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

static void
add (Text *text, const char *format, ...)
{
  va_list arguments;
  int n;

  va_start (arguments, format);
  n = vsnprintf (text->data + text->length, SIZE - text->length, format, arguments);
  va_end (arguments);
  text->length = text->length + (size_t) n < SIZE ? text->length + (size_t) n : SIZE - 1;
}

/* The length of the UTF-8 sequence that starts here, 0 when it is none. */
static size_t
utf8_length (const unsigned char *bytes)
{
  size_t length = bytes[0] < 0x80   ? 1
                  : bytes[0] < 0xc2 ? 0
                  : bytes[0] < 0xe0 ? 2
                  : bytes[0] < 0xf0 ? 3
                  : bytes[0] < 0xf5 ? 4
                                    : 0;

  for (size_t i = 1; i < length; i++)
    if ((bytes[i] & 0xc0) != 0x80)
      return 0;
  /* Overlong forms, surrogates, and what is beyond U+10FFFF. */
  if ((bytes[0] == 0xe0 && bytes[1] < 0xa0) || (bytes[0] == 0xed && bytes[1] > 0x9f)
      || (bytes[0] == 0xf0 && bytes[1] < 0x90) || (bytes[0] == 0xf4 && bytes[1] > 0x8f))
    return 0;
  return length;
}

static void
add_string (Text *text, const char *string)
{
  const unsigned char *bytes = (const unsigned char *) string;

  if (string == NULL)
    {
      add (text, "null");
      return;
    }
  add (text, "\"");
  while (*bytes != '\0')
    {
      size_t length = utf8_length (bytes);

      if (length == 0)
        add (text, "\\ufffd");
      else if (*bytes == '"' || *bytes == '\\')
        add (text, "\\%c", *bytes);
      else if (*bytes < 0x20)
        add (text, "\\u%04x", *bytes);
      else
        add (text, "%.*s", (int) length, (const char *) bytes);
      bytes += length == 0 ? 1 : length;
    }
  add (text, "\"");
}

static void
add_time (Text *text, const char *name, double seconds)
{
  if (isfinite (seconds))
    add (text, ",\"%s\":%.6f", name, seconds);
  else
    add (text, ",\"%s\":null", name);
}

static void
add_status (Text *text, const ExitRecord *record)
{
  char name[32];

  if (record->has_status && WIFEXITED (record->wait_status))
    add (text, ",\"exit_code\":%d,\"signal\":null", WEXITSTATUS (record->wait_status));
  else if (record->has_status && WIFSIGNALED (record->wait_status))
    {
      exit_record_signal_name (WTERMSIG (record->wait_status), name, sizeof name);
      add (text, ",\"exit_code\":null,\"signal\":\"%s\"", name);
    }
  else
    add (text, ",\"exit_code\":null,\"signal\":null");
}

static void
format (Text *text, const ExitRecord *record)
{
  add (text, "{\"version\":1,\"attempt\":%d", record->attempt);
  add_status (text, record);
  add (text, ",\"error\":");
  add_string (text, record->error);
  add (text, ",\"stopped\":%s,\"timed_out\":%s,\"lost\":%s", record->stopped ? "true" : "false",
       record->timed_out ? "true" : "false", record->lost ? "true" : "false");
  add (text, ",\"started_at\":%" PRId64 ",\"finished_at\":%" PRId64, record->started_at,
       record->finished_at);
  add_time (text, "wall_s", record->wall_s);
  add_time (text, "cpu_s", record->cpu_s);
  if (record->max_rss_kb >= 0)
    add (text, ",\"max_rss_kb\":%ld", record->max_rss_kb);
  else
    add (text, ",\"max_rss_kb\":null");
  add (text, ",\"log_bytes\":%" PRIu64 "}\n", record->log_bytes);
}

int
exit_record_prepare (int folder)
{
  /* Not truncated: what a killed shim has reserved is as good. */
  int fd = fd_make_file (folder, TEMPORARY, O_WRONLY);
  int r;

  if (fd < 0)
    return fd;
  r = posix_fallocate (fd, 0, SIZE);
  if (r == 0)
    return fd;
  close (fd);
  unlinkat (folder, TEMPORARY, 0);
  return -r;
}

static int
write_out (int folder, int fd, const Text *text)
{
  errno = EIO;
  if (fd_write_at (fd, text->data, text->length, 0) < text->length)
    return -errno;
  if (ftruncate (fd, (off_t) text->length) != 0 || fsync (fd) != 0)
    return -errno;
  return atomic_file_put_in_place (folder, TEMPORARY, NAME, ATOMIC_FILE_MAKE_WAY);
}

int
exit_record_commit (int folder, int fd, const ExitRecord *record)
{
  Text text = { .length = 0 };
  int r;

  /* A job that emptied, moved or removed its folder took the reserved file along. */
  if (!fd_is_at (folder, TEMPORARY, fd))
    {
      close (fd);
      fd = exit_record_prepare (folder);
      if (fd < 0)
        return fd;
    }
  format (&text, record);
  r = write_out (folder, fd, &text);
  close (fd);
  return r;
}

int
exit_record_attempt (int folder)
{
  char text[64] = "";
  int fd = fd_open_file (folder, NAME, O_RDONLY);
  int attempt = 0;

  if (fd < 0)
    return 0;
  if (fd_read_at (fd, text, sizeof text - 1, 0) <= 0
      || sscanf (text, "{\"version\":1,\"attempt\":%d", &attempt) != 1)
    attempt = 0;
  close (fd);
  return attempt;
}

void
exit_record_signal_name (int signal, char *name, size_t size)
{
  const char *word = sigabbrev_np (signal);

  if (word != NULL)
    snprintf (name, size, "SIG%s", word);
  else if (signal == SIGRTMIN)
    snprintf (name, size, "SIGRTMIN");
  else if (signal > SIGRTMIN && signal <= SIGRTMAX)
    snprintf (name, size, "SIGRTMIN+%d", signal - SIGRTMIN);
  else
    snprintf (name, size, "SIG%d", signal);
}
