/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/attempt-spec.h"

#include <glib.h>
#include <string.h>

#include "common/estimation/vestim-evaluation.h"
#include "common/job/vestim-resources.h"
#include "common/json/vestim-fields.h"

/* `(transfer full)` the selections as the program gets them: it knows no IDs of jobs. */
static char *
dup_selections (const VestimJob *job, const char *jobs_dir)
{
  if (job->kind != VESTIM_JOB_KIND_EVALUATION)
    return g_strdup (job->selections);

  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (job->selections);
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autoptr (VestimEvaluation) evaluation =
      vestim_evaluation_read (vestim_json_root (doc), "selections", faults);

  return evaluation != NULL ? vestim_evaluation_dup_json (evaluation, jobs_dir)
                            : g_strdup (job->selections);
}

static char *
make_job_json (const VestimJob *job, const char *jobs_dir)
{
  g_autofree char *selections = dup_selections (job, jobs_dir);
  GString *out = g_string_sized_new (256 + strlen (selections));

  g_string_append (out, "{\"job_id\":");
  vestim_json_append_string (out, job->id);
  g_string_append (out, ",\"name\":");
  vestim_json_append_string (out, job->name);
  g_string_append (out, ",\"kind\":");
  vestim_json_append_string (out, vestim_job_kind_name (job->kind));
  g_string_append_printf (out, ",\"attempt\":%d,\"fresh\":%s,\"selections\":%s}\n", job->attempt,
                          job->fresh ? "true" : "false", selections);
  return g_string_free (out, false);
}

VestimCommand *
attempt_read_command (const VestimJob *job)
{
  g_autoptr (VestimJsonDoc) doc =
      vestim_json_parse (job->selections, strlen (job->selections), NULL);
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();

  return doc != NULL ? vestim_command_read (vestim_json_root (doc), "selections", faults) : NULL;
}

static AttemptLimits
read_limits (const VestimJob *job)
{
  VestimResources resources = vestim_resources_parse (job->resources);
  int64_t bytes = resources.memory_mb << 20;

  switch (resources.enforce)
    {
    case VESTIM_ENFORCE_CGROUP:
      return (AttemptLimits){ .memory_max = bytes, .cpus = resources.cpus };
    case VESTIM_ENFORCE_RLIMIT:
      return (AttemptLimits){ .address_space = bytes };
    case VESTIM_ENFORCE_NO:
      break;
    }
  return (AttemptLimits){ 0 };
}

bool
owned_spec_init (OwnedSpec *owned, const VestimJob *job, const char *jobs_dir,
                 const char *estimator)
{
  static const char *const nothing[] = { NULL };

  *owned = (OwnedSpec){ 0 };
  owned->folder = g_build_filename (jobs_dir, job->id, NULL);
  owned->json = make_job_json (job, jobs_dir);
  owned->spec = (AttemptSpec){
    .job_id = job->id,
    .folder = owned->folder,
    .attempt = job->attempt,
    .was_seen = job->state == VESTIM_JOB_RUNNING && job->started_at != 0,
    .argv = owned->argv,
    .env_set = nothing,
    .env_unset = nothing,
    .limits = read_limits (job),
    .job_json = owned->json,
    .must_finish = job->intent == VESTIM_JOB_INTENT_FINISH,
    .is_paused = job->paused,
  };
  if (job->kind != VESTIM_JOB_KIND_COMMAND)
    {
      owned->argv[0] = estimator;
      owned->argv[1] = owned->folder;
      return true;
    }
  owned->command = attempt_read_command (job);
  if (owned->command == NULL)
    return false;
  owned->spec.argv = (const char *const *) owned->command->argv;
  owned->spec.cwd = owned->command->cwd;
  owned->spec.env_set = (const char *const *) owned->command->env_set;
  owned->spec.env_unset = (const char *const *) owned->command->env_unset;
  owned->spec.timeout_s = owned->command->timeout_s;
  owned->spec.options = (AttemptOptions){
    .stop_signal = owned->command->stop_signal,
    .has_stop_grace = owned->command->has_stop_grace,
    .stop_grace_s = owned->command->stop_grace_s,
    .keeps_leftovers = owned->command->keep_leftovers,
    .has_terminal = owned->command->pty,
    .has_timestamps = owned->command->log_timestamps,
    .stdin_path = owned->command->stdin_path,
  };
  return true;
}

void
owned_spec_deinit (OwnedSpec *owned)
{
  vestim_command_free (owned->command);
  g_free (owned->folder);
  g_free (owned->json);
}
