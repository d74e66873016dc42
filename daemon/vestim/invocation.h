/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestim/arguments.h"
#include "daemon/vestim/session.h"

/* One run of a command. */
struct Invocation
{
  const Arguments *arguments;
  Session *session;
};
