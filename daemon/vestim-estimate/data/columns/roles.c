/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/columns/roles.h"

#include <glib.h>
#include <string.h>

#define MAX_NAME 64

static const struct
{
  const char *word;
  UnitQuantity quantity;
} roles[] = {
  [ROLE_NONE] = { NULL, UNIT_N_QUANTITIES },
  [ROLE_TIME] = { "time", UNIT_TIME },
  [ROLE_CURRENT] = { "current", UNIT_CURRENT },
  [ROLE_VOLTAGE] = { "voltage", UNIT_VOLTAGE },
  [ROLE_TEMPERATURE] = { "temperature", UNIT_TEMPERATURE },
  [ROLE_SOC] = { "soc", UNIT_FRACTION },
  [ROLE_CAPACITY] = { "capacity", UNIT_CHARGE },
  [ROLE_POWER] = { "power", UNIT_POWER },
};

typedef struct
{
  const char *name; /* simplified: see simplify() */
  ColumnRole role;
  RoleTimeKind time_kind;
} KnownName;

/* Names that stand for one quantity in the exports of cyclers: not those of a step ("Step Time",
 * "Charge Capacity"), of a set point or of a chamber. Single letters keep their case. */
static const KnownName names[] = {
  { "testtime", ROLE_TIME, ROLE_TIME_TOTAL },
  { "totaltime", ROLE_TIME, ROLE_TIME_TOTAL },
  { "progtime", ROLE_TIME, ROLE_TIME_TOTAL },
  { "programtime", ROLE_TIME, ROLE_TIME_TOTAL },
  { "elapsedtime", ROLE_TIME, ROLE_TIME_TOTAL },
  { "timeelapsed", ROLE_TIME, ROLE_TIME_TOTAL },
  { "timetotal", ROLE_TIME, ROLE_TIME_TOTAL },
  { "runtime", ROLE_TIME, ROLE_TIME_TOTAL },
  { "programmdauer", ROLE_TIME, ROLE_TIME_TOTAL },
  { "testzeit", ROLE_TIME, ROLE_TIME_TOTAL },
  { "总时间", ROLE_TIME, ROLE_TIME_TOTAL },
  { "测试时间", ROLE_TIME, ROLE_TIME_TOTAL },
  { "経過時間", ROLE_TIME, ROLE_TIME_TOTAL },
  { "time", ROLE_TIME, ROLE_TIME_PLAIN },
  { "t", ROLE_TIME, ROLE_TIME_PLAIN },
  { "zeit", ROLE_TIME, ROLE_TIME_PLAIN },
  { "时间", ROLE_TIME, ROLE_TIME_PLAIN },
  { "時間", ROLE_TIME, ROLE_TIME_PLAIN },
  { "date", ROLE_TIME, ROLE_TIME_DATE },
  { "datetime", ROLE_TIME, ROLE_TIME_DATE },
  { "dateandtime", ROLE_TIME, ROLE_TIME_DATE },
  { "timestamp", ROLE_TIME, ROLE_TIME_DATE },
  { "realtime", ROLE_TIME, ROLE_TIME_DATE },
  { "absolutetime", ROLE_TIME, ROLE_TIME_DATE },
  { "unixtime", ROLE_TIME, ROLE_TIME_DATE },
  { "systemtime", ROLE_TIME, ROLE_TIME_DATE },
  { "dpttime", ROLE_TIME, ROLE_TIME_DATE },
  { "绝对时间", ROLE_TIME, ROLE_TIME_DATE },
  { "系统时间", ROLE_TIME, ROLE_TIME_DATE },
  { "current", ROLE_CURRENT, 0 },
  { "I", ROLE_CURRENT, 0 },
  { "i", ROLE_CURRENT, 0 },
  { "icell", ROLE_CURRENT, 0 },
  { "ibat", ROLE_CURRENT, 0 },
  { "ibatt", ROLE_CURRENT, 0 },
  { "cellcurrent", ROLE_CURRENT, 0 },
  { "batterycurrent", ROLE_CURRENT, 0 },
  { "currentmeasured", ROLE_CURRENT, 0 },
  { "amps", ROLE_CURRENT, 0 },
  { "mamps", ROLE_CURRENT, 0 },
  { "measuredcurrent", ROLE_CURRENT, 0 },
  { "strom", ROLE_CURRENT, 0 },
  { "电流", ROLE_CURRENT, 0 },
  { "電流", ROLE_CURRENT, 0 },
  { "voltage", ROLE_VOLTAGE, 0 },
  { "V", ROLE_VOLTAGE, 0 },
  { "v", ROLE_VOLTAGE, 0 },
  { "U", ROLE_VOLTAGE, 0 },
  { "u", ROLE_VOLTAGE, 0 },
  { "volt", ROLE_VOLTAGE, 0 },
  { "volts", ROLE_VOLTAGE, 0 },
  { "potential", ROLE_VOLTAGE, 0 },
  { "cellpotential", ROLE_VOLTAGE, 0 },
  { "ecell", ROLE_VOLTAGE, 0 },
  { "ewe", ROLE_VOLTAGE, 0 },
  { "ucell", ROLE_VOLTAGE, 0 },
  { "vcell", ROLE_VOLTAGE, 0 },
  { "ubat", ROLE_VOLTAGE, 0 },
  { "vbat", ROLE_VOLTAGE, 0 },
  { "vbatt", ROLE_VOLTAGE, 0 },
  { "cellvoltage", ROLE_VOLTAGE, 0 },
  { "batteryvoltage", ROLE_VOLTAGE, 0 },
  { "terminalvoltage", ROLE_VOLTAGE, 0 },
  { "voltagemeasured", ROLE_VOLTAGE, 0 },
  { "measuredvoltage", ROLE_VOLTAGE, 0 },
  { "spannung", ROLE_VOLTAGE, 0 },
  { "电压", ROLE_VOLTAGE, 0 },
  { "電圧", ROLE_VOLTAGE, 0 },
  { "temp", ROLE_TEMPERATURE, 0 },
  { "temperature", ROLE_TEMPERATURE, 0 },
  { "temperatur", ROLE_TEMPERATURE, 0 },
  { "temperaturet", ROLE_TEMPERATURE, 0 },
  { "T", ROLE_TEMPERATURE, 0 },
  { "tcell", ROLE_TEMPERATURE, 0 },
  { "tbat", ROLE_TEMPERATURE, 0 },
  { "tbatt", ROLE_TEMPERATURE, 0 },
  { "celltemp", ROLE_TEMPERATURE, 0 },
  { "xaveragedcelltemperature", ROLE_TEMPERATURE, 0 },
  { "celltemperature", ROLE_TEMPERATURE, 0 },
  { "batterytemp", ROLE_TEMPERATURE, 0 },
  { "batterytemperature", ROLE_TEMPERATURE, 0 },
  { "tempcell", ROLE_TEMPERATURE, 0 },
  { "temperaturemeasured", ROLE_TEMPERATURE, 0 },
  { "surfacetemperature", ROLE_TEMPERATURE, 0 },
  { "auxtemp", ROLE_TEMPERATURE, 0 },
  { "auxtemperature", ROLE_TEMPERATURE, 0 },
  { "温度", ROLE_TEMPERATURE, 0 },
  { "soc", ROLE_SOC, 0 },
  { "socpercent", ROLE_SOC, 0 },
  { "stateofcharge", ROLE_SOC, 0 },
  { "ladezustand", ROLE_SOC, 0 },
  { "荷电状态", ROLE_SOC, 0 },
  { "capacity", ROLE_CAPACITY, 0 },
  { "Q", ROLE_CAPACITY, 0 },
  { "ah", ROLE_CAPACITY, 0 },
  { "ahaccu", ROLE_CAPACITY, 0 },
  { "amphr", ROLE_CAPACITY, 0 },
  { "amphours", ROLE_CAPACITY, 0 },
  { "qqo", ROLE_CAPACITY, 0 },
  { "netcapacity", ROLE_CAPACITY, 0 },
  { "容量", ROLE_CAPACITY, 0 },
  { "power", ROLE_POWER, 0 },
  { "P", ROLE_POWER, 0 },
  { "leistung", ROLE_POWER, 0 },
  { "功率", ROLE_POWER, 0 },
};

