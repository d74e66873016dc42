/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/hooks/hooks.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/posix/fd.h"
#include "daemon/vestimd/hooks/hook-process.h"
#include "daemon/vestimd/sys/completion-queue.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/own-variables.h"

/* The registry is the queue, however many jobs end at once: a few entries are read ahead, each then
 * runs on a thread of its own, comes back through `ended`, and is removed from the registry. */

#define MODULE "hooks"
#define MAX_RUNNING 4
#define READ_AHEAD 16
#define LIMIT_MS 30000
#define GRACE_MS 2000
#define CLOSE_MS 1000      /* for the hooks that run when the daemon stops */
#define CLOSE_GRACE_MS 500 /* and from their SIGTERM to their SIGKILL */
#define RETRY_MS 2000      /* after a failure of the registry, or of the start of a thread */
#define MAX_LINE 512       /* bytes of output in a line of the log */

extern char **environ;

typedef struct
{
  Completion completion; /* the first member: posted when the hook has ended */
  Hooks *hooks;
  RegistryHook *entry;
  char **environment;
  uv_thread_t thread;
  HookResult result;
  unsigned grace_ms;
} HookRun;

struct Hooks
{
  HooksConfig config;
  CompletionQueue ended;
  GQueue waiting; /* of RegistryHook */
  unsigned n_running;
  GArray *done;    /* of int64_t: IDs to be removed from the registry */
  int64_t last_id; /* the highest that was read */
  bool may_have_more;
  bool is_reading;
  bool is_removing;
  int cancel_fd; /* becomes readable when the hooks shall end */
  uv_timer_t timer;
  bool is_closing;
  void (*closed) (void *user);
  void *closed_user;
};

static void work_on (Hooks *hooks);
static void retry_later (Hooks *hooks);

/* ---- What it said ---- */

