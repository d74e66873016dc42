/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/listen-fds.h"

#include <fcntl.h>
#include <glib.h>
#include <unistd.h>

#include "daemon/vestimd/sys/log.h"

#define MODULE "listen-fds"
#define FIRST_FD 3
#define MAX_FDS 64

static int
read_number (const char *name, guint64 max)
{
  const char *text = g_getenv (name);
  guint64 value;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, max, &value, NULL))
    return 0;
  return (int) value;
}

int
listen_fds_take (void)
{
  int pid = read_number ("LISTEN_PID", G_MAXINT32);
  int n = read_number ("LISTEN_FDS", MAX_FDS);

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_PIDFDID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  if (pid != (int) getpid () || n == 0)
    return -1;
  for (int fd = FIRST_FD + 1; fd < FIRST_FD + n; fd++)
    {
      if (close (fd) == 0)
        log_warning (MODULE, "only one socket is served, another one was closed fd=%d", fd);
      else
        log_warning (MODULE, "the passed descriptor is not open fd=%d", fd);
    }
  if (fcntl (FIRST_FD, F_SETFD, FD_CLOEXEC) != 0)
    {
      log_warning (MODULE, "the passed descriptor is not open fd=%d", FIRST_FD);
      return -1;
    }
  return FIRST_FD;
}
