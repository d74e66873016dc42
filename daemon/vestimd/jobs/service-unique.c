/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/service-unique.h"

#include <string.h>

#include "daemon/vestimd/jobs/service-private.h"

static bool
holds_name (const VestimJob *data)
{
  return data != NULL && data->unique != NULL
         && (data->state == VESTIM_JOB_QUEUED || data->state == VESTIM_JOB_RUNNING);
}

const char *
unique_find_other (const Service *service, const VestimJob *data)
{
  const char *id =
      data->unique != NULL ? g_hash_table_lookup (service->unique_names, data->unique) : NULL;

  return g_strcmp0 (id, data->id) != 0 ? id : NULL;
}

void
unique_take (Service *service, const VestimJob *data)
{
  if (holds_name (data) && !g_hash_table_contains (service->unique_names, data->unique))
    g_hash_table_insert (service->unique_names, g_strdup (data->unique), g_strdup (data->id));
}

void
unique_give_back (Service *service, const VestimJob *before, const VestimJob *after)
{
  if (holds_name (before) && unique_find_other (service, before) == NULL
      && !(holds_name (after) && strcmp (before->unique, after->unique) == 0))
    g_hash_table_remove (service->unique_names, before->unique);
}
