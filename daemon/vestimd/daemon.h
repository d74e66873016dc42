/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/config.h"

/* Serves until stopped; returns the program's exit code. The caller has prepared the data
 * directory: `config->paths` is resolved and checked, and jobs/, trash/ and orphans/ exist. The
 * lock of server.pid is taken here. `passed_socket`: of listen_fds_take(), consumed; -1 for none.
 * `created` (nullable): of datadir_prepare(). `ready` (nullable) is called once, when the daemon
 * serves at `url`. */
int daemon_run (const DaemonConfig *config, int passed_socket, const char *created,
                void (*ready) (void *user, const char *url), void *user);
