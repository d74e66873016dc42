/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/data/table/table-formats.h"

#include <stdlib.h>
#include <string.h>

#define LOOKED_AT 4096 /* bytes for the number of the header's line */

/* Numbers without a unit are seconds or minutes, depending on the settings of the export. */
#define UNCLEAR "s or min"

static const TableTitleUnit maccor_units[] = {
  { "Current", "A" },       { "Voltage", "V" },       { "Capacity", "Ah" },
  { "Energy", "Wh" },       { "Temp 1", "C" },        { "Temp 2", "C" },
  { "Temperature 1", "C" }, { "TestTime", UNCLEAR },  { "StepTime", UNCLEAR },
  { "Test Time", UNCLEAR }, { "Step Time", UNCLEAR }, { NULL, NULL },
};

/* R (rest), P (pause), S (suspended) and others have no current. */
static const TableSignRule maccor_sign = {
  .state = "State|Md|Status",
  .current = "Amps|mAmps|Current",
  .charge = "C",
  .discharge = "D",
  .is_unsigned = true,
};

/* Newer programs write signs, older ones do not. */
static const TableSignRule neware_sign = {
  .state = "Step Type|StepType|State|Step Name|Status|工步类型|工步状态|工步名称|状态|工作模式",
  .current = "Current|Cur|电流",
  .charge = "Chg|Charge|充电",
  .discharge = "DChg|DisChg|Discharge|放电",
  .are_parts = true,
};

static const TableFormat formats[] = {
  {
      .name = "BioLogic",
      .begins = "EC-Lab ASCII FILE|BT-Lab ASCII FILE",
      .titles = { "time/s", "Ewe/V|Ecell/V|<Ewe>/V", "mode|Ns|I/mA|<I>/mA" },
      .header_count = "Nb header lines",
  },
  {
      .name = "BaSyTec",
      .begins = "~Resultfile from Basytec",
      .titles = { "Time[", "t-Step[", "U[", "I[" },
  },
  {
      .name = "Novonix",
      .begins = "[Summary]",
      .titles = { "Run Time (h)", "Potential (V)", "Step Type" },
  },
  {
      .name = "Maccor",
      .begins = "Today's Date|Today''s Date",
      .titles = { "Rec|Rec#", "Step", "DPt Time" },
      .units = maccor_units,
      .sign = &maccor_sign,
  },
  { .name = "Digatron", .titles = { "Prog Time|Program Duration#s", "Status", "Step" } },
  {
      .name = "Neware",
      .titles = { "DataPoint|Record number|Record ID|Record Index|Record|数据序号|记录序号|记录号",
                  "Voltage(V)|Voltage(mV)|Volt(V)|Vol(V)|电压(V)|电压(mV)",
                  "Current(A)|Current(mA)|Cur(mA)|Cur(A)|电流(A)|电流(mA)" },
      .sign = &neware_sign,
  },
  {
      .name = "Arbin",
      .titles = { "Data_Point|Data Point", "Test_Time(s)|Test_Time (s)|Test Time (s)",
                  "Step_Index|Step Index" },
  },
  {
      .name = "Battery Data Format",
      .titles = { "Test Time / s|Test Time#s|test_time_second|test_time_s",
                  "Voltage / V|Voltage#V|voltage_volt", "Current / A|Current#A|current_ampere" },
  },
  { .name = "PEC", .begins = "Request Year:" },
  { .name = "table" },
};

/* Whether `text` begins with an item of the list. */
static bool
begins_with (const char *list, const char *text, size_t length)
{
  g_auto (GStrv) items = g_strsplit (list, "|", -1);

  for (char **item = items; *item; item++)
    if (strlen (*item) <= length && g_ascii_strncasecmp (text, *item, strlen (*item)) == 0)
      return true;
  return false;
}

bool
table_format_has (const char *list, const char *title)
{
  g_auto (GStrv) items = g_strsplit (list, "|", -1);

  for (char **item = items; *item; item++)
    {
      size_t length = strlen (*item);
      bool is_begin = length > 0 && (*item)[length - 1] == '[';

      if (is_begin ? g_ascii_strncasecmp (title, *item, length) == 0
                   : g_ascii_strcasecmp (title, *item) == 0)
        return true;
    }
  return false;
}

static bool
has_title (const char *list, const char *const *titles)
{
  for (; *titles; titles++)
    if (table_format_has (list, *titles))
      return true;
  return false;
}

const TableFormat *
table_format_of_text (const char *text, size_t length)
{
  for (size_t i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].begins && begins_with (formats[i].begins, text, length))
      return &formats[i];
  return NULL;
}

const TableFormat *
table_format_of_titles (const char *const *titles)
{
  const TableFormat *format = formats;

  for (; format->titles[0] || format->begins; format++)
    {
      bool has_all = format->titles[0] != NULL;

      for (size_t i = 0; i < G_N_ELEMENTS (format->titles) && format->titles[i]; i++)
        has_all = has_all && has_title (format->titles[i], titles);
      if (has_all)
        return format;
    }
  return format;
}

size_t
table_format_header_line (const TableFormat *format, const char *text, size_t length)
{
  g_autofree char *head = NULL;

  if (!format || !format->header_count)
    return 0;
  head = g_strndup (text, MIN (length, LOOKED_AT));

  const char *found = strstr (head, format->header_count);
  const char *sign = found ? strchr (found, ':') : NULL;
  return sign ? (size_t) strtoul (sign + 1, NULL, 10) : 0;
}

const char *
table_format_unit (const TableFormat *format, const char *title)
{
  for (const TableTitleUnit *unit = format->units; unit && unit->title; unit++)
    if (g_ascii_strcasecmp (unit->title, title) == 0)
      return unit->unit;
  return NULL;
}
