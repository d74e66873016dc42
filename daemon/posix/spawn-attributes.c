/* SPDX-License-Identifier: MIT */
#include "daemon/posix/spawn-attributes.h"

#include <stddef.h>

void
spawn_attributes_init (posix_spawnattr_t *attributes, const sigset_t *blocked)
{
  sigset_t none, all;

  sigemptyset (&none);
  sigfillset (&all);
  posix_spawnattr_init (attributes);
  posix_spawnattr_setsigmask (attributes, blocked != NULL ? blocked : &none);
  posix_spawnattr_setsigdefault (attributes, &all);
  posix_spawnattr_setflags (attributes,
                            POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
}
