/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/atomic-file.h"
#include "daemon/posix/fd.h"
#include "daemon/posix/process.h"
#include "daemon/posix/spawn-attributes.h"
#include "daemon/vestimd/jobs/executor/local-attempt.h"
#include "daemon/vestimd/jobs/executor/shim-search.h"
#include "daemon/vestimd/sys/log.h"
#include "daemon/vestimd/sys/own-variables.h"

/* The shim is started with posix_spawn(), which does not copy the daemon's memory, with an empty
 * environment, all signals at their defaults, in a session of its own. Arguments and environment of
 * the job travel in a memory file: the job's variables must not act on the shim, and too many of
 * them must fail in the job's exec, where the shim can record it. */

#define FIRST_FREE 10 /* lower descriptors get their meaning in the shim */
#define INPUT_FD 3
#define READY_FD 4

/* ---- What the job gets ---- */

/* The variables are a set of borrowed strings "NAME=value", of which the name counts. A name alone
 * is a key for it. */
static guint
hash_name (const void *variable)
{
  guint hash = 5381;

  for (const char *c = variable; *c != '\0' && *c != '='; c++)
    hash = hash * 33 + (unsigned char) *c;
  return hash;
}

static gboolean
equal_names (const void *a, const void *b)
{
  size_t length = strcspn (a, "=");

  return length == strcspn (b, "=") && memcmp (a, b, length) == 0;
}

static void
put_variable (GHashTable *variables, const char *variable)
{
  if (strchr (variable, '=') != NULL)
    g_hash_table_add (variables, (char *) variable);
}

static void
put_missing (GHashTable *variables, const char *variable)
{
  if (!g_hash_table_contains (variables, variable))
    put_variable (variables, variable);
}

static GHashTable *
make_environment (const AttemptSpec *spec, char *const *environment)
{
  GHashTable *variables = g_hash_table_new (hash_name, equal_names);

  for (; environment != NULL && *environment != NULL; environment++)
    if (!own_variables_has (*environment))
      put_variable (variables, *environment);
  for (unsigned i = 0; spec->env_unset != NULL && spec->env_unset[i] != NULL; i++)
    g_hash_table_remove (variables, spec->env_unset[i]);
  for (unsigned i = 0; spec->env_set != NULL && spec->env_set[i] != NULL; i++)
    put_variable (variables, spec->env_set[i]);
  for (unsigned i = 0; spec->env_slots != NULL && spec->env_slots[i] != NULL; i++)
    put_variable (variables, spec->env_slots[i]);
  for (unsigned i = 0; spec->env_extra != NULL && spec->env_extra[i] != NULL; i++)
    put_missing (variables, spec->env_extra[i]);
  return variables;
}

/* With the NUL. */
static void
append_string (GString *block, const char *string)
{
  g_string_append_len (block, string, (gssize) strlen (string) + 1);
}

GString *
local_make_input (const AttemptSpec *spec, char *const *environment)
{
  g_autoptr (GHashTable) variables = make_environment (spec, environment);
  GString *block = g_string_new (NULL);
  GHashTableIter iter;
  void *variable;

  g_string_append_printf (block, "%u %u", g_strv_length ((char **) spec->argv),
                          g_hash_table_size (variables));
  g_string_append_c (block, '\0');
  for (unsigned i = 0; spec->argv[i] != NULL; i++)
    append_string (block, spec->argv[i]);
  g_hash_table_iter_init (&iter, variables);
  while (g_hash_table_iter_next (&iter, &variable, NULL))
    append_string (block, variable);
  return block;
}

/* ---- The job folder ---- */

/* Opens it; a descriptor or -errno. A link that an earlier attempt put in its place is removed, and
 * a missing folder is made. */
static int
open_folder (const ExecutorAttempt *attempt)
{
  const char *folder = attempt->spec.folder;
  struct stat status;

  if (lstat (folder, &status) == 0 && S_ISLNK (status.st_mode) && unlink (folder) == 0)
    log_warning (EXECUTOR_MODULE, "removed a link that replaced the job folder id=%s",
                 attempt->spec.job_id);
  if (mkdir (folder, 0700) != 0 && errno == ENOENT)
    {
      g_autofree char *parent = g_path_get_dirname (folder);

      if (mkdir (parent, 0700) == 0)
        log_warning (EXECUTOR_MODULE, "the folder of the job folders was missing folder=%s",
                     parent);
      if (mkdir (folder, 0700) != 0)
        return -errno;
    }
  return fd_open_folder (folder);
}

static int
write_finish_file (int folder)
{
  return atomic_file_write (folder, ATTEMPT_FINISH_FILE, "", 0, ATOMIC_FILE_MAKE_WAY);
}

/* What the program finds at its start. Not flushed: the registry has it, and each start writes it
 * again. */
