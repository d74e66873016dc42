/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/attempt-spec.h"

#include <glib.h>
#include <string.h>

#include "common/json/vestim-fields.h"

static char *
make_job_json (const VestimJob *job)
{
  GString *out = g_string_sized_new (256 + strlen (job->selections));

  g_string_append (out, "{\"job_id\":");
  vestim_json_append_string (out, job->id);
  g_string_append (out, ",\"name\":");
  vestim_json_append_string (out, job->name);
  g_string_append (out, ",\"kind\":");
  vestim_json_append_string (out, vestim_job_kind_name (job->kind));
  g_string_append_printf (out, ",\"attempt\":%d,\"fresh\":%s,\"selections\":%s}\n", job->attempt,
                          job->fresh ? "true" : "false", job->selections);
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

bool
owned_spec_init (OwnedSpec *owned, const VestimJob *job, const char *jobs_dir,
                 const char *estimator)
{
  static const char *const nothing[] = { NULL };

  *owned = (OwnedSpec){ 0 };
  owned->folder = g_build_filename (jobs_dir, job->id, NULL);
  owned->json = make_job_json (job);
  owned->spec = (AttemptSpec){
    .job_id = job->id,
    .folder = owned->folder,
    .attempt = job->attempt,
    .was_seen = job->state == VESTIM_JOB_RUNNING && job->started_at != 0,
    .argv = owned->argv,
    .env_set = nothing,
    .env_unset = nothing,
    .job_json = owned->json,
  };
  if (job->kind == VESTIM_JOB_KIND_ESTIMATION)
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
  return true;
}

void
owned_spec_deinit (OwnedSpec *owned)
{
  vestim_command_free (owned->command);
  g_free (owned->folder);
  g_free (owned->json);
}
