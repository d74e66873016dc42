/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/views/job-table.h"

#include <string.h>

#include "common/client/vestim-node.h"
#include "common/vestim-api.h"
#include "daemon/vestim/output/time-text.h"
#include "daemon/vestim/views/job-words.h"

static const TableColumn columns[] = {
  { .title = "JOB" },
  { .title = "STATUS" },
  { .title = "NAME", .min_width = 10 },
  { .title = "GROUP", .hides_when_empty = true, .min_width = 6, .leaves = 5 },
  { .title = "TAGS", .hides_when_empty = true, .min_width = 6, .leaves = 4 },
  { .title = "CREATED", .leaves = 3 },
  { .title = "TIME", .is_number = true, .hides_when_empty = true, .leaves = 2 },
  { .title = "INFO", .hides_when_empty = true, .min_width = 10, .leaves = 1 },
};

Table *
job_table_new (void)
{
  return table_new (columns, G_N_ELEMENTS (columns));
}

/* So narrow a terminal has no room for whole IDs and anything else. */
#define MIN_COLUMNS_FOR_IDS 60

/* The ID, or its number, which also names the job. */
static const char *
id_for (JsonNode *job, const Terminal *terminal)
{
  const char *id = job_words_id (job);
  const char *number = strrchr (id, '-');

  if (terminal->columns == 0 || terminal->columns >= MIN_COLUMNS_FOR_IDS || number == NULL)
    return id;
  return number + 1;
}

void
job_table_add (Table *table, JsonNode *job, const Terminal *terminal, int64_t now_ms)
{
  const char *group = vestim_node_member_string (job, "group");
  const char *created = vestim_node_member_string (job, "created_at");

  table_add (table, STYLE_NONE, id_for (job, terminal));
  table_add (table, job_words_style (job), job_words_shown_status (job));
  table_add (table, STYLE_NONE, vestim_node_member_string (job, "name"));
  table_add (table, STYLE_NONE, g_strcmp0 (group, VESTIM_DEFAULT_GROUP) == 0 ? NULL : group);
  table_take (table, STYLE_NONE, job_words_dup_list (vestim_node_member (job, "tags")));
  if (terminal->is_terminal)
    table_take (table, STYLE_NONE, time_text_relative (job_words_time (job, "created_at"), now_ms));
  else
    table_add (table, STYLE_NONE, created);
  table_take (table, STYLE_NONE, time_text_span (job_words_duration (job, now_ms)));
  table_take (table, STYLE_DIM,
              terminal->columns > 0 ? job_words_dup_short_state (job) : job_words_dup_state (job));
}
