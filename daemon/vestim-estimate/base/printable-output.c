/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/printable-output.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

typedef struct
{
  int fd;
  bool after_c2; /* the last byte began a character that may be U+0080 to U+009F */
} Output;

/* U+0080 to U+009F are control characters too. In UTF-8 they are C2 80 to C2 9F, and become C2 BF,
 * an inverted question mark. */
static char
printable_byte (Output *output, uint8_t byte)
{
  bool is_c1 = output->after_c2 && byte >= 0x80 && byte <= 0x9f;

  output->after_c2 = byte == 0xc2;
  if (is_c1)
    return (char) 0xbf;
  return (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f ? '?' : (char) byte;
}

/* As fopencookie(3) wants it: everything is written, or 0 is returned. */
static ssize_t
write_printable (void *cookie, const char *text, size_t length)
{
  Output *output = cookie;
  char part[4096];

  for (size_t done = 0; done < length;)
    {
      size_t n = length - done < sizeof part ? length - done : sizeof part;

      for (size_t i = 0; i < n; i++)
        part[i] = printable_byte (output, (uint8_t) text[done + i]);
      if (fd_write_all (output->fd, part, n) != 0)
        return 0;
      done += n;
    }
  return (ssize_t) length;
}

static void
replace (FILE **stream, Output *output, int buffering)
{
  const cookie_io_functions_t functions = { .write = write_printable };
  FILE *printable = fopencookie (output, "w", functions);

  if (!printable)
    return;
  setvbuf (printable, NULL, buffering, BUFSIZ);
  *stream = printable;
}

void
printable_output_init (void)
{
  static Output out = { .fd = STDOUT_FILENO }, err = { .fd = STDERR_FILENO };

  replace (&stdout, &out, isatty (STDOUT_FILENO) ? _IOLBF : _IOFBF);
  replace (&stderr, &err, _IOLBF);
}