static int
write_orders (ExecutorAttempt *attempt, int folder)
{
  const char *text = attempt->spec.job_json;
  int r = atomic_file_write (folder, ATTEMPT_JOB_FILE, text, strlen (text), ATOMIC_FILE_MAKE_WAY);

  if (r == 0)
    r = local_mark_pause (attempt, folder);
  if (r == 0 && attempt->worker.must_finish)
    return write_finish_file (folder);
  unlinkat (folder, ATTEMPT_FINISH_FILE, 0); /* of the attempt before */
  return r;
}

static void
set_aside (const ExecutorAttempt *attempt, int folder, const char *name)
{
  int r = fd_move (folder, name, folder);

  log_warning (
      EXECUTOR_MODULE,
      "moved aside a file that names an attempt that has not begun id=%s attempt=%d file=%s "
      "error=\"%s\"",
      attempt->spec.job_id, attempt->spec.number, name, r < 0 ? strerror (-r) : "none");
}

/* A job or a user may have written a record of a future attempt, or the folder may be newer than a
 * restored registry. Such a record would end the attempt before it began. */
static void
set_foreign_records_aside (ExecutorAttempt *attempt, int folder)
{
  ExitRecord exit_record;
  LockRecord lock_record;

  if (!attempt->worker.is_new)
    return;
  attempt->worker.is_new = false;
  exit_record_read (folder, &exit_record);
  if (exit_record.attempt >= attempt->spec.number)
    set_aside (attempt, folder, ATTEMPT_EXIT_FILE);
  exit_record_clear (&exit_record);
  lock_record_read (folder, &lock_record);
  if (lock_record.attempt >= attempt->spec.number && lock_record_find_holder (folder) == 0)
    set_aside (attempt, folder, ATTEMPT_LOCK_FILE);
}

static int
prepare_folder (ExecutorAttempt *attempt)
{
  int folder = open_folder (attempt);
  int r = folder < 0 ? folder : write_orders (attempt, folder);

  if (r == 0)
    set_foreign_records_aside (attempt, folder);
  else
    {
      local_result_set_error (&attempt->worker.result,
                              "Cannot write '%s/" ATTEMPT_JOB_FILE
                              "': %s. Free some space or repair the folder, then retry.",
                              attempt->spec.folder, fd_describe_error (r));
      local_result_note_errno (&attempt->worker.result, -r);
    }
  fd_clear (&folder);
  return r;
}

void
local_ask_to_finish (ExecutorAttempt *attempt)
{
  int folder, r;

  if (!attempt->worker.must_finish || attempt->worker.is_marked)
    return;
  folder = fd_open_folder (attempt->spec.folder);
  r = folder < 0 ? folder : write_finish_file (folder);
  fd_clear (&folder);
  attempt->worker.is_marked = r == 0;
  if (r < 0)
    log_warning (EXECUTOR_MODULE, "cannot ask the job to finish id=%s error=%s",
                 attempt->spec.job_id, fd_describe_error (r));
}

/* ---- The shim ---- */

/* Moves it above the numbers that get a meaning in the shim. */
static int
move_up (int fd)
{
  int moved = fd < 0 ? -1 : fcntl (fd, F_DUPFD_CLOEXEC, FIRST_FREE);
  int r = moved < 0 ? -errno : moved;

  if (fd >= 0)
    close (fd);
  return r;
}

static int
make_input_file (const GString *input)
{
  int fd = move_up (memfd_create ("vestim-run-input", MFD_CLOEXEC));
  int r;

  if (fd < 0)
    return fd;
  r = fd_write_all (fd, input->str, input->len);
  if (r == 0)
    return fd;
  close (fd);
  return r;
}

static int
spawn (ExecutorAttempt *attempt, GPtrArray *argv, int input_fd, int ready_fd)
{
  char *environment[] = { NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t blocked;
  Shim shim = { .pidfd = -1, .is_child = true };
  int r;

  g_ptr_array_add (argv, NULL);
  posix_spawn_file_actions_init (&actions);
  /* A stop that comes before the shim handles SIGTERM must wait, not kill it. */
  sigemptyset (&blocked);
  sigaddset (&blocked, SIGTERM);
  sigaddset (&blocked, SIGUSR1);
  spawn_attributes_init (&attributes, &blocked);
  for (int fd = 0; fd <= 2; fd++)
    posix_spawn_file_actions_addopen (&actions, fd, "/dev/null", O_RDWR, 0);
  if (input_fd >= 0)
    posix_spawn_file_actions_adddup2 (&actions, input_fd, INPUT_FD);
  if (ready_fd >= 0)
    posix_spawn_file_actions_adddup2 (&actions, ready_fd, READY_FD);
  r = posix_spawn (&shim.pid, attempt->executor->shim, &actions, &attributes,
                   (char *const *) argv->pdata, environment);
  posix_spawn_file_actions_destroy (&actions);
  posix_spawnattr_destroy (&attributes);
  if (r != 0)
    {
      local_result_set_error (&attempt->worker.result,
                              "Cannot start '%s': %s. Check the installation, then retry.",
                              attempt->executor->shim, strerror (r));
      local_result_note_errno (&attempt->worker.result, r);
      return -r;
    }
  if (!attempt->executor->without_pidfd)
    shim.pidfd = process_open (shim.pid);
  attempt->worker.shim = shim;
  return 0;
}

static void
add_option (GPtrArray *argv, const char *name, char *value)
{
  g_ptr_array_add (argv, g_strdup (name));
  g_ptr_array_add (argv, value);
}

/* The cleanup needs them as well. */
static void
add_stop (const ExecutorAttempt *attempt, GPtrArray *argv)
{
  const AttemptOptions *options = &attempt->spec.options;
  char grace[G_ASCII_DTOSTR_BUF_SIZE];

  if (options->stop_signal > 0)
    add_option (argv, "--stop-signal", g_strdup_printf ("%d", options->stop_signal));
  if (options->has_stop_grace)
    add_option (argv, "--stop-grace",
                g_strdup (g_ascii_dtostr (grace, sizeof grace, options->stop_grace_s)));
}

/* `option` is (nullable). */
static GPtrArray *
new_argv (const ExecutorAttempt *attempt, const char *option)
{
  const ShimName name = {
    .folder = attempt->spec.folder,
    .job_id = attempt->spec.job_id,
    .attempt = attempt->spec.number,
  };
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup (SHIM_PROGRAM));
  if (option != NULL)
    g_ptr_array_add (argv, g_strdup (option));
  shim_name_append (&name, argv);
  if (attempt->executor->cgroup != NULL)
    add_option (argv, "--cgroup", g_strdup (attempt->executor->cgroup));
  add_stop (attempt, argv);
  return argv;
}

