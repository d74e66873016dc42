/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/base/isolated.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SECONDS 300 /* of processor time */

/* AddressSanitizer reserves more than any limit. */
#if defined(__SANITIZE_ADDRESS__)
#define CAN_LIMIT_MEMORY false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAN_LIMIT_MEMORY false
#endif
#endif
#ifndef CAN_LIMIT_MEMORY
#define CAN_LIMIT_MEMORY true
#endif

static size_t
memory_in_use (void)
{
  size_t pages = 0;
  FILE *file = fopen ("/proc/self/statm", "re");

  if (file && fscanf (file, "%zu", &pages) != 1)
    pages = 0;
  if (file)
    fclose (file);
  return pages * (size_t) sysconf (_SC_PAGESIZE);
}

static void
limit (int resource, size_t most)
{
  const struct rlimit limits = { .rlim_cur = most, .rlim_max = most };

  setrlimit (resource, &limits);
}

/* What the library prints, and what its crash leaves, is not for the user. */
static void
be_quiet (void)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
    dup2 (null, fd);
  limit (RLIMIT_CORE, 0);
}

static _Noreturn void
run_child (IsolatedWork work, void *user, size_t max_memory, int fd, pid_t parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != parent)
    _exit (EXIT_FAILURE);

  be_quiet ();
  limit (RLIMIT_CPU, MAX_SECONDS);
  if (CAN_LIMIT_MEMORY)
    limit (RLIMIT_AS, memory_in_use () + max_memory);

  FILE *out = fdopen (fd, "w");
  if (!out)
    _exit (EXIT_FAILURE);
  work (out, user);
  _exit (fclose (out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static IsolatedEnd
wait_for (pid_t child)
{
  int status = 0;

  while (waitpid (child, &status, 0) < 0)
    if (errno != EINTR)
      return ISOLATED_FAILED;

  if (WIFEXITED (status) && WEXITSTATUS (status) == EXIT_SUCCESS)
    return ISOLATED_DONE;
  /* GLib traps when it gets no memory. */
  if (WIFEXITED (status) || WTERMSIG (status) == SIGXCPU || WTERMSIG (status) == SIGTRAP)
    return ISOLATED_LIMITED;
  return ISOLATED_CRASHED;
}

/* Nobody else has the file when the child is gone. */
static IsolatedEnd
map_result (int fd, IsolatedResult *result)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || info.st_size == 0)
    return ISOLATED_FAILED;

  void *bytes = mmap (NULL, (size_t) info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED)
    return ISOLATED_FAILED;
  *result = (IsolatedResult){ .bytes = bytes, .length = (size_t) info.st_size };
  return ISOLATED_DONE;
}

IsolatedEnd
isolated_run (IsolatedWork work, void *user, size_t max_memory, IsolatedResult *result)
{
  int fd = memfd_create ("result", MFD_CLOEXEC);
  pid_t parent = getpid (), child = fd >= 0 ? fork () : -1;

  if (child == 0)
    run_child (work, user, max_memory, fd, parent);

  IsolatedEnd end = child > 0 ? wait_for (child) : ISOLATED_FAILED;
  if (end == ISOLATED_DONE)
    end = map_result (fd, result);
  if (fd >= 0)
    close (fd);
  return end;
}

void
isolated_clear (IsolatedResult *result)
{
  if (result->bytes)
    munmap ((void *) result->bytes, result->length);
  *result = (IsolatedResult){ 0 };
}
