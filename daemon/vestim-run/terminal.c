/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

#define COLUMNS 80
#define ROWS 24

/* By the descriptor: /dev/pts of our mount namespace may be another one. By its name on kernels
 * before 4.13. */
static int
open_writer (int reader)
{
  int flags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  int writer = ioctl (reader, TIOCGPTPEER, flags);
  char path[32];
  unsigned number;

  if (writer >= 0 || ioctl (reader, TIOCGPTN, &number) != 0)
    return writer;
  snprintf (path, sizeof path, "/dev/pts/%u", number);
  return open (path, flags);
}

static int
set_up (int writer)
{
  const struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
  struct termios settings;

  if (tcgetattr (writer, &settings) != 0)
    return -errno;
  settings.c_oflag &= (tcflag_t) ~OPOST;
  settings.c_lflag &= (tcflag_t) ~(ECHO | ECHOE | ECHOK | ECHONL);
  return tcsetattr (writer, TCSANOW, &settings) == 0 && ioctl (writer, TIOCSWINSZ, &size) == 0
             ? 0
             : -errno;
}

int
terminal_open (Terminal *terminal)
{
  int unlocked = 0, r = 0;

  *terminal = (Terminal){ -1, -1 };
  terminal->reader = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (terminal->reader < 0)
    return -errno;
  if (ioctl (terminal->reader, TIOCSPTLCK, &unlocked) == 0)
    terminal->writer = open_writer (terminal->reader);
  if (terminal->writer < 0)
    r = -errno;
  if (r == 0)
    r = set_up (terminal->writer);
  if (r < 0)
    {
      fd_clear (&terminal->reader);
      fd_clear (&terminal->writer);
    }
  return r;
}
