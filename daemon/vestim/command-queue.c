/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-node.h"
#include "daemon/vestim/answer.h"
#include "daemon/vestim/command-list.h"
#include "daemon/vestim/job-action.h"
#include "daemon/vestim/job-ids.h"
#include "daemon/vestim/option-values.h"
#include "daemon/vestim/output/output.h"

/* pause and resume of jobs, groups and the queue; move. */

typedef struct
{
  const char *verb;  /* of the path: "pause" */
  const char *done;  /* of a job */
  const char *queue; /* a sentence */
  const char *group; /* with %s */
  bool paused;
} Switch;

static const Switch pausing = { "pause", "is paused", "The queue is paused. Running jobs go on.",
                                "is paused", true };
static const Switch resuming = { "resume", "goes on", "The queue goes on.", "goes on", false };

/* Tells people `text`, and scripts the answer. */
static bool
say (Invocation *invocation, const VestimReply *reply, const char *text, GError **error)
{
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  if (answer_is_for_scripts (invocation->arguments))
    return answer_print (invocation->arguments, reply, error);
  return output_write (line, strlen (line), error);
}

/* A misspelt name makes a new group. */
static bool
has_jobs (const VestimReply *reply)
{
  g_autoptr (JsonNode) group = answer_parse (reply, NULL);
  int64_t queued = 0, running = 0;

  vestim_node_get_int64 (vestim_node_member (group, "queued"), &queued);
  vestim_node_get_int64 (vestim_node_member (group, "running"), &running);
  return queued > 0 || running > 0;
}

static bool
switch_group (Invocation *invocation, const Switch *what, const char *group, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (group, NULL, FALSE);
  g_autoptr (VestimReply) reply = NULL;
  g_autofree char *text = NULL;
  VestimRequest *request;

  if (!option_check_utf8 (group, "The group", error))
    return false;
  request = vestim_request_new ("PATCH", "/groups/%s", escaped);
  request->body = g_strdup (what->paused ? "{\"paused\":true}" : "{\"paused\":false}");
  reply = session_send (invocation->session, request, error);
  if (reply == NULL)
    return false;
  text = g_strdup_printf ("The group %s %s.%s", group, what->group,
                          has_jobs (reply) ? "" : " It has no queued or running jobs.");
  return say (invocation, reply, text, error);
}

static bool
switch_groups (Invocation *invocation, const Switch *what, GError **error)
{
  g_autoptr (GPtrArray) groups = arguments_get_all (invocation->arguments, "group");

  for (guint i = 0; i < groups->len; i++)
    if (!switch_group (invocation, what, groups->pdata[i], error))
      return false;
  return true;
}

static bool
switch_queue (Invocation *invocation, const Switch *what, GError **error)
{
  g_autoptr (VestimReply) reply = session_send (
      invocation->session, vestim_request_new ("POST", "/server/%s", what->verb), error);

  return reply != NULL && say (invocation, reply, what->queue, error);
}

static bool
switch_job (Invocation *invocation, const char *id, JobReport *report, gpointer data,
            GError **error)
{
  const Switch *what = data;
  g_autofree char *rest = g_strconcat ("/", what->verb, NULL);

  return job_action_send (invocation, job_request ("POST", id, rest), report, what->done, error);
}

static int
run_switch (Invocation *invocation, const Switch *what, GError **error)
{
  bool has_groups = arguments_has (invocation->arguments, "group");
  bool has_jobs = invocation->arguments->words->len > 0;
  bool done;

  if (has_groups && has_jobs)
    {
      usage_error_set (error, "Give either jobs or --group.");
      return VESTIM_EXIT_USAGE;
    }
  if (has_jobs)
    return job_action_run (invocation, switch_job, (gpointer) what, error);
  done =
      has_groups ? switch_groups (invocation, what, error) : switch_queue (invocation, what, error);
  return done ? VESTIM_EXIT_DONE : VESTIM_EXIT_REFUSED;
}

