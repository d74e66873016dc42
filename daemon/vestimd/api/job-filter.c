/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-filter.h"

#include <string.h>

#include "common/json/vestim-fields.h"

/* As in "job_20261122-195012-00002a". */
#define ID_CHARACTERS "job_-0123456789abcdef"

static void
read_kind (JobFilter *filter, const char *word, GPtrArray *errors)
{
  if (word == NULL)
    return;
  filter->has_kind = true;
  if (!vestim_job_kind_parse (word, &filter->kind))
    vestim_field_errors_add (errors, "kind", "The kind must be command, estimation or evaluation.");
}

static void
read_after (JobFilter *filter, const char *id, GPtrArray *errors)
{
  if (id == NULL)
    return;
  filter->before = vestim_job_id_sequence (id);
  if (filter->before == 0)
    vestim_field_errors_add (errors, "after",
                             "This must be a job ID, such as the last one of the previous page.");
}

/* Names are compared without regard to case and to composition ("é" is one character or two).
 * Folding may decompose a letter, so the text is normalized twice. */
static char *
fold (const char *text)
{
  g_autofree char *whole = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = g_utf8_casefold (whole, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);
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
      filter->text = fold (text);
      filter->is_ascii = g_str_is_ascii (filter->text);
      filter->may_be_id = filter->text[strspn (filter->text, ID_CHARACTERS)] == '\0';
    }
}

void
job_filter_clear (JobFilter *filter)
{
  g_clear_pointer (&filter->text, g_free);
}

static bool
name_has_text (const JobFilter *filter, const char *name)
{
  if (g_str_is_ascii (name))
    return filter->is_ascii && strcasestr (name, filter->text) != NULL;

  g_autofree char *folded = fold (name);
  return strstr (folded, filter->text) != NULL;
}

bool
job_filter_matches (const JobFilter *filter, const VestimJob *job)
{
  return (filter->states & (1u << job->state)) != 0
         && (!filter->has_kind || job->kind == filter->kind)
         && (filter->text == NULL || name_has_text (filter, job->name)
             || (filter->may_be_id && strstr (job->id, filter->text) != NULL));
}

bool
job_filter_is_by_state (const JobFilter *filter)
{
  return !filter->has_kind && filter->text == NULL;
}
