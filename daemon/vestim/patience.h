/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/client/vestim-backoff.h"
#include "daemon/vestim/session.h"

/* Requests of a command that goes on for long: it waits for a server that died or cannot be
 * reached, at most five minutes, and for one that was stopped half a minute (or
 * VESTIM_RESTART_WAIT). It says so on standard error. */
typedef struct
{
  gint64 gone_since; /* 0: the server answers */
  bool is_stopped;   /* since then */
  guint n_told;      /* how often standard error got lines about it */
  VestimBackoff backoff;
} Patience;

#define PATIENCE_INIT \
  { \
    .backoff = {.first_ms = 50, .max_ms = 1000 } \
  }

/* (nullable) (transfer full) the answer to `request`, which is taken over and sent until there is
 * one. NULL with `error`. */
VestimReply *patience_send (Patience *self, Session *session, VestimRequest *request,
                            GError **error);
