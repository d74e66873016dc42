/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/vestimd/sys/log.h"

#define MODULE "notify"

/* A path, or after "@" a name in the abstract namespace, which begins with a NUL. */
static int
set_address (Notify *self, const char *name)
{
  size_t length = strlen (name);

  if (length < 2 || (name[0] != '/' && name[0] != '@'))
    return -EAFNOSUPPORT;
  if (length >= sizeof self->address.sun_path)
    return -ENAMETOOLONG;
  self->address.sun_family = AF_UNIX;
  memcpy (self->address.sun_path, name, length + 1);
  if (name[0] == '@')
    self->address.sun_path[0] = '\0';
  self->length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
  return 0;
}

void
notify_open (Notify *self)
{
  const char *name = getenv ("NOTIFY_SOCKET");
  int r;

  memset (self, 0, sizeof *self);
  self->fd = -1;
  if (name == NULL || name[0] == '\0')
    return;
  r = set_address (self, name);
  if (r == 0)
    {
      self->fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      r = self->fd < 0 ? -errno : 0;
    }
  if (r < 0)
    log_warning (MODULE, "NOTIFY_SOCKET not used error=%s", strerror (-r));
  unsetenv ("NOTIFY_SOCKET");
}

int
notify_send (Notify *self, const char *state)
{
  ssize_t n;

  if (self->fd < 0)
    return 0;
  do
    n = sendto (self->fd, state, strlen (state), MSG_NOSIGNAL,
                (const struct sockaddr *) &self->address, self->length);
  while (n < 0 && errno == EINTR);
  if (n >= 0)
    return 0;
  log_warning (MODULE, "notification not sent error=%s", strerror (errno));
  return -errno;
}

void
notify_close (Notify *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}
