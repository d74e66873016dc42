/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/config.h"
#include "daemon/vestimd/jobs/service.h"

/* Gives `config`, which has the hardware, the settings of the queue. The command line and the
 * environment override stored settings, which override vestimd.conf. */
void config_set_queue (const DaemonConfig *daemon, ServiceConfig *config);
