/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/attempt/attempt.h"
#include "daemon/posix/lack.h"
#include "daemon/vestim-run/job-group.h"
#include "daemon/vestim-run/supervisor.h"

/* The job's process is made with vfork(): it runs in the shim's memory until it executes its
 * program, and makes only system calls. One that is made in a control group has a copy instead. A
 * pipe that exec closes says how far it came: nothing when the program runs, else the step that
 * failed and its errno. */

#define FIRST_FREE 10 /* lower descriptors get their meaning in the job */
#define SHOWN 256     /* bytes of a path that a sentence shows */

typedef enum
{
  STEP_PREPARE,
  STEP_GROUP,
  STEP_FOLDER,
  STEP_PROGRAM,
} Step;

typedef struct
{
  Step step;
  int error;
} Failure;

static __attribute__ ((noreturn)) void
report_and_exit (int report_fd, Step step, int error)
{
  Failure failure = { step, error };

  while (write (report_fd, &failure, sizeof failure) < 0 && errno == EINTR)
    ;
  _exit (127);
}

/* With the system call itself: the C library hides the signals below SIGRTMIN. */
static void
reset_signal (int signal)
{
  static const char defaults[64]; /* the kernel's struct sigaction, larger than on any machine */

  syscall (SYS_rt_sigaction, signal, defaults, NULL, _NSIG / 8);
}

/* A program inherits what is ignored: by the supervisor, and the hidden signals, which a daemon
 * with threads leaves ignored when it uses posix_spawn(). */
