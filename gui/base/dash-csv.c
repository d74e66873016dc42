/* SPDX-License-Identifier: MIT */
#include "gui/base/dash-csv.h"

#include <math.h>
#include <string.h>

#include "common/json/vestim-json.h"

static void
append_text (GString *csv, const char *text)
{
  if (text == NULL)
    text = "";
  g_string_append_c (csv, '"');
  if (text[0] != '\0' && strchr ("=+-@\t\r", text[0]) != NULL)
    g_string_append_c (csv, '\'');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *text);
    }
  g_string_append (csv, "\",");
}

static void
append_number (GString *csv, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append (csv, g_ascii_dtostr (buffer, sizeof buffer, value));
  g_string_append_c (csv, ',');
}

static void
append_time (GString *csv, int64_t time_ms)
{
  if (time_ms != 0)
    vestim_json_append_time (csv, time_ms);
  g_string_append_c (csv, ',');
}

void
dash_csv_append_header (GString *csv)
{
  g_return_if_fail (csv != NULL);
  g_string_append (csv, "job_id,name,kind,status,progress,test_rmse_mv,priority,attempt,created_at,"
                        "started_at,finished_at,reason\r\n");
}

void
dash_csv_append_job (GString *csv, const VestimJob *job, double test_rmse_mv)
{
  g_return_if_fail (csv != NULL && job != NULL);
  append_text (csv, job->id);
  append_text (csv, job->name);
  append_text (csv, vestim_job_kind_name (job->kind));
  append_text (csv, vestim_job_state_name (job->state));
  append_number (csv, job->progress);
  append_number (csv, test_rmse_mv);
  append_number (csv, job->priority);
  append_number (csv, job->attempt);
  append_time (csv, job->created_at);
  append_time (csv, job->started_at);
  append_time (csv, job->finished_at);
  append_text (csv, job->details.reason);
  g_string_truncate (csv, csv->len - 1);
  g_string_append (csv, "\r\n");
}
