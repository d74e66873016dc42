/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/views/job-page.h"

#include <math.h>
#include <string.h>

#include "common/client/vestim-node.h"
#include "common/vestim-duration.h"
#include "common/vestim-size.h"
#include "daemon/vestim/output/cell-text.h"
#include "daemon/vestim/output/table.h"
#include "daemon/vestim/output/time-text.h"
#include "daemon/vestim/views/job-words.h"

#define LABEL_WIDTH 15

typedef struct
{
  GString *out;
  const Terminal *terminal;
  int64_t now_ms;
} Page;

/* A line, unless the text (nullable) is empty. */
static void
add (const Page *page, const char *label, Style style, const char *text)
{
  g_autofree char *line = cell_text_dup_line (text);

  if (*line == '\0')
    return;
  style_append_begin (page->out, page->terminal, STYLE_DIM);
  g_string_append (page->out, label);
  style_append_end (page->out, page->terminal, STYLE_DIM);
  cell_text_append_spaces (page->out, LABEL_WIDTH - cell_text_width (label));
  style_append_begin (page->out, page->terminal, style);
  g_string_append (page->out, line);
  style_append_end (page->out, page->terminal, style);
  g_string_append_c (page->out, '\n');
}

static void
take (const Page *page, const char *label, char *text)
{
  add (page, label, STYLE_NONE, text);
  g_free (text);
}

static void
add_string (const Page *page, const char *label, JsonNode *object, const char *name)
{
  add (page, label, STYLE_NONE, vestim_node_member_string (object, name));
}

static void
add_time (const Page *page, const char *label, JsonNode *job, const char *name)
{
  int64_t time = job_words_time (job, name);
  g_autofree char *exact = time_text_exact (time);
  g_autofree char *relative = time_text_relative (time, page->now_ms);

  if (time != 0)
    take (page, label, g_strdup_printf ("%s (%s)", exact, relative));
}

static void
add_status (const Page *page, JsonNode *job)
{
  const char *status = job_words_shown_status (job);
  g_autofree char *state = job_words_dup_state (job);
  g_autofree char *text = g_strdup_printf ("%s%s%s", status, *state != '\0' ? ": " : "", state);

  add (page, "Status", job_words_style (job), text);
}

static void
add_environment (const Page *page, JsonNode *selections)
{
  guint n = vestim_node_n_members (vestim_node_member (selections, "env"));

  if (n > 0)
    take (page, "Environment",
          g_strdup_printf ("%u variable%s differ from the server's (see --json)", n,
                           n == 1 ? "" : "s"));
}

static void
add_seconds (const Page *page, const char *label, JsonNode *object, const char *name)
{
  double seconds = vestim_node_member_double (object, name);

  if (isfinite (seconds) && seconds > 0)
    take (page, label, vestim_duration_text (seconds));
}

static void
add_flag (const Page *page, const char *label, JsonNode *object, const char *name,
          const char *meaning)
{
  bool is_set = false;

  vestim_node_get_bool (vestim_node_member (object, name), &is_set);
  if (is_set)
    add (page, label, STYLE_NONE, meaning);
}

static void
add_command (const Page *page, JsonNode *job)
{
  JsonNode *selections = vestim_node_member (job, "selections");

  take (page, "Command", job_words_dup_command (job));
  add_string (page, "Folder", selections, "cwd");
  add_string (page, "Input", selections, "stdin");
  add_environment (page, selections);
  add_seconds (page, "Time limit", selections, "timeout_s");
  add_string (page, "Stop signal", selections, "stop_signal");
  add_seconds (page, "Stop grace", selections, "stop_grace_s");
  add_flag (page, "Restart", selections, "restart", "goes on after the server was interrupted");
  add_flag (page, "Terminal", selections, "pty", "runs in a terminal of its own");
  add_flag (page, "Leftovers", selections, "keep_leftovers", "may leave processes running");
  add_flag (page, "Log", selections, "log_timestamps", "each line has its time");
}

/* The settings that were given. */
static void
add_settings (const Page *page, JsonNode *selections)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  bool is_first = true;

  if (!vestim_node_iter_init (&iter, selections))
    return;
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      g_autofree char *text = job_words_dup_value (value);

      take (page, is_first ? "Settings" : "", g_strdup_printf ("%s %s", name, text));
      is_first = false;
    }
}

static void append_part (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_part (GString *text, const char *format, ...)
{
  va_list arguments;

  if (text->len > 0)
    g_string_append (text, ", ");
  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
}

static void
add_resources (const Page *page, JsonNode *job)
{
  JsonNode *resources = vestim_node_member (job, "resources");
  JsonNode *indices = vestim_node_member (vestim_node_member (job, "details"), "gpu_indices");
  JsonNode *enforce = vestim_node_member (resources, "enforce");
  int64_t cpus = 0, memory_mb = 0, gpus = 0;
  bool is_hard = vestim_node_is_string (enforce);
  g_autoptr (GString) text = g_string_new (NULL);

  vestim_node_get_int64 (vestim_node_member (resources, "cpus"), &cpus);
  vestim_node_get_int64 (vestim_node_member (resources, "memory_mb"), &memory_mb);
  vestim_node_get_int64 (vestim_node_member (resources, "gpus"), &gpus);
  vestim_node_get_bool (enforce, &is_hard);
  if (cpus > 0)
    append_part (text, "%d CPU%s", (int) cpus, cpus == 1 ? "" : "s");
  if (memory_mb > 0 && memory_mb < G_MAXINT64 >> 20)
    {
      g_autofree char *size = vestim_size_text (memory_mb << 20);

      append_part (text, "%s of memory", size);
    }
  if (gpus > 0)
    append_part (text, "%d GPU%s", (int) gpus, gpus == 1 ? "" : "s");
  if (vestim_node_n_elements (indices) > 0)
    {
      g_autofree char *list = job_words_dup_value (indices);

      append_part (text, "uses GPU %s", list);
    }
  if (is_hard)
    append_part (text, "enforced");
  add (page, "Resources", STYLE_NONE, text->str);
}

static void
add_dependencies (const Page *page, JsonNode *job)
{
  JsonNode *list = vestim_node_member (job, "depends_on");

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      JsonNode *dependency = vestim_node_element (list, i);
      const char *when = vestim_node_member_string (dependency, "when");

      take (page, i == 0 ? "Starts after" : "",
            g_strdup_printf ("%s is %s", job_words_id (dependency), when != NULL ? when : "over"));
    }
}

