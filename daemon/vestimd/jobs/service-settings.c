/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "common/vestim-api.h"
#include "daemon/vestimd/jobs/service-changes.h"

/* Settings of the queue and of its groups. Each has its own key in the registry; one that is not
 * set has none. */

#define GROUP_KEY "group:"

/* ---- The settings of the queue ---- */

/* Who allows more jobs at a time than there are CPUs wants that many to run, so the default jobs of
 * one CPU each must fit. */
static void
find_capacity (const Service *service, ServiceSettings *settings)
{
  const Hardware *found = &service->hardware;
  const QueueSlots *named = &settings->named;

  settings->capacity = (QueueSlots){
    .cpus = named->cpus >= 0 ? named->cpus : MAX (found->cpus, settings->max_running),
    .memory_mb = named->memory_mb >= 0 ? named->memory_mb : found->memory_mb,
    .gpus = named->gpus >= 0 ? named->gpus : found->gpus,
  };
}

G_STATIC_ASSERT (VESTIM_MAX_GPUS <= QUEUE_MAX_GPUS);

/* The GPUs that were found come first. A capacity of more goes on with other indices. */
static void
list_gpus (const Hardware *found, int n, int *gpus)
{
  bool is_listed[QUEUE_MAX_GPUS] = { false };
  int n_listed = 0;

  for (int i = 0; i < found->gpus && n_listed < n; i++)
    {
      gpus[n_listed++] = found->gpu_indices[i];
      is_listed[found->gpu_indices[i]] = true;
    }
  for (int index = 0; index < QUEUE_MAX_GPUS && n_listed < n; index++)
    if (!is_listed[index])
      gpus[n_listed++] = index;
}

static void
apply_settings (Service *service, const ServiceSettings *settings)
{
  int gpus[QUEUE_MAX_GPUS];

  service->settings = *settings;
  list_gpus (&service->hardware, settings->capacity.gpus, gpus);
  queue_set_capacity (service->queue, &settings->capacity, gpus);
  queue_set_max_running (service->queue, settings->max_running);
  queue_set_starvation (service->queue, (int64_t) settings->starvation_s * 1000);
  queue_set_paused (service->queue, settings->is_paused);
  service->capacity_version++;
}

typedef struct
{
  QueueChange base;
  ServiceSettings values;
  ServiceSettings next;
  unsigned given;
} SettingsChange;

/* One member of ServiceSettings that can be stored. */
typedef struct
{
  ServiceSetting bit;
  const char *key;
  int64_t unset; /* has no row in the registry */
  int64_t min;
  int64_t max;
} Setting;

static const Setting settings_table[] = {
  { SERVICE_MAX_RUNNING, "max_running", -1, 0, VESTIM_MAX_RUNNING },
  { SERVICE_CPUS, "capacity_cpus", SERVICE_AS_FOUND, 1, VESTIM_MAX_CPUS },
  { SERVICE_MEMORY, "capacity_memory_mb", SERVICE_AS_FOUND, 0, VESTIM_MAX_MEMORY_MB },
  { SERVICE_GPUS, "capacity_gpus", SERVICE_AS_FOUND, 0, VESTIM_MAX_GPUS },
  { SERVICE_STARVATION, "starvation_s", -1, 0, SERVICE_MAX_STARVATION_S },
  { SERVICE_PAUSED, "queue_paused", 0, 0, 1 },
  { SERVICE_KEEP_JOBS, "retention_max_jobs", 0, 1, INT64_MAX },
  { SERVICE_KEEP_DAYS, "retention_max_days", 0, 1, INT64_MAX },
  { SERVICE_KEEP_BYTES, "retention_max_bytes", 0, 1, INT64_MAX },
};

static int64_t
get_value (const ServiceSettings *settings, ServiceSetting bit)
{
  switch (bit)
    {
    case SERVICE_MAX_RUNNING:
      return settings->max_running;
    case SERVICE_CPUS:
      return settings->named.cpus;
    case SERVICE_MEMORY:
      return settings->named.memory_mb;
    case SERVICE_GPUS:
      return settings->named.gpus;
    case SERVICE_STARVATION:
      return settings->starvation_s;
    case SERVICE_PAUSED:
      return settings->is_paused;
    case SERVICE_KEEP_JOBS:
      return settings->retention.max_jobs;
    case SERVICE_KEEP_DAYS:
      return settings->retention.max_days;
    case SERVICE_KEEP_BYTES:
      return settings->retention.max_bytes;
    }
  g_assert_not_reached ();
}

static void
set_value (ServiceSettings *settings, ServiceSetting bit, int64_t value)
{
  switch (bit)
    {
    case SERVICE_MAX_RUNNING:
      settings->max_running = (int) value;
      return;
    case SERVICE_CPUS:
      settings->named.cpus = (int) value;
      return;
    case SERVICE_MEMORY:
      settings->named.memory_mb = value;
      return;
    case SERVICE_GPUS:
      settings->named.gpus = (int) value;
      return;
    case SERVICE_STARVATION:
      settings->starvation_s = (int) value;
      return;
    case SERVICE_PAUSED:
      settings->is_paused = value != 0;
      return;
    case SERVICE_KEEP_JOBS:
      settings->retention.max_jobs = value;
      return;
    case SERVICE_KEEP_DAYS:
      settings->retention.max_days = value;
      return;
    case SERVICE_KEEP_BYTES:
      settings->retention.max_bytes = value;
      return;
    }
  g_assert_not_reached ();
}

