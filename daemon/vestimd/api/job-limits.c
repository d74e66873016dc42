/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-limits.h"

#include "common/job/vestim-resources.h"
#include "common/json/vestim-fields.h"
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

void
job_limits_check (const ControlGroups *groups, const char *resources, GPtrArray *errors)
{
  VestimResources wanted = vestim_resources_parse (resources);
  const ControlGroups *found = groups != NULL ? groups : &none;
  bool can_enforce = found->can_limit_cpus && (found->can_limit_memory || wanted.memory_mb == 0);

  if (wanted.enforce == VESTIM_ENFORCE_CGROUP && !can_enforce)
    vestim_field_errors_add (
        errors, "resources.enforce",
        "This server cannot make %s a hard limit, because %s. Or leave this out, or use "
        "\"rlimit\", which limits the address space of each process to memory_mb.",
        found->can_limit_cpus     ? "memory"
        : found->can_limit_memory ? "CPUs"
                                  : "memory and CPUs",
        found->lack != NULL ? found->lack : "it has no control groups");
  if (wanted.enforce == VESTIM_ENFORCE_RLIMIT && wanted.memory_mb == 0)
    vestim_field_errors_add (errors, "resources.memory_mb",
                             "\"enforce\": \"rlimit\" limits nothing without memory_mb: give a "
                             "number of MiB from 1.");
}
