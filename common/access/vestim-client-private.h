/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/access/vestim-client.h"

struct _VestimClient
{
  GObject parent;
  SoupSession *session;
  char *url;
  char *token;
  guint timeout_ms;
  VestimClientPeerCheck peer_check; /* (nullable) */
  gint64 checked_until;             /* microseconds; a check by the caller is good so long */
};
