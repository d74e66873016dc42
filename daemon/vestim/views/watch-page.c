/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/views/watch-page.h"

#include <math.h>
#include <stdbool.h>

#include "common/client/vestim-node.h"
#include "daemon/vestim/output/cell-text.h"
#include "daemon/vestim/output/live.h"
#include "daemon/vestim/views/job-words.h"

#define BAR_WIDTH 22
#define MIN_COLUMNS_OF_BAR 70

static void
append_cut (GString *out, const char *text, int columns)
{
  g_autofree char *line = cell_text_dup_line (text);
  g_autofree char *cut = columns > 0 ? cell_text_dup_cut (line, columns) : g_strdup (line);

  g_string_append (out, cut);
}

static bool
has_bar (JsonNode *job, int columns)
{
  return isfinite (vestim_node_member_double (job, "progress")) && !job_words_is_over (job)
         && columns >= MIN_COLUMNS_OF_BAR;
}

char *
watch_page_dup_line (JsonNode *job, int columns)
{
  GString *line = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *state = job_words_dup_short_state (job);
  const char *name = vestim_node_member_string (job, "name");
  bool with_bar = has_bar (job, columns);

  if (with_bar)
    {
      live_append_bar (line, vestim_node_member_double (job, "progress"), BAR_WIDTH);
      g_string_append_c (line, ' ');
    }
  g_string_append_printf (text, "%s%s%s%s%s", job_words_shown_status (job),
                          *state != '\0' ? ", " : "", state, name != NULL ? ": " : "",
                          name != NULL ? name : "");
  append_cut (line, text->str, columns > 0 ? columns - (with_bar ? BAR_WIDTH + 1 : 0) : 0);
  return g_string_free (line, FALSE);
}

static void
append_job (GString *out, const WatchedJob *watched, const Terminal *terminal, bool with_log)
{
  int left = terminal->columns - cell_text_width (watched->id) - 1;
  Style style = job_words_style (watched->job);
  g_autofree char *line = watch_page_dup_line (watched->job, MAX (left, 1));

  append_cut (out, watched->id, terminal->columns);
  if (left > 0)
    {
      g_string_append_c (out, ' ');
      style_append_begin (out, terminal, style);
      g_string_append (out, line);
      style_append_end (out, terminal, style);
    }
  g_string_append_c (out, '\n');
  if (!with_log)
    return;
  style_append_begin (out, terminal, STYLE_DIM);
  append_cut (out, watched->line, terminal->columns);
  style_append_end (out, terminal, STYLE_DIM);
  g_string_append_c (out, '\n');
}

void
watch_page_append (GString *out, GPtrArray *jobs, const Terminal *terminal)
{
  guint rows = (guint) MAX (terminal->rows - 1, 1);
  bool with_log = jobs->len * 2 <= rows;
  guint n = MIN (jobs->len, rows);

  if (n < jobs->len)
    n--;
  for (guint i = 0; i < n; i++)
    append_job (out, jobs->pdata[i], terminal, with_log);
  if (n < jobs->len)
    {
      g_autofree char *more = g_strdup_printf ("%u more jobs", jobs->len - n);

      append_cut (out, more, terminal->columns);
      g_string_append_c (out, '\n');
    }
}
