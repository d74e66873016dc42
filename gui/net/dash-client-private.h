/* SPDX-License-Identifier: MIT */
#pragma once

#include "gui/net/dash-client.h"

struct _DashClient
{
  GObject parent;
  SoupSession *session;
  char *url;
  char *token;
  guint timeout_ms;
  DashClientPeerCheck peer_check; /* (nullable) */
};
