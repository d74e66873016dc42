/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/config-settings.h"

#include <string.h>

#include "common/vestim-api.h"
#include "daemon/vestimd/http/auth.h"

#define MAX_HOST 255
#define MAX_JOBS_IN_MEMORY 1000000
#define MAX_SECONDS (30.0 * 24 * 3600)

static bool
parse_int (const char *text, int min, int max, int *value)
{
  gint64 number;

  if (!g_ascii_isdigit (text[0]) || !g_ascii_string_to_signed (text, 10, min, max, &number, NULL))
    return false;
  *value = (int) number;
  return true;
}

static bool
is_host (const char *text)
{
  size_t length = strlen (text);

  if (length == 0 || length > MAX_HOST)
    return false;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (".-_:[]%", *p) == NULL)
      return false;
  return true;
}

static const char *
apply_host (DaemonConfig *config, ConfigSource source, const char *value)
{
  if (!is_host (value))
    return "give an IPv4 or IPv6 address or a name, such as 127.0.0.1";
  g_free (config->host);
  config->host = g_strdup (value);
  return NULL;
}

static const char *
apply_port (DaemonConfig *config, ConfigSource source, const char *value)
{
  if (!parse_int (value, 0, 65535, &config->port))
    return "give a number from 0 (any free port) to 65535";
  config->port_named = true;
  return NULL;
}

static const char *
apply_max_running (DaemonConfig *config, ConfigSource source, const char *value)
{
  int *target = source == CONFIG_FROM_FILE ? &config->max_running_default : &config->max_running;

  G_STATIC_ASSERT (VESTIM_MAX_RUNNING == 1024);
  return parse_int (value, 0, VESTIM_MAX_RUNNING, target) ? NULL : "give a number from 0 to 1024";
}

/* One of "cpus=8", "memory_mb=16000" and "gpus=1". */
static bool
apply_slots (QueueSlots *slots, const char *word)
{
  gint64 memory;

  if (g_str_has_prefix (word, "cpus="))
    return parse_int (word + strlen ("cpus="), 1, VESTIM_MAX_CPUS, &slots->cpus);
  if (g_str_has_prefix (word, "gpus="))
    return parse_int (word + strlen ("gpus="), 0, VESTIM_MAX_GPUS, &slots->gpus);
  word = g_str_has_prefix (word, "memory_mb=") ? word + strlen ("memory_mb=") : "";
  if (!g_ascii_isdigit (word[0])
      || !g_ascii_string_to_signed (word, 10, 0, VESTIM_MAX_MEMORY_MB, &memory, NULL))
    return false;
  slots->memory_mb = memory;
  return true;
}

static const char *
apply_capacity (DaemonConfig *config, ConfigSource source, const char *value)
{
  g_auto (GStrv) words = g_strsplit_set (value, ";, \t", -1);
  QueueSlots *target = source == CONFIG_FROM_FILE ? &config->capacity_default : &config->capacity;
  QueueSlots slots = { -1, -1, -1 };

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0' && !apply_slots (&slots, *word))
      return "give cpus=N, memory_mb=N and gpus=N, or some of them, separated by \",\"";
  *target = slots;
  return NULL;
}

static const char *
apply_log_level (DaemonConfig *config, ConfigSource source, const char *value)
{
  return log_level_parse (value, &config->log_level) ? NULL : "give error, warning, info or debug";
}

static const char *
apply_no_auth (DaemonConfig *config, ConfigSource source, const char *value)
{
  static const char *const yes[] = { "1", "true", "yes", "on", NULL };
  static const char *const no[] = { "0", "false", "no", "off", NULL };

  if (!g_strv_contains (yes, value) && !g_strv_contains (no, value))
    return "give true or false";
  config->no_auth = g_strv_contains (yes, value);
  return NULL;
}

static const char *
apply_allowed_hosts (DaemonConfig *config, ConfigSource source, const char *value)
{
  g_auto (GStrv) words = g_strsplit_set (value, ";, \t", -1);
  g_autoptr (GPtrArray) hosts = g_ptr_array_new_with_free_func (g_free);

  for (char **word = words; *word != NULL; word++)
    {
      if (**word == '\0')
        continue;
      if (!is_host (*word) || !auth_is_entry (*word))
        return "give names or addresses, each with or without :PORT, separated by \";\"";
      g_ptr_array_add (hosts, g_strdup (*word));
    }
  g_ptr_array_add (hosts, NULL);
  g_strfreev (config->allowed_hosts);
  config->allowed_hosts = (char **) g_ptr_array_free (g_steal_pointer (&hosts), FALSE);
  return NULL;
}

static const char *
apply_jobs_in_memory (DaemonConfig *config, ConfigSource source, const char *value)
{
  return parse_int (value, 0, MAX_JOBS_IN_MEMORY, &config->jobs_in_memory)
             ? NULL
             : "give a number from 0 to 1000000";
}

const ConfigSetting config_settings[CONFIG_N_SETTINGS] = {
  { "host", "VESTIM_HOST", apply_host },
  { "port", "VESTIM_PORT", apply_port },
  { "max-running", "VESTIM_MAX_RUNNING", apply_max_running },
  { "log-level", "VESTIM_LOG_LEVEL", apply_log_level },
  { "no-auth", "VESTIM_NO_AUTH", apply_no_auth },
  { "allowed-hosts", "VESTIM_ALLOWED_HOSTS", apply_allowed_hosts },
  { "capacity", "VESTIM_CAPACITY", apply_capacity },
  { "jobs-in-memory", "VESTIM_JOBS_IN_MEMORY", apply_jobs_in_memory },
};

const ConfigSetting *
config_setting_find (const char *name)
{
  g_autofree char *dashed = g_strdelimit (g_strdup (name), "_", '-');

  for (size_t i = 0; i < CONFIG_N_SETTINGS; i++)
    if (strcmp (config_settings[i].name, dashed) == 0)
      return &config_settings[i];
  return NULL;
}

bool
config_parse_seconds (const char *text, double *seconds)
{
  char *end = NULL;
  double value;

  /* No sign, no "inf", no hexadecimal number. */
  if (text[0] == '\0' || text[strspn (text, "0123456789.")] != '\0')
    return false;
  value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || value > MAX_SECONDS)
    return false;
  *seconds = value;
  return true;
}
