/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/job/vestim-job-state.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/failure.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/option-values.h"
#include "daemon/vestim/output/output.h"

/* The jobs to remove are chosen here, page by page, and then deleted one by one: what is pinned or
 * queued again meanwhile stays. Some deletions are under way at the same time, so that they share a
 * flush of the disk. */

#define PAGE 200
#define MAX_UNDER_WAY 6
#define OVER "completed,failed,stopped,interrupted"

typedef struct
{
  const char *status; /* words with commas */
  const char *tag;    /* (nullable) */
  int64_t before;     /* only jobs that ended before that time, ms */
  int64_t keep;       /* so many of the newest stay */
  GPtrArray *ids;
} Choice;

static bool
check_status (const char *list, GError **error)
{
  g_auto (GStrv) words = g_strsplit (list, ",", -1);
  VestimJobState state;

  for (char **word = words; *word != NULL; word++)
    if (!vestim_job_state_parse (*word, &state) || !vestim_job_state_is_final (state))
      {
        usage_error_set (error,
                         "\"%s\" is wrong for --status: give completed, failed, stopped or "
                         "interrupted, several with commas.",
                         *word);
        return false;
      }
  return true;
}

static bool
read_choice (const Arguments *arguments, Choice *choice, GError **error)
{
  double older = 0;

  *choice = (Choice){ .status = OVER, .before = G_MAXINT64 };
  if (!option_get_text (arguments, "status", &choice->status, error)
      || !check_status (choice->status, error)
      || !option_get_text (arguments, "tag", &choice->tag, error)
      || !option_get_int (arguments, "keep", 0, G_MAXINT32, &choice->keep, error)
      || !option_get_duration (arguments, "older", &older, error))
    return false;
  if (older > 0)
    choice->before = g_get_real_time () / 1000 - (int64_t) (older * 1000);
  choice->ids = g_ptr_array_new_with_free_func (g_free);
  return true;
}

static bool
has_tag (JsonNode *job, const char *tag)
{
  g_auto (GStrv) tags = vestim_node_dup_strings (vestim_node_member (job, "tags"));

  return tag == NULL || (tags != NULL && g_strv_contains ((const char *const *) tags, tag));
}

static void
choose (Choice *choice, JsonNode *job)
{
  const char *id = vestim_node_member_string (job, "job_id");
  bool is_pinned = false;
  int64_t finished_at = 0;

  vestim_node_get_bool (vestim_node_member (job, "pinned"), &is_pinned);
  if (id == NULL || is_pinned || !has_tag (job, choice->tag))
    return;
  if (choice->keep > 0)
    {
      choice->keep--;
      return;
    }
  if (vestim_node_get_time (vestim_node_member (job, "finished_at"), &finished_at)
      && (finished_at < choice->before))
    g_ptr_array_add (choice->ids, g_strdup (id));
}

static bool
choose_all (Session *session, Choice *choice, GError **error)
{
  g_autofree char *tag =
      choice->tag != NULL ? g_uri_escape_string (choice->tag, NULL, FALSE) : NULL;
  g_autofree char *after = NULL;
  guint n;

  do
    {
      VestimRequest *request =
          vestim_request_new ("GET", "/jobs?status=%s&limit=%d%s%s%s%s", choice->status, PAGE,
                              tag != NULL ? "&tag=" : "", tag != NULL ? tag : "",
                              after != NULL ? "&after=" : "", after != NULL ? after : "");
      g_autoptr (JsonNode) page = NULL;
      const char *last;

      request->max_bytes = VESTIM_MAX_LIST_BYTES;
      page = session_ask (session, request, error);
      if (page == NULL)
        return false;
      n = vestim_node_n_elements (page);
      for (guint i = 0; i < n; i++)
        choose (choice, vestim_node_element (page, i));
      last = n == PAGE ? vestim_node_member_string (vestim_node_element (page, n - 1), "job_id")
                       : NULL;
      g_free (after);
      after = last != NULL ? g_uri_escape_string (last, NULL, FALSE) : NULL;
    }
  while (after != NULL);
  return true;
}