static bool
prepare_settings (QueueChange *base, RegistryTransaction *transaction, ServiceResult *result)
{
  SettingsChange *change = (SettingsChange *) base;

  change->next = base->call->service->settings;
  for (size_t i = 0; i < G_N_ELEMENTS (settings_table); i++)
    {
      const Setting *setting = &settings_table[i];
      int64_t value = get_value (&change->values, setting->bit);
      g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

      if ((change->given & setting->bit) == 0)
        continue;
      set_value (&change->next, setting->bit, value);
      registry_transaction_set_setting (transaction, setting->key,
                                        value != setting->unset ? text : NULL);
    }
  find_capacity (base->call->service, &change->next);
  result->settings = &change->next;
  return true;
}

static void
apply_settings_change (QueueChange *base, ServiceResult *result)
{
  Service *service = base->call->service;
  const ServiceSettings *next = &((SettingsChange *) base)->next;
  bool is_changed = false;

  for (size_t i = 0; i < G_N_ELEMENTS (settings_table); i++)
    is_changed |= get_value (next, settings_table[i].bit)
                  != get_value (&service->settings, settings_table[i].bit);
  apply_settings (service, next);
  if (is_changed)
    service_announce_queue (service);
}

void
service_set_settings (Service *service, const ServiceSettings *values, unsigned given,
                      const ServiceCall *call)
{
  SettingsChange *change = queue_change_new (sizeof *change, service, call);

  change->base.prepare = prepare_settings;
  change->base.apply = apply_settings_change;
  change->values = *values;
  change->given = given;
  service_change_queue (&change->base);
}

const ServiceSettings *
service_get_settings (const Service *service)
{
  return &service->settings;
}

const Queue *
service_get_queue (const Service *service)
{
  return service->queue;
}

/* ---- Groups ---- */

typedef struct
{
  QueueChange base;
  char *name;
  int max_running;
  bool is_paused;
  unsigned given;
  QueueGroup next; /* as it will be; borrows from the group, if there is one */
} GroupChange;

/* "2 1": at most two, and paused; "-" is no limit. */
static char *
format_group (const QueueGroup *group)
{
  if (group->max_running == QUEUE_NO_LIMIT)
    return group->is_paused ? g_strdup ("- 1") : NULL;
  return g_strdup_printf ("%d %d", group->max_running, group->is_paused);
}

static bool
prepare_group (QueueChange *base, RegistryTransaction *transaction, ServiceResult *result)
{
  GroupChange *change = (GroupChange *) base;
  const QueueGroup *group = queue_find_group (base->call->service->queue, change->name);
  g_autofree char *key = g_strconcat (GROUP_KEY, change->name, NULL);
  g_autofree char *text = NULL;

  if (group != NULL)
    change->next = *group;
  else
    change->next = (QueueGroup){ .max_running = QUEUE_NO_LIMIT };
  change->next.name = change->name;
  if ((change->given & SERVICE_GROUP_LIMIT) != 0)
    change->next.max_running = change->max_running;
  if ((change->given & SERVICE_GROUP_PAUSED) != 0)
    change->next.is_paused = change->is_paused;
  text = format_group (&change->next);
  registry_transaction_set_setting (transaction, key, text);
  result->group = &change->next;
  return true;
}

static void
apply_group (QueueChange *base, ServiceResult *result)
{
  const GroupChange *change = (GroupChange *) base;
  Service *service = base->call->service;
  QueueGroup *group = queue_ref_group (service->queue, change->name);
  bool is_changed =
      group->max_running != change->next.max_running || group->is_paused != change->next.is_paused;

  queue_set_group (service->queue, group, change->next.max_running, change->next.is_paused);
  queue_unref_group (service->queue, group);
  queue_take_changes (service->queue);
  if (is_changed)
    service_announce_queue (service);
}

static void
clear_group (QueueChange *base)
{
  g_free (((GroupChange *) base)->name);
}

void
service_set_group (Service *service, const char *name, int max_running, bool is_paused,
                   unsigned given, const ServiceCall *call)
{
  GroupChange *change = queue_change_new (sizeof *change, service, call);

  change->base.prepare = prepare_group;
  change->base.apply = apply_group;
  change->base.clear = clear_group;
  change->name = g_strdup (name);
  change->max_running = max_running;
  change->is_paused = is_paused;
  change->given = given;
  service_change_queue (&change->base);
}

/* ---- At the start ---- */

static void
on_stored_group (void *user, const char *key, const char *value)
{
  Service *service = user;
  QueueGroup *group = queue_ref_group (service->queue, key + strlen (GROUP_KEY));
  int limit = value[0] == '-' ? QUEUE_NO_LIMIT : CLAMP (atoi (value), 0, VESTIM_MAX_RUNNING);

  queue_set_group (service->queue, group, limit, g_str_has_suffix (value, " 1"));
  queue_unref_group (service->queue, group);
}

/* The command line and the environment are stronger than what is stored, which is stronger than
 * vestimd.conf: the configuration says which of them have settled a value. */
void
service_load_settings (Service *service)
{
  ServiceSettings settings = service->config.settings;
  Registry *registry = service->config.registry;

  for (size_t i = 0; i < G_N_ELEMENTS (settings_table); i++)
    {
      const Setting *setting = &settings_table[i];
      g_autofree char *stored = registry_get_setting (registry, setting->key);
      gint64 value;

      if ((service->config.settled & setting->bit) == 0 && stored != NULL
          && g_ascii_string_to_signed (stored, 10, setting->min, setting->max, &value, NULL))
        set_value (&settings, setting->bit, value);
    }
  find_capacity (service, &settings);
  apply_settings (service, &settings);
  registry_each_setting (registry, GROUP_KEY, on_stored_group, service);
  queue_take_changes (service->queue);
}
