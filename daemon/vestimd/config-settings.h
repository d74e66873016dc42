/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/config.h"

/* The settings that each of command line, environment and vestimd.conf can name. */

typedef enum
{
  CONFIG_FROM_FILE,
  CONFIG_FROM_ENVIRONMENT,
  CONFIG_FROM_COMMAND_LINE,
} ConfigSource;

typedef struct
{
  const char *name;     /* the long option, and the key of vestimd.conf */
  const char *variable; /* of the environment */
  /* NULL when `value` was taken, else (static) what would be valid. */
  const char *(*apply) (DaemonConfig *config, ConfigSource source, const char *value);
} ConfigSetting;

#define CONFIG_N_SETTINGS 8

extern const ConfigSetting config_settings[CONFIG_N_SETTINGS];

/* NULL when no setting has that name; "_" counts as "-". */
const ConfigSetting *config_setting_find (const char *name);

/* Seconds as a plain decimal number. */
bool config_parse_seconds (const char *text, double *seconds);
