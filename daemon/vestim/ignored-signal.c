/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/ignored-signal.h"

#include <signal.h>
#include <stddef.h>

bool
signal_is_ignored (int number)
{
  struct sigaction now;

  return sigaction (number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}