/* Only letters, in lower case unless there is only one: "<I>" is "I", "Aux_Temperature_1" is
 * "auxtemperature". Empty when the name is too long. */
static void
simplify (const char *name, char simple[MAX_NAME + 1])
{
  size_t n = 0;

  for (const char *c = name; *c && n <= MAX_NAME; c++)
    if (g_ascii_isalpha (*c) || (guchar) *c >= 0x80)
      {
        if (n < MAX_NAME)
          simple[n] = *c;
        n++;
      }
  simple[n <= MAX_NAME ? n : 0] = '\0';
  for (char *c = simple; n > 1 && *c; c++)
    *c = g_ascii_tolower (*c);
}

static const KnownName *
find_name (const char *name)
{
  char simple[MAX_NAME + 1];

  simplify (name, simple);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].name, simple) == 0)
      return &names[i];
  return NULL;
}

ColumnRole
role_find (const char *name, const char *unit)
{
  const KnownName *known = find_name (name);
  const Unit *found = NULL;

  if (!known || !unit)
    return known ? known->role : ROLE_NONE;

  found = unit_find_of (unit, roles[known->role].quantity);
  if (found && found->quantity == roles[known->role].quantity)
    return known->role;

  /* "hh:mm:ss" is how the cells are written. */
  return known->role == ROLE_TIME && !found && strpbrk (unit, ":/") ? ROLE_TIME : ROLE_NONE;
}

const char *
role_word (ColumnRole role)
{
  return roles[role].word;
}

bool
role_quantity (ColumnRole role, UnitQuantity *quantity)
{
  *quantity = roles[role].quantity;
  return role != ROLE_NONE;
}

RoleTimeKind
role_time_kind (const char *name)
{
  return find_name (name)->time_kind;
}