static void
add_flag (GPtrArray *argv, const char *name, bool is_set)
{
  if (is_set)
    g_ptr_array_add (argv, g_strdup (name));
}

static void
add_options (const ExecutorAttempt *attempt, GPtrArray *argv)
{
  const AttemptOptions *options = &attempt->spec.options;

  add_flag (argv, "--keep-leftovers", options->keeps_leftovers);
  add_flag (argv, "--pty", options->has_terminal);
  add_flag (argv, "--log-timestamps", options->has_timestamps);
  if (options->stdin_path != NULL)
    add_option (argv, "--stdin", g_strdup (options->stdin_path));
}

static void
add_limits (const ExecutorAttempt *attempt, GPtrArray *argv)
{
  const AttemptLimits *limits = &attempt->spec.limits;

  if (limits->memory_max > 0)
    add_option (argv, "--memory-max", g_strdup_printf ("%" PRId64, limits->memory_max));
  if (limits->cpus > 0)
    add_option (argv, "--cpu-max", g_strdup_printf ("%d", limits->cpus));
  if (limits->address_space > 0)
    add_option (argv, "--address-space", g_strdup_printf ("%" PRId64, limits->address_space));
  if (attempt->executor->oom_group != NULL)
    add_option (argv, "--oom-group", g_strdup (attempt->executor->oom_group));
}

static int
spawn_job (ExecutorAttempt *attempt, int input_fd, int ready_fd)
{
  g_autoptr (GPtrArray) argv = new_argv (attempt, NULL);
  char timeout[G_ASCII_DTOSTR_BUF_SIZE];

  add_option (argv, "--input", g_strdup_printf ("%d", INPUT_FD));
  add_option (argv, "--ready", g_strdup_printf ("%d", READY_FD));
  if (attempt->spec.timeout_s > 0)
    add_option (argv, "--timeout",
                g_strdup (g_ascii_dtostr (timeout, sizeof timeout, attempt->spec.timeout_s)));
  if (attempt->executor->open_files > 0)
    add_option (argv, "--open-files", g_strdup_printf ("%lu", attempt->executor->open_files));
  if (attempt->spec.cwd != NULL)
    add_option (argv, "--cwd", g_strdup (attempt->spec.cwd));
  add_options (attempt, argv);
  add_limits (attempt, argv);
  return spawn (attempt, argv, input_fd, ready_fd);
}

int
local_launch (ExecutorAttempt *attempt)
{
  int ends[2] = { -1, -1 };
  int input_fd, ready_fd, r = prepare_folder (attempt);

  if (r < 0)
    return r;
  input_fd = make_input_file (attempt->spec.input);
  ready_fd = pipe2 (ends, O_CLOEXEC) == 0 ? move_up (ends[1]) : -errno;
  if (input_fd < 0 || ready_fd < 0)
    {
      r = input_fd < 0 ? input_fd : ready_fd;
      local_result_set_error (&attempt->worker.result,
                              "Cannot start the job: %s. Free memory or disk space, then retry.",
                              strerror (-r));
      local_result_note_errno (&attempt->worker.result, -r);
    }
  else
    r = spawn_job (attempt, input_fd, ready_fd);
  fd_clear (&input_fd);
  fd_clear (&ready_fd);
  if (r == 0)
    attempt->worker.ready_fd = ends[0];
  else
    fd_clear (&ends[0]);
  return r;
}

int
local_clean_up (ExecutorAttempt *attempt)
{
  g_autoptr (GPtrArray) argv = new_argv (attempt, "--end");

  return spawn (attempt, argv, -1, -1);
}
