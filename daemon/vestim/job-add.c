/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-add.h"

#include <string.h>
#include <unistd.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "common/client/vestim-text-line.h"
#include "common/json/vestim-json.h"
#include "daemon/vestim/add-input.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/output/output.h"
#include "daemon/vestim/wait-job.h"

/* Of the body of a request. */
#define MAX_BODY (1024 * 1024)

#define MAX_DETAIL 300

/* (nullable) (transfer full) the text of `job`. */
static char *
make_body (JsonObject *job, GError **error)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), job);
  g_autofree char *body = vestim_node_dup_text (root);

  if (strlen (body) <= MAX_BODY)
    return g_steal_pointer (&body);
  g_set_error (error, VESTIM_ERROR, VESTIM_ERROR_INVALID,
               "The arguments and the environment take %" G_GSIZE_FORMAT " bytes, and a job may "
               "have 1 MiB: use --clean-env with -e for the variables that it needs, and pass long "
               "data in a file or with --stdin.",
               strlen (body));
  return NULL;
}

/* (nullable) (transfer full) the new job's object. */
static VestimReply *
create (Invocation *invocation, JsonObject *job, GError **error)
{
  g_autofree char *body = make_body (job, error);
  VestimRequest *request;

  if (body == NULL)
    return NULL;
  request = vestim_request_new ("POST", "/jobs");
  request->body = g_steal_pointer (&body);
  return session_send (invocation->session, request, error);
}

/* (nullable) (transfer full) lives as long as `reply`. */
static VestimJsonDoc *
parse (const VestimReply *reply)
{
  gsize size;
  const char *text = g_bytes_get_data (reply->body, &size);

  return vestim_json_parse (text != NULL ? text : "", size, NULL);
}

/* (nullable) (transfer full) */
static char *
dup_id (const VestimReply *reply, GError **error)
{
  g_autoptr (VestimJsonDoc) doc = parse (reply);
  char *id = vestim_json_dup_string (vestim_json_member (vestim_json_root (doc), "job_id"));

  if (id == NULL)
    answer_set_not_a_job (error);
  return id;
}

/* Nobody would miss a job without its input. */
static void
take_back (Invocation *invocation, const char *id)
{
  g_autoptr (VestimReply) reply =
      session_send (invocation->session, job_request ("DELETE", id, ""), NULL);

  if (reply == NULL)
    g_printerr ("vestim: The job %s is left, held and without its input.\n", id);
  else
    g_printerr ("vestim: The job was not added.\n");
}

/* (nullable) (transfer full) the job's object once its input is stored and it is released. */
static VestimReply *
add_input (Invocation *invocation, const char *id, bool stays_held, GError **error)
{
  if (!add_input_send (invocation->session, id, STDIN_FILENO, error))
    {
      take_back (invocation, id);
      add_input_obey ();
      return NULL;
    }
  return session_send (
      invocation->session,
      stays_held ? job_request ("GET", id, "") : job_request ("POST", id, "/start"), error);
}

static bool
prints_only_id (const Arguments *arguments)
{
  return arguments_has (arguments, "print-id") || arguments_has (arguments, "quiet");
}

static int
report_new (Invocation *invocation, const VestimReply *reply, const char *id, GError **error)
{
  g_autoptr (JobReport) report = job_report_new_single (invocation->arguments, error);
  g_autofree char *line = g_strconcat (id, "\n", NULL);
  bool is_held = arguments_has (invocation->arguments, "hold");
  gsize size;
  const char *text = g_bytes_get_data (reply->body, &size);

  if (report == NULL)
    return VESTIM_EXIT_USAGE;
  if (prints_only_id (invocation->arguments))
    return output_write (line, strlen (line), error) ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
  if (!job_report_add (report, text, size, is_held ? "is added and held" : "is added", error)
      || !job_report_end (report, error))
    return VESTIM_EXIT_REFUSED;
  return VESTIM_EXIT_DONE;
}

/* When only the ID is printed, the exit code alone says how the job ended. */
static int
wait_for_end (Invocation *invocation, const char *id, GError **error)
{
  g_autoptr (JobReport) report = NULL;
  int code = VESTIM_EXIT_REFUSED;

  if (prints_only_id (invocation->arguments))
    return wait_job_quietly (invocation->session, id, error);
  report = job_report_new_single (invocation->arguments, error);
  if (report == NULL)
    return VESTIM_EXIT_USAGE;
  if (!wait_job_report (invocation->session, id, report, &code, error)
      || !job_report_end (report, error))
    return VESTIM_EXIT_REFUSED;
  return code;
}

/* It is accepted, because the capacity of the server may be raised, and nobody would expect that it
 * waits until then. */
static void
warn_if_too_large (const VestimReply *reply, const char *id)
{
  g_autoptr (VestimJsonDoc) doc = parse (reply);
  const VestimJsonNode *waiting = vestim_json_member (vestim_json_root (doc), "waiting");
  g_autofree char *detail = vestim_json_dup_string (vestim_json_member (waiting, "detail"));
  g_autofree char *line = vestim_text_line (detail != NULL ? detail : "", MAX_DETAIL);
  bool is_too_large = false;

  vestim_json_get_bool (vestim_json_member (waiting, "too_large"), &is_too_large);
  if (is_too_large)
    g_printerr ("vestim: The job %s cannot start now. %s\n", id, line);
}

int
job_add (Invocation *invocation, JsonObject *job, bool takes_input, GError **error)
{
  const Arguments *arguments = invocation->arguments;
  bool is_held = arguments_has (arguments, "hold"), waits = arguments_has (arguments, "wait");
  g_autoptr (VestimReply) reply = NULL;
  g_autofree char *id = NULL;
  int code = VESTIM_EXIT_DONE;

  if (is_held && waits)
    {
      usage_error_set (error, "Give either --hold or --wait.");
      return VESTIM_EXIT_USAGE;
    }
  if (is_held || takes_input)
    json_object_set_boolean_member (job, "hold", TRUE);
  if (takes_input)
    add_input_catch_signals ();
  reply = create (invocation, job, error);
  id = reply != NULL ? dup_id (reply, error) : NULL;
  if (id != NULL && takes_input)
    {
      g_clear_pointer (&reply, vestim_reply_free);
      reply = add_input (invocation, id, is_held, error);
    }
  if (reply == NULL || id == NULL)
    return VESTIM_EXIT_REFUSED;
  warn_if_too_large (reply, id);
  if (!waits || prints_only_id (arguments))
    code = report_new (invocation, reply, id, error);
  if (waits && code == VESTIM_EXIT_DONE)
    code = wait_for_end (invocation, id, error);
  return code;
}
