/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-limits.h"

#include "common/json/vestim-json.h"

static const ControlGroups none = { .lack = NULL };

void
job_limits_append (GString *json, const ControlGroups *groups)
{
  const ControlGroups *shown = groups != NULL ? groups : &none;

  g_string_append_printf (json, "{\"memory\":%s,\"cpus\":%s,\"freezer\":%s,\"reason\":",
                          shown->can_limit_memory ? "true" : "false",
                          shown->can_limit_cpus ? "true" : "false",
                          shown->can_freeze ? "true" : "false");
  if (shown->lack != NULL)
    vestim_json_append_string (json, shown->lack);
  else
    g_string_append (json, "null");
  g_string_append_c (json, '}');
}