static void
reset_signals (void)
{
  sigset_t none;

  for (const int *ignored = supervisor_ignored; *ignored != 0; ignored++)
    reset_signal (*ignored);
  for (int hidden = __SIGRTMIN; hidden < SIGRTMIN; hidden++)
    reset_signal (hidden);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

static void
limit_open_files (int open_files)
{
  struct rlimit limit;

  if (open_files == 0 || getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = (rlim_t) open_files;
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* A limit that is already lower stays. */
static void
limit_address_space (int64_t bytes)
{
  struct rlimit limit;

  if (bytes == 0 || getrlimit (RLIMIT_AS, &limit) != 0 || limit.rlim_max < (rlim_t) bytes)
    return;
  limit.rlim_cur = limit.rlim_max = (rlim_t) bytes;
  setrlimit (RLIMIT_AS, &limit);
}

/* Moves it above 0 to 3, still close-on-exec. */
static int
move_up (int fd)
{
  return fcntl (fd, F_DUPFD_CLOEXEC, FIRST_FREE);
}

static int
place_descriptors (const ChildSpec *spec)
{
  int stdin_fd = spec->stdin_fd >= 0 ? spec->stdin_fd : open ("/dev/null", O_RDONLY | O_CLOEXEC);
  int input = stdin_fd < 0 ? -1 : move_up (stdin_fd);
  int log_fd = input < 0 ? -1 : move_up (spec->log_fd);
  int progress_fd = log_fd < 0 ? -1 : move_up (spec->progress_fd);

  if (progress_fd < 0 || dup2 (input, 0) < 0 || dup2 (log_fd, 1) < 0 || dup2 (log_fd, 2) < 0
      || dup2 (progress_fd, ATTEMPT_PROGRESS_FD) < 0)
    return -errno;
  return spec->has_terminal && ioctl (1, TIOCSCTTY, 0) != 0 ? -errno : 0;
}

static const char *
search_path (char *const *env)
{
  for (; *env != NULL; env++)
    if (strncmp (*env, "PATH=", 5) == 0)
      return *env + 5;
  return "/usr/local/bin:/usr/bin:/bin";
}

/* Like execvpe(), but with the job's own PATH, and it never hands a file to a shell. Returns errno.
 */
static int
execute (char *const *argv, char *const *env)
{
  char path[PATH_MAX];
  int error = ENOENT;

  if (strchr (argv[0], '/') != NULL || argv[0][0] == '\0')
    {
      execve (argv[0], argv, env);
      return errno;
    }
  for (const char *part = search_path (env), *next; part != NULL; part = next)
    {
      int length = (int) strcspn (part, ":");

      next = part[length] == ':' ? part + length + 1 : NULL;
      if (snprintf (path, sizeof path, "%.*s%s%s", length, part, length > 0 ? "/" : "./", argv[0])
          >= (int) sizeof path)
        continue;
      execve (path, argv, env);
      if (errno == EACCES)
        /* A later folder may have the program; if none has, this is the reason. A folder of PATH
         * that we may not enter does not count. */
        error = access (path, F_OK) == 0 ? EACCES : error;
      else if (errno != ENOENT && errno != ENOTDIR)
        return errno;
    }
  return error;
}

static bool
enter_group (int group)
{
  int fd = openat (group, "cgroup.procs", O_WRONLY | O_CLOEXEC);

  return fd >= 0 && write (fd, "0", 1) == 1;
}

/* Makes a process in the group, with a copy of our memory: to move one there later takes the kernel
 * some 10 ms. -1 on a kernel before 5.7, or where that is forbidden. */
static pid_t
fork_into (int group)
{
  struct clone_args args = { .flags = CLONE_INTO_CGROUP | CLONE_VFORK,
                             .exit_signal = SIGCHLD,
                             .cgroup = (uint64_t) group };

  return group < 0 ? -1 : (pid_t) syscall (SYS_clone3, &args, sizeof args);
}

/* Runs in the shim's memory, on its stack, while the shim waits in vfork(); or in a copy. */
static __attribute__ ((noinline, noreturn)) void
become_job (const ChildSpec *spec, bool must_move, pid_t shim, int report_fd)
{
  int report = move_up (report_fd);
  int r;

  /* The first call that needs a descriptor has shown whether one is left. */
  if (report < 0)
    report_and_exit (report_fd, STEP_PREPARE, errno);
  setsid ();
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != shim)
    _exit (127); /* it was killed before the kernel knew that we want to end with it */
  reset_signals ();
  if (must_move && !enter_group (spec->group) && spec->must_enter)
    report_and_exit (report, STEP_GROUP, errno);
  r = place_descriptors (spec);
  if (r < 0)
    report_and_exit (report, STEP_PREPARE, -r);
  if (fchdir (spec->folder) != 0 || (spec->cwd != NULL && chdir (spec->cwd) != 0))
    report_and_exit (report, STEP_FOLDER, errno);
  limit_open_files (spec->open_files);
  limit_address_space (spec->address_space);
  report_and_exit (report, STEP_PROGRAM, execute (spec->argv, spec->env));
}

static const char *
advice (int error, const char *program)
{
  switch (error)
    {
    case ENOENT:
      return strchr (program, '/') == NULL
                 ? "no folder of the job's PATH contains it; install it or give its full path"
                 : "check the path, and the interpreter that the first line of a script names";
    case EACCES:
    case EPERM:
      return "make the file executable (chmod +x), and check the permissions of its folders";
    case ENOEXEC:
      return "it is not a program for this machine; a script needs a first line such as #!/bin/sh";
    case E2BIG:
      return "arguments and environment are too large; pass the data in a file";
    default:
      return "free memory or disk space, then try again";
    }
}

/* The length of `text`, cut between two characters of UTF-8. */
static int
shown_length (const char *text)
{
  size_t length = strnlen (text, SHOWN);

  while (length == SHOWN && length > SHOWN - 4 && ((unsigned char) text[length] & 0xc0) == 0x80)
    length--;
  return (int) length;
}

static void
describe (const ChildSpec *spec, const Failure *failure, char *sentence, size_t size)
{
  const char *program = spec->argv[0], *why = strerror (failure->error);

  if (failure->step == STEP_PREPARE)
    snprintf (sentence, size, "cannot prepare the job's descriptors: %s; %s.", why,
              advice (failure->error, "/"));
  else if (failure->step == STEP_GROUP)
    snprintf (sentence, size, JOB_GROUP_FAULT, why);
  else if (failure->step == STEP_FOLDER)
    snprintf (sentence, size,
              "cannot enter the folder '%.*s': %s; create it and retry, or give a new job another "
              "\"cwd\".",
              spec->cwd == NULL ? 1 : shown_length (spec->cwd), spec->cwd == NULL ? "." : spec->cwd,
              why);
  else
    snprintf (sentence, size, "cannot start '%.*s': %s; %s.", shown_length (program), program, why,
              advice (failure->error, program));
}

int
child_start (const ChildSpec *spec, pid_t *pid, char *sentence, size_t size)
{
  pid_t shim = getpid (), child;
  Failure failure;
  int ends[2], error;
  ssize_t n;

  sentence[0] = '\0';
  if (pipe2 (ends, O_CLOEXEC) != 0)
    return -errno;
  child = fork_into (spec->group);
  if (child == 0)
    become_job (spec, false, shim, ends[1]);
  if (child < 0)
    child = vfork ();
  error = errno;
  if (child == 0)
    become_job (spec, spec->group >= 0, shim, ends[1]);
  *pid = child;
  close (ends[1]);
  if (child < 0)
    {
      close (ends[0]);
      return -error;
    }
  /* A successful exec closes the other end. */
  do
    n = read (ends[0], &failure, sizeof failure);
  while (n < 0 && errno == EINTR);
  close (ends[0]);
  if (n == (ssize_t) sizeof failure)
    {
      waitpid (child, NULL, 0);
      if (lack_is (failure.error))
        return -failure.error;
      describe (spec, &failure, sentence, size);
    }
  return 0;
}
