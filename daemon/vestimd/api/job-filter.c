/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/api/job-filter.h"

#include <string.h>

#include "common/job/vestim-job-fields.h"
#include "common/job/vestim-tags.h"
#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

/* As in "job_20261122-195012-00002a". */
#define ID_CHARACTERS "job_-0123456789abcdef"

static const QueryWord more_words[] = { { "held", JOB_FILTER_HELD },
                                        { "paused", JOB_FILTER_PAUSED },
                                        { NULL, 0 } };

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
read_executor (JobFilter *filter, const char *word, GPtrArray *errors)
{
  if (word == NULL)
    return;
  filter->has_executor = true;
  for (unsigned i = 0; i < VESTIM_N_EXECUTORS; i++)
    if (strcmp (vestim_executor_words[i], word) == 0)
      {
        filter->executor = (VestimExecutor) i;
        return;
      }
  vestim_field_errors_add (errors, "executor", "The executor must be local or slurm.");
}

static void
read_group (JobFilter *filter, const char *name, GPtrArray *errors)
{
  if (name == NULL)
    return;
  filter->group = g_strdup (name);
  vestim_job_group_check (name, "group", errors);
}

static void
read_tag (JobFilter *filter, const char *tag, GPtrArray *errors)
{
  GString *json;

  if (tag == NULL)
    return;
  vestim_tag_check (tag, "tag", errors);
  json = g_string_new (NULL);
  vestim_json_append_string (json, tag);
  filter->tag = g_strdup (tag);
  filter->tag_json = g_string_free (json, FALSE);
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
  query_get_states (query, "status", more_words, &filter->states, errors);
  query_get_count (query, "limit", &filter->limit, errors);
  read_kind (filter, query_get (query, "kind"), errors);
  read_executor (filter, query_get (query, "executor"), errors);
  read_group (filter, query_get (query, "group"), errors);
  read_tag (filter, query_get (query, "tag"), errors);
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
  g_clear_pointer (&filter->group, g_free);
  g_clear_pointer (&filter->tag, g_free);
  g_clear_pointer (&filter->tag_json, g_free);
}

static bool
name_has_text (const JobFilter *filter, const char *name)
{
  if (g_str_is_ascii (name))
    return filter->is_ascii && strcasestr (name, filter->text) != NULL;

  g_autofree char *folded = fold (name);
  return strstr (folded, filter->text) != NULL;
}

/* The search for the text spares most jobs the reading of JSON. It also finds the text within a tag
 * that has a quotation mark, or across two tags. */
static bool
has_tag (const JobFilter *filter, const VestimJob *job)
{
  g_auto (GStrv) tags = NULL;

  if (job->tags == NULL || strstr (job->tags, filter->tag_json) == NULL)
    return false;
  tags = vestim_tags_parse (job->tags);
  return g_strv_contains ((const char *const *) tags, filter->tag);
}

static bool
is_in_group (const JobFilter *filter, const VestimJob *job)
{
  return (filter->group == NULL || strcmp (vestim_job_group (job), filter->group) == 0)
         && (filter->tag == NULL || has_tag (filter, job))
         && (!filter->has_executor || job->executor == filter->executor);
}

/* A draft is not held: nothing could be released. */
static bool
has_state (const JobFilter *filter, VestimJobState state, VestimJobKind kind, bool is_paused)
{
  bool is_held = (state == VESTIM_JOB_QUEUED && is_paused)
                 || (state == VESTIM_JOB_CREATED && kind != VESTIM_JOB_KIND_NONE);
  unsigned bits = 1u << state;

  bits |= is_held ? JOB_FILTER_HELD : 0;
  bits |= state == VESTIM_JOB_RUNNING && is_paused ? JOB_FILTER_PAUSED : 0;
  return (filter->states & bits) != 0 && (!filter->has_kind || kind == filter->kind);
}

bool
job_filter_matches_brief (const JobFilter *filter, VestimJobState state, VestimJobKind kind)
{
  return has_state (filter, state, kind, true);
}

bool
job_filter_needs_row (const JobFilter *filter)
{
  return filter->text != NULL || filter->has_executor || filter->tag != NULL;
}

bool
job_filter_matches (const JobFilter *filter, const VestimJob *job)
{
  return has_state (filter, job->state, job->kind, job->paused) && is_in_group (filter, job)
         && (filter->text == NULL || name_has_text (filter, job->name)
             || (filter->may_be_id && strstr (job->id, filter->text) != NULL));
}

bool
job_filter_is_by_state (const JobFilter *filter)
{
  return !filter->has_kind && filter->group == NULL && !job_filter_needs_row (filter)
         && (filter->states & ~SERVICE_ALL_STATES) == 0;
}