static void
log_output (const HookRun *run)
{
  g_auto (GStrv) lines = g_strsplit (run->result.output->str, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0')
      log_info (MODULE, "hook output id=%s text=\"%.*s%s\"", run->entry->job_id, MAX_LINE, *line,
                strlen (*line) > MAX_LINE ? "…" : "");
  if (run->result.n_dropped > 0)
    log_info (MODULE, "hook output left out id=%s bytes=%zu", run->entry->job_id,
              run->result.n_dropped);
}

static void
log_end (const HookRun *run)
{
  const HookResult *result = &run->result;
  const char *id = run->entry->job_id;

  log_output (run);
  if (result->error != 0)
    log_warning (MODULE, "hook not started id=%s program=\"%s\" error=\"%s\"", id,
                 run->hooks->config.program, strerror (result->error));
  else if (result->is_cancelled)
    log_info (MODULE, "hook ended by the stop, the next start runs it again id=%s", id);
  else if (result->is_late)
    log_warning (MODULE, "hook ended at its time limit id=%s limit_s=%u", id,
                 run->hooks->config.limit_ms / 1000);
  else if (WIFSIGNALED (result->status))
    log_warning (MODULE, "hook failed id=%s signal=%s", id,
                 sigabbrev_np (WTERMSIG (result->status)));
  else if (WEXITSTATUS (result->status) != 0)
    log_warning (MODULE, "hook failed id=%s exit_code=%d", id, WEXITSTATUS (result->status));
  else
    log_debug (MODULE, "hook done id=%s", id);
}

static void
count_end (const HookRun *run)
{
  const HookResult *result = &run->result;
  bool is_done =
      result->error == 0 && WIFEXITED (result->status) && WEXITSTATUS (result->status) == 0;
  HookOutcome outcome = result->is_late ? HOOK_LATE : is_done ? HOOK_DONE : HOOK_FAILED;

  if (!result->is_cancelled)
    run->hooks->config.stats->n_hooks[outcome]++;
}

/* ---- The registry ---- */

typedef struct
{
  Hooks *hooks;
  GArray *ids;
} Removal;

static void
on_removed (void *user, int status)
{
  Removal *removal = user;
  Hooks *hooks = removal->hooks;

  hooks->is_removing = false;
  if (status != 0 && !hooks->is_closing)
    {
      g_array_append_vals (hooks->done, removal->ids->data, removal->ids->len);
      retry_later (hooks);
    }
  g_array_unref (removal->ids);
  g_free (removal);
  if (status == 0 || hooks->is_closing)
    work_on (hooks);
}

/* While one removal is under way, the next ones gather. */
static void
remove_done (Hooks *hooks)
{
  RegistryTransaction *transaction;
  Removal *removal;

  if (hooks->is_removing || hooks->done->len == 0)
    return;
  hooks->is_removing = true;
  transaction = registry_transaction_new ();
  removal = g_new0 (Removal, 1);
  removal->hooks = hooks;
  removal->ids = g_steal_pointer (&hooks->done);
  hooks->done = g_array_new (FALSE, FALSE, sizeof (int64_t));
  for (unsigned i = 0; i < removal->ids->len; i++)
    registry_transaction_remove_hook (transaction, g_array_index (removal->ids, int64_t, i));
  registry_submit (hooks->config.registry, transaction, on_removed, removal);
}

static void
on_read (void *user, int status, GPtrArray *entries)
{
  Hooks *hooks = user;

  hooks->is_reading = false;
  if (status != 0)
    {
      hooks->may_have_more = true;
      retry_later (hooks);
    }
  else if (entries->len == READ_AHEAD)
    hooks->may_have_more = true;
  for (unsigned i = 0; i < entries->len; i++)
    {
      RegistryHook *entry = entries->pdata[i];

      hooks->last_id = entry->id;
      g_queue_push_tail (&hooks->waiting, entry);
    }
  g_ptr_array_unref (entries);
  if (status == 0 || hooks->is_closing)
    work_on (hooks);
}

static void
read_ahead (Hooks *hooks)
{
  if (hooks->is_reading || !hooks->may_have_more || hooks->is_closing
      || hooks->waiting.length >= MAX_RUNNING)
    return;
  hooks->is_reading = true;
  hooks->may_have_more = false;
  registry_read_hooks (hooks->config.registry, hooks->last_id, READ_AHEAD, on_read, hooks);
}

/* ---- Running ---- */

static void
run_free (HookRun *run)
{
  registry_hook_free (run->entry);
  g_strfreev (run->environment);
  g_string_free (run->result.output, TRUE);
  g_free (run);
}

static void
deliver_run (Completion *completion)
{
  HookRun *run = (HookRun *) completion;
  Hooks *hooks = run->hooks;

  uv_thread_join (&run->thread);
  log_end (run);
  count_end (run);
  if (!run->result.is_cancelled)
    g_array_append_val (hooks->done, run->entry->id);
  run_free (run);
  hooks->n_running--;
  work_on (hooks);
}

static void
run_thread (void *data)
{
  HookRun *run = data;
  const HooksConfig *config = &run->hooks->config;
  const HookProcess process = {
    .program = config->program,
    .environment = run->environment,
    .folder = config->folder,
    .input = run->entry->job,
    .input_length = strlen (run->entry->job),
    .limit_ms = config->limit_ms,
    .grace_ms = GRACE_MS,
    .cancel_grace_ms = CLOSE_GRACE_MS,
    .cancel_fd = run->hooks->cancel_fd,
  };

  hook_process_run (&process, &run->result);
  completion_queue_post (&run->hooks->ended, &run->completion, &run->completion);
}

static char **
make_environment (const Hooks *hooks, const RegistryHook *entry)
{
  GPtrArray *variables = g_ptr_array_new ();

  for (char *const *variable = environ; *variable != NULL; variable++)
    if (!own_variables_has (*variable))
      g_ptr_array_add (variables, g_strdup (*variable));
  g_ptr_array_add (variables, g_strconcat ("VESTIM_JOB_ID=", entry->job_id, NULL));
  g_ptr_array_add (variables, g_strconcat ("VESTIM_JOB_STATUS=", entry->status, NULL));
  g_ptr_array_add (
      variables, g_strconcat ("VESTIM_JOB_DIR=", hooks->config.jobs_dir, "/", entry->job_id, NULL));
  g_ptr_array_add (variables, NULL);
  return (char **) g_ptr_array_free (variables, FALSE);
}

/* False when there is no thread for it at the moment: it stays the first one of `waiting`. */
static bool
run_next (Hooks *hooks)
{
  HookRun *run = g_new0 (HookRun, 1);

  run->completion.deliver = deliver_run;
  run->hooks = hooks;
  run->entry = g_queue_pop_head (&hooks->waiting);
  run->environment = make_environment (hooks, run->entry);
  run->result.output = g_string_new (NULL);
  if (uv_thread_create (&run->thread, run_thread, run) == 0)
    {
      hooks->n_running++;
      return true;
    }
  g_queue_push_head (&hooks->waiting, g_steal_pointer (&run->entry));
  run_free (run);
  return false;
}

static void
drop_waiting (Hooks *hooks)
{
  RegistryHook *entry;

  while ((entry = g_queue_pop_head (&hooks->waiting)) != NULL)
    {
      log_warning (MODULE, "hook not run, vestimd.conf has no on_end any more id=%s status=%s",
                   entry->job_id, entry->status);
      g_array_append_val (hooks->done, entry->id);
      registry_hook_free (entry);
    }
}

/* ---- The end ---- */

static void
on_ended_closed (void *user)
{
  Hooks *hooks = user;

  fd_clear (&hooks->cancel_fd);
  g_queue_clear_full (&hooks->waiting, registry_hook_free);
  g_array_unref (hooks->done);
  hooks->closed (hooks->closed_user);
  g_free (hooks);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  Hooks *hooks = handle->data;

  completion_queue_close (&hooks->ended, on_ended_closed, hooks);
}

static void
cancel (Hooks *hooks)
{
  if (eventfd_write (hooks->cancel_fd, 1) < 0)
    log_error (MODULE, "hooks cannot be ended error=\"%s\"", strerror (errno));
}

static void
close_if_done (Hooks *hooks)
{
  if (hooks->n_running == 0 && !hooks->is_reading && !hooks->is_removing
      && !uv_is_closing ((uv_handle_t *) &hooks->timer))
    uv_close ((uv_handle_t *) &hooks->timer, on_timer_closed);
}

static void
on_timer (uv_timer_t *timer)
{
  Hooks *hooks = timer->data;

  if (hooks->is_closing)
    cancel (hooks);
  else
    work_on (hooks);
}

static void
retry_later (Hooks *hooks)
{
  if (!hooks->is_closing)
    uv_timer_start (&hooks->timer, on_timer, RETRY_MS, 0);
}

/* All that can be done now. */
static void
work_on (Hooks *hooks)
{
  if (hooks->config.program == NULL)
    drop_waiting (hooks);
  while (!hooks->is_closing && hooks->waiting.length > 0 && hooks->n_running < MAX_RUNNING)
    if (!run_next (hooks))
      {
        retry_later (hooks);
        break;
      }
  remove_done (hooks);
  read_ahead (hooks);
  if (hooks->is_closing)
    close_if_done (hooks);
}

/* ---- The life ---- */

Hooks *
hooks_new (const HooksConfig *config)
{
  Hooks *hooks = g_new0 (Hooks, 1);

  hooks->config = *config;
  if (hooks->config.limit_ms == 0)
    hooks->config.limit_ms = LIMIT_MS;
  hooks->done = g_array_new (FALSE, FALSE, sizeof (int64_t));
  g_queue_init (&hooks->waiting);
  hooks->cancel_fd = eventfd (0, EFD_CLOEXEC);
  completion_queue_open (&hooks->ended, config->loop);
  uv_timer_init (config->loop, &hooks->timer);
  hooks->timer.data = hooks;
  return hooks;
}

void
hooks_wake (Hooks *hooks)
{
  hooks->may_have_more = true;
  read_ahead (hooks);
}

void
hooks_close (Hooks *hooks, void (*closed) (void *user), void *user)
{
  assert (!hooks->is_closing);
  hooks->is_closing = true;
  hooks->closed = closed;
  hooks->closed_user = user;
  uv_timer_start (&hooks->timer, on_timer, CLOSE_MS, 0);
  work_on (hooks);
}
