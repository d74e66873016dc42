/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-action.h"

#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-text-line.h"
#include "daemon/vestim/failure.h"
#include "daemon/vestim/job-ids.h"

#define MAX_SHOWN 100

static bool
act_on (Invocation *invocation, const char *word, JobReport *report, JobAction action,
        gpointer data, GError **error)
{
  g_autofree char *id = job_ids_find (invocation->session, word, error);

  return id != NULL && action (invocation, id, report, data, error);
}

/* Puts the job in front of the server's sentence, unless the sentence names it. */
static void
name_job (GError **failure, const char *word, guint n_words)
{
  g_autofree char *shown = vestim_text_line (word, MAX_SHOWN);

  if (g_error_matches (*failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND)
      && strstr ((*failure)->message, "GET /jobs") != NULL)
    {
      g_clear_error (failure);
      g_set_error (failure, VESTIM_ERROR, VESTIM_ERROR_NOT_FOUND,
                   "There is no job %s. \"vestim list\" shows the jobs.", shown);
    }
  else if (n_words > 1 && strstr ((*failure)->message, shown) == NULL)
    g_prefix_error (failure, "%s: ", shown);
}

int
job_action_run (Invocation *invocation, JobAction action, gpointer data, GError **error)
{
  const GPtrArray *words = invocation->arguments->words;
  g_autoptr (JobReport) report = job_report_new (invocation->arguments, error);
  int code = VESTIM_EXIT_DONE;

  if (report == NULL)
    return VESTIM_EXIT_USAGE;
  for (guint i = 0; i < words->len; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (act_on (invocation, words->pdata[i], report, action, data, &failure))
        continue;
      name_job (&failure, words->pdata[i], words->len);
      code = failure_code (failure);
      if (code != VESTIM_EXIT_REFUSED)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return code;
        }
      failure_tell (failure);
    }
  return job_report_end (report, error) ? code : VESTIM_EXIT_REFUSED;
}

VestimRequest *
job_request (const char *method, const char *id, const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (id, NULL, FALSE);

  return vestim_request_new (method, "/jobs/%s%s", escaped, rest);
}

bool
job_action_send (Invocation *invocation, VestimRequest *request, JobReport *report,
                 const char *done, GError **error)
{
  g_autoptr (VestimReply) reply = session_send (invocation->session, request, error);
  const char *text;
  gsize size;

  if (reply == NULL)
    return false;
  text = g_bytes_get_data (reply->body, &size);
  return job_report_add (report, text != NULL ? text : "", size, done, error);
}
