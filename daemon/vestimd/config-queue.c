/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/config-queue.h"

#include "common/vestim-api.h"

static int64_t
first_named (int64_t strong, int64_t weak)
{
  return strong >= 0 ? strong : weak;
}

void
config_set_queue (const DaemonConfig *daemon, ServiceConfig *config)
{
  const QueueSlots *strong = &daemon->capacity;
  const QueueSlots *weak = &daemon->capacity_default;
  int max_running = (int) first_named (daemon->max_running, daemon->max_running_default);

  config->settings = (ServiceSettings){
    .max_running =
        max_running >= 0 ? max_running : CLAMP (config->hardware->cpus - 1, 1, VESTIM_MAX_RUNNING),
    .named = { .cpus = (int) first_named (strong->cpus, weak->cpus),
               .memory_mb = first_named (strong->memory_mb, weak->memory_mb),
               .gpus = (int) first_named (strong->gpus, weak->gpus) },
    .starvation_s = SERVICE_STARVATION_S,
  };
  config->settled = (daemon->max_running >= 0 ? SERVICE_MAX_RUNNING : 0u)
                    | (strong->cpus >= 0 ? SERVICE_CPUS : 0u)
                    | (strong->memory_mb >= 0 ? SERVICE_MEMORY : 0u)
                    | (strong->gpus >= 0 ? SERVICE_GPUS : 0u);
}