static int
run_pause (Invocation *invocation, GError **error)
{
  return run_switch (invocation, &pausing, error);
}

static int
run_resume (Invocation *invocation, GError **error)
{
  return run_switch (invocation, &resuming, error);
}

static const CommandOption switch_options[] = {
  { "group", 'g', "NAME", "the jobs of this group, not the whole queue; may be repeated",
    WORD_GROUP, NULL },
  { .name = NULL },
};

const Command command_pause = {
  .name = "pause",
  .arguments = "[JOB]...",
  .summary = "Pause the queue, so that no job starts, or freeze running jobs",
  .examples = "vestim pause                    # running jobs go on\n"
              "vestim pause --group gpu\n"
              "vestim pause $id                # its processes stand still",
  .details = "A paused job keeps its CPUs, memory and GPUs. Its time limit stands still.",
  .options = switch_options,
  .takes = WORD_JOB,
  .max_words = -1,
  .run = run_pause,
};

const Command command_resume = {
  .name = "resume",
  .arguments = "[JOB]...",
  .summary = "Let the queue, a group or jobs go on after a pause",
  .examples = "vestim resume\n"
              "vestim resume --group gpu\n"
              "vestim resume $id",
  .options = switch_options,
  .takes = WORD_JOB,
  .max_words = -1,
  .run = run_resume,
};

/* Where the next job goes. */
typedef struct
{
  const char *member; /* "to", "before" or "after" */
  char *value;
} Place;

/* The jobs after the first one follow it, so that they keep their order. */
static bool
move_job (Invocation *invocation, const char *id, JobReport *report, gpointer data, GError **error)
{
  Place *place = data;
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), body);
  VestimRequest *request = job_request ("POST", id, "/move");

  json_object_set_string_member (body, place->member, place->value);
  request->body = vestim_node_dup_text (root);
  if (!job_action_send (invocation, request, report, "is moved", error))
    return false;
  place->member = "after";
  g_free (place->value);
  place->value = g_strdup (id);
  return true;
}

static bool
read_place (Invocation *invocation, Place *place, GError **error)
{
  static const char *const options[] = { "front", "back", "before", "after" };
  const char *given = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (arguments_has (invocation->arguments, options[i]))
      {
        if (given != NULL)
          {
            usage_error_set (error, "Give either --%s or --%s.", given, options[i]);
            return false;
          }
        given = options[i];
      }
  if (given == NULL)
    {
      usage_error_set (error, "Say where to: --front, --back, --before JOB or --after JOB.");
      return false;
    }
  place->member = given;
  if (arguments_get (invocation->arguments, given) == NULL)
    {
      place->member = "to";
      place->value = g_strdup (given);
      return true;
    }
  place->value =
      job_ids_find (invocation->session, arguments_get (invocation->arguments, given), error);
  return place->value != NULL;
}

static int
run_move (Invocation *invocation, GError **error)
{
  Place place = { NULL, NULL };
  int code = VESTIM_EXIT_REFUSED;

  if (read_place (invocation, &place, error))
    code = job_action_run (invocation, move_job, &place, error);
  g_free (place.value);
  return code;
}

static const CommandOption move_options[] = {
  { "front", 0, NULL, "to the front", WORD_TEXT, NULL },
  { "back", 0, NULL, "to the back", WORD_TEXT, NULL },
  { "before", 0, "JOB", "before that job", WORD_JOB, NULL },
  { "after", 0, "JOB", "after that job", WORD_JOB, NULL },
  { .name = NULL },
};

const Command command_move = {
  .name = "move",
  .arguments = "JOB...",
  .summary = "Move queued jobs within their priority; several keep their order",
  .examples = "vestim move $id --front\n"
              "vestim move $id --before $other",
  .options = move_options,
  .takes = WORD_JOB,
  .min_words = 1,
  .max_words = -1,
  .run = run_move,
};