typedef struct
{
  VestimClient *client;
  const GPtrArray *ids;
  JobReport *report;
  guint next, n_under_way, n_deleted;
  int code;
  GError *error; /* (nullable) that ends the deletion */
} Deletion;

static void start_more (Deletion *deletion);

static void
take_failure (Deletion *deletion, GError *failure)
{
  g_autoptr (GError) owned = failure;

  /* Somebody else has deleted it. */
  if (g_error_matches (failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND))
    return;
  deletion->code = failure_code (failure);
  if (deletion->code == VESTIM_EXIT_REFUSED)
    failure_tell (failure);
  else if (deletion->error == NULL)
    deletion->error = g_steal_pointer (&owned);
}

typedef struct
{
  Deletion *deletion;
  const char *id;
} Step;

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Step *step = data;
  Deletion *deletion = step->deletion;
  GError *failure = NULL;
  g_autoptr (VestimReply) reply =
      vestim_client_send_finish (VESTIM_CLIENT (source), result, &failure);

  deletion->n_under_way--;
  if (reply == NULL)
    take_failure (deletion, failure);
  else if (job_report_add_id (deletion->report, step->id, "is deleted", &deletion->error))
    deletion->n_deleted++;
  start_more (deletion);
}

static void
start_more (Deletion *deletion)
{
  while (deletion->error == NULL && deletion->n_under_way < MAX_UNDER_WAY
         && deletion->next < deletion->ids->len)
    {
      Step *step = g_new (Step, 1);

      *step = (Step){ deletion, deletion->ids->pdata[deletion->next++] };
      deletion->n_under_way++;
      vestim_client_send_async (deletion->client, job_request ("DELETE", step->id, ""), NULL,
                                deleted_cb, step);
    }
}

static int
delete_all (Invocation *invocation, const GPtrArray *ids, JobReport *report, GError **error)
{
  Deletion deletion = { .client = session_get_client (invocation->session),
                        .ids = ids,
                        .report = report };

  start_more (&deletion);
  while (deletion.n_under_way > 0)
    g_main_context_iteration (NULL, TRUE);
  if (deletion.error != NULL)
    g_propagate_error (error, deletion.error);
  return deletion.code;
}

static bool
list_all (const GPtrArray *ids, JobReport *report, GError **error)
{
  for (guint i = 0; i < ids->len; i++)
    if (!job_report_add_id (report, ids->pdata[i], "would be deleted", error))
      return false;
  return true;
}

static int
run (Invocation *invocation, GError **error)
{
  g_autoptr (JobReport) report = job_report_new (invocation->arguments, error);
  g_autoptr (GPtrArray) ids = NULL;
  int code = VESTIM_EXIT_DONE;
  Choice choice;

  if (report == NULL || !read_choice (invocation->arguments, &choice, error))
    return VESTIM_EXIT_USAGE;
  ids = choice.ids;
  if (!choose_all (invocation->session, &choice, error))
    return VESTIM_EXIT_REFUSED;
  if (!arguments_has (invocation->arguments, "dry-run"))
    code = delete_all (invocation, ids, report, error);
  else if (!list_all (ids, report, error))
    return VESTIM_EXIT_REFUSED;
  return job_report_end (report, error) ? code : VESTIM_EXIT_REFUSED;
}

static const CommandOption options[] = {
  { "older", 0, "DURATION", "only jobs that ended longer ago than this: 12h, 30d", WORD_TEXT,
    NULL },
  { "status", 's', "LIST", "only these (default: completed,failed,stopped,interrupted)",
    WORD_CHOICES, "completed failed stopped interrupted" },
  { "tag", 't', "TAG", "only jobs with this tag", WORD_TAG, NULL },
  { "keep", 0, "N", "keep the N newest of them", WORD_TEXT, NULL },
  { "dry-run", 'n', NULL, "only show what would be deleted", WORD_TEXT, NULL },
  { .name = NULL },
};

const Command command_clean = {
  .name = "clean",
  .arguments = "",
  .summary = "Delete the jobs that are over, except pinned ones",
  .examples = "vestim clean --older 30d\n"
              "vestim clean --status completed --keep 100\n"
              "vestim clean                    # all of them",
  .options = options,
  .run = run,
};