static void
add_retry (const Page *page, JsonNode *job)
{
  JsonNode *retry = vestim_node_member (job, "retry");
  double delay = vestim_node_member_double (retry, "delay_s");
  double backoff = vestim_node_member_double (retry, "backoff");
  JsonNode *never = vestim_node_member (retry, "never_exit_codes");
  g_autofree char *on = job_words_dup_list (vestim_node_member (retry, "on"));
  g_autofree char *codes = job_words_dup_value (never);
  g_autoptr (GString) text = g_string_new (NULL);
  int64_t max = 0;

  if (!vestim_node_get_int64 (vestim_node_member (retry, "max"), &max) || max == 0)
    return;
  append_part (text, "at most %d time%s", (int) max, max == 1 ? "" : "s");
  if (delay > 0)
    {
      g_autofree char *duration = vestim_duration_text (delay);

      append_part (text, "after %s", duration);
    }
  if (delay > 0 && backoff > 1)
    append_part (text, "each delay %.4g times longer", backoff);
  if (*on != '\0')
    append_part (text, "when %s", on);
  if (vestim_node_n_elements (never) > 0)
    append_part (text, "never after exit codes %s", codes);
  add (page, "Retries", STYLE_NONE, text->str);
}

/* How the queue treats the job. */
static void
add_place (const Page *page, JsonNode *job)
{
  int64_t priority = 0;

  add_resources (page, job);
  add_string (page, "Group", job, "group");
  if (vestim_node_get_int64 (vestim_node_member (job, "priority"), &priority) && priority != 0)
    take (page, "Priority", g_strdup_printf ("%d", (int) priority));
  add_dependencies (page, job);
  add_time (page, "Not before", job, "start_after");
  add_retry (page, job);
  add_string (page, "Unique", job, "unique");
  take (page, "Tags", job_words_dup_list (vestim_node_member (job, "tags")));
  add_string (page, "Note", job, "note");
  add_flag (page, "Pinned", job, "pinned", "stays when old jobs are removed");
}

static void
add_usage (const Page *page, JsonNode *job)
{
  JsonNode *details = vestim_node_member (job, "details");
  double cpu = vestim_node_member_double (details, "cpu_s");
  int64_t rss_kb = 0;

  take (page, "Run time", time_text_span (job_words_duration (job, page->now_ms)));
  take (page, "CPU time", time_text_span (cpu));
  if (vestim_node_get_int64 (vestim_node_member (details, "max_rss_kb"), &rss_kb) && rss_kb >= 0
      && rss_kb < G_MAXINT64 >> 10)
    take (page, "Peak memory", vestim_size_text (rss_kb << 10));
}

static void
add_attempts (const Page *page, JsonNode *job)
{
  static const TableColumn columns[] = {
    { .title = "EARLIER ATTEMPT" },      { .title = "STATUS" },
    { .title = "STARTED", .leaves = 2 }, { .title = "TIME", .is_number = true, .leaves = 1 },
    { .title = "END", .min_width = 10 },
  };
  JsonNode *list = vestim_node_member (vestim_node_member (job, "details"), "attempts");
  g_autoptr (Table) table = table_new (columns, G_N_ELEMENTS (columns));

  for (guint i = 0; i < vestim_node_n_elements (list); i++)
    {
      JsonNode *attempt = vestim_node_element (list, i);
      const char *status = job_words_status (attempt);

      table_take (table, STYLE_NONE, job_words_dup_value (vestim_node_member (attempt, "attempt")));
      table_add (table, style_of_status (status), status);
      table_take (table, STYLE_NONE, time_text_exact (job_words_time (attempt, "started_at")));
      table_take (table, STYLE_NONE,
                  time_text_span (vestim_node_member_double (attempt, "wall_s")));
      table_take (table, STYLE_NONE, job_words_dup_end (attempt));
    }
  if (table_n_rows (table) == 0)
    return;
  g_string_append_c (page->out, '\n');
  table_append (page->out, table, page->terminal);
}

void
job_page_append (GString *out, JsonNode *job, const Terminal *terminal, int64_t now_ms)
{
  const Page page = { out, terminal, now_ms };
  const char *kind = vestim_node_member_string (job, "kind");

  add (&page, "Job", STYLE_TITLE, job_words_id (job));
  add_string (&page, "Name", job, "name");
  add_status (&page, job);
  add (&page, "Kind", STYLE_NONE, kind != NULL ? kind : "draft");
  if (g_strcmp0 (kind, "command") == 0)
    add_command (&page, job);
  else
    add_settings (&page, vestim_node_member (job, "selections"));
  add_place (&page, job);
  take (&page, "Attempt", job_words_dup_value (vestim_node_member (job, "attempt")));
  add_time (&page, "Created", job, "created_at");
  add_time (&page, "Started", job, "started_at");
  add_time (&page, "Ended", job, "finished_at");
  add_usage (&page, job);
  add_string (&page, "Job folder", job, "job_folder");
  add_attempts (&page, job);
}
