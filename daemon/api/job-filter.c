/* SPDX-License-Identifier: MIT */
#include "api/job-filter.h"

#include <string.h>

#include "common/vestim-fields.h"

static void
read_kind (JobFilter *filter, const char *word, GPtrArray *errors)
{
  if (word == NULL)
    return;
  filter->has_kind = true;
  if (!vestim_job_kind_parse (word, &filter->kind))
    vestim_field_errors_add (errors, "kind", "The kind must be command or estimation.");
}

static void
read_after (JobFilter *filter, const char *id, GPtrArray *errors)
{
  if (id == NULL)
    return;
  filter->before = vestim_job_id_sequence (id);
  if (filter->before == 0)
    vestim_field_errors_add (errors, "after",
                             "This must be the ID of a job, such as that of the "
                             "last one in the page before.");
}

void
job_filter_read (JobFilter *filter, const Query *query, GPtrArray *errors)
{
  const char *text = query_get (query, "q");

  *filter = (JobFilter){ .states = SERVICE_ALL_STATES };
  query_get_states (query, "status", &filter->states, errors);
  query_get_count (query, "limit", &filter->limit, errors);
  read_kind (filter, query_get (query, "kind"), errors);
  read_after (filter, query_get (query, "after"), errors);
  if (text != NULL && *text != '\0')
    {
      filter->is_ascii = g_str_is_ascii (text);
      filter->text = filter->is_ascii ? g_strdup (text) : g_utf8_casefold (text, -1);
    }
}

void
job_filter_clear (JobFilter *filter)
{
  g_clear_pointer (&filter->text, g_free);
}

static bool
has_text (const JobFilter *filter, const VestimJob *job)
{
  if (filter->is_ascii)
    return strcasestr (job->name, filter->text) != NULL
           || strcasestr (job->id, filter->text) != NULL;

  g_autofree char *folded = g_utf8_casefold (job->name, -1);
  return strstr (folded, filter->text) != NULL;
}

bool
job_filter_matches (const JobFilter *filter, const VestimJob *job)
{
  return (filter->states & (1u << job->state)) != 0
         && (!filter->has_kind || job->kind == filter->kind)
         && (filter->text == NULL || has_text (filter, job));
}

bool
job_filter_is_by_state (const JobFilter *filter)
{
  return !filter->has_kind && filter->text == NULL;
}
