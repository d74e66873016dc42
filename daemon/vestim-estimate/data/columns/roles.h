/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "daemon/vestim-estimate/data/columns/units.h"

/* What a column is, by its name and unit. docs/data.md lists the names. */
typedef enum
{
  ROLE_NONE,
  ROLE_TIME,
  ROLE_CURRENT,
  ROLE_VOLTAGE,
  ROLE_TEMPERATURE,
  ROLE_SOC,
  ROLE_CAPACITY,
  ROLE_POWER,
} ColumnRole;

/* Columns of times differ: a file may have several. */
typedef enum
{
  ROLE_TIME_TOTAL, /* since the start of the test */
  ROLE_TIME_PLAIN, /* just "Time" */
  ROLE_TIME_DATE,
} RoleTimeKind;

/* The role of a column with this name (without its unit) and this unit (nullable). ROLE_NONE when
 * the name is unknown, or when the unit is not one of such a column. */
ColumnRole role_find (const char *name, const char *unit);

/* (nullable) "time", "current", "voltage", "temperature", "soc", "capacity", "power". */
const char *role_word (ColumnRole role);

/* The quantity of a role; false for ROLE_NONE. */
bool role_quantity (ColumnRole role, UnitQuantity *quantity);

/* For a name with ROLE_TIME. */
RoleTimeKind role_time_kind (const char *name);
