/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/job/vestim-job-state.h"
#include "common/vestim-size.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/invocation.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/output/table.h"
#include "daemon/vestim/output/time-text.h"

#define MAX_WORD 100
#define MEGABYTE (1024 * 1024)

/* (transfer full) */
static char *
dup_word (JsonNode *object, const char *name)
{
  const char *text = vestim_node_member_string (object, name);

  return vestim_text_line (text != NULL ? text : "?", MAX_WORD);
}

/* -1 when it is null or missing. */
static int64_t
get_number (JsonNode *object, const char *name)
{
  int64_t value = -1;

  vestim_node_get_int64 (vestim_node_member (object, name), &value);
  return value;
}

static bool
get_flag (JsonNode *object, const char *name)
{
  bool value = false;

  vestim_node_get_bool (vestim_node_member (object, name), &value);
  return value;
}

static void
append_server (GString *out, Session *session, JsonNode *status)
{
  g_autofree char *version = dup_word (status, "version");
  g_autofree char *uptime = time_text_span (vestim_node_member_double (status, "uptime_s"));

  g_string_append_printf (out, "Server    vestimd %s at %s, PID %" G_GINT64_FORMAT ", for %s\n",
                          version, vestim_client_get_url (session_get_client (session)),
                          get_number (status, "pid"), uptime);
}

static void
append_jobs (GString *out, JsonNode *status)
{
  JsonNode *jobs = vestim_node_member (status, "jobs");
  int64_t bytes = get_number (status, "jobs_bytes");
  const char *separator = "Jobs      ";

  for (int state = 0; state < VESTIM_N_JOB_STATES; state++)
    {
      const char *name = vestim_job_state_name ((VestimJobState) state);
      int64_t n = get_number (jobs, name);

      if (n > 0 || state == VESTIM_JOB_QUEUED || state == VESTIM_JOB_RUNNING)
        {
          g_string_append_printf (out, "%s%" G_GINT64_FORMAT " %s", separator, MAX (n, 0), name);
          separator = ", ";
        }
    }
  if (bytes > 0)
    {
      g_autofree char *size = vestim_size_text (bytes);

      g_string_append_printf (out, "; %s in their folders", size);
    }
  g_string_append_c (out, '\n');
}

static void
append_queue (GString *out, JsonNode *status)
{
  int64_t max_running = get_number (status, "max_running");

  g_string_append (out, "Queue     ");
  if (get_flag (status, "paused"))
    g_string_append (out, "paused; ");
  if (max_running == 0)
    g_string_append (out, "draining: no job starts");
  else
    g_string_append_printf (out, "at most %" G_GINT64_FORMAT " %s at a time", max_running,
                            max_running == 1 ? "job" : "jobs");
  g_string_append_c (out, '\n');
}

/* What jobs have reserved of what the computer has. */
static void
append_capacity (GString *out, JsonNode *status)
{
  JsonNode *capacity = vestim_node_member (status, "capacity");
  JsonNode *in_use = vestim_node_member (status, "in_use");
  int64_t gpus = get_number (capacity, "gpus");
  g_autofree char *memory = NULL;
  g_autofree char *used_memory = NULL;

  if (capacity == NULL || in_use == NULL)
    return;
  memory = vestim_size_text (MAX (get_number (capacity, "memory_mb"), 0) * MEGABYTE);
  used_memory = vestim_size_text (MAX (get_number (in_use, "memory_mb"), 0) * MEGABYTE);
  g_string_append_printf (
      out, "Reserved  %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " CPUs, %s of %s memory",
      get_number (in_use, "cpus"), get_number (capacity, "cpus"), used_memory, memory);
  if (gpus > 0)
    g_string_append_printf (out, ", %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " GPUs",
                            get_number (in_use, "gpus"), gpus);
  g_string_append_c (out, '\n');
}

static void
add_number (Table *table, int64_t number)
{
  table_take (table, STYLE_NONE,
              number >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, number) : g_strdup (""));
}

/* The group that every server has is worth a table only beside others or with a limit. */
static bool
is_plain (JsonNode *groups)
{
  JsonNode *first = vestim_node_element (groups, 0);

  return vestim_node_n_elements (groups) == 0
         || (vestim_node_n_elements (groups) == 1 && get_number (first, "max_running") < 0
             && !get_flag (first, "paused"));
}

static void
append_groups (GString *out, JsonNode *groups)
{
  static const TableColumn columns[] = { { .title = "GROUP", .min_width = 10 },
                                         { .title = "RUNNING", .is_number = true },
                                         { .title = "QUEUED", .is_number = true },
                                         { .title = "LIMIT", .is_number = true },
                                         { .title = "", .hides_when_empty = true } };
  Terminal terminal = terminal_find (STDOUT_FILENO);
  g_autoptr (Table) table = NULL;

  if (is_plain (groups))
    return;
  table = table_new (columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < vestim_node_n_elements (groups); i++)
    {
      JsonNode *group = vestim_node_element (groups, i);

      table_add (table, STYLE_NONE, vestim_node_member_string (group, "name"));
      add_number (table, get_number (group, "running"));
      add_number (table, get_number (group, "queued"));
      add_number (table, get_number (group, "max_running"));
      table_add (table, STYLE_WARNING, get_flag (group, "paused") ? "paused" : "");
    }
  g_string_append_c (out, '\n');
  table_append (out, table, &terminal);
}

static bool
show (Invocation *invocation, JsonNode *status, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_server (out, invocation->session, status);
  append_queue (out, status);
  append_capacity (out, status);
  append_jobs (out, status);
  append_groups (out, vestim_node_member (status, "groups"));
  return output_flush (out, error);
}

static int
run (Invocation *invocation, GError **error)
{
  g_autoptr (VestimReply) reply =
      session_send (invocation->session, vestim_request_new ("GET", "/server/status"), error);
  g_autoptr (JsonNode) status = reply != NULL ? answer_parse (reply, error) : NULL;
  bool done;

  if (status == NULL)
    return VESTIM_EXIT_NO_SERVER;
  if (answer_is_for_scripts (invocation->arguments))
    done = answer_print (invocation->arguments, reply, error);
  else
    done = show (invocation, status, error);
  return done ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

const Command command_status = {
  .name = "status",
  .arguments = "",
  .summary = "Show the server, its queue and its groups",
  .examples = "vestim status\n"
              "vestim status --json | jq .jobs",
  .run = run,
};
