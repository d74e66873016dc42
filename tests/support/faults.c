/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Makes calls of the C library fail: a preloaded library, for tests alone. The file that
 * VESTIM_FAULTS names holds the rules; the test changes it while the programs run (see
 * tests/support/faults.py, which has the same layout).
 *
 * The shim gets an empty environment, so that posix_spawn() hands both variables on to it. */

#define N_RULES 16
#define NAME 24
#define VARIABLE "VESTIM_FAULTS"

typedef struct
{
  char program[NAME]; /* the base name of the executable */
  char call[NAME];
  int32_t error;    /* an errno */
  int32_t permille; /* of the calls fail, 0: the rule is off */
  int64_t skip;     /* calls that do not fail before */
  int64_t left;     /* calls that fail, -1: no end */
  int64_t n_failed;
} Rule;

typedef struct
{
  uint64_t seed;
  uint64_t n_calls;
  Rule rules[N_RULES];
} Control;

static Control *control;

/* ---- Rules ---- */

static __attribute__ ((constructor)) void
open_control (void)
{
  const char *path = getenv (VARIABLE);
  int fd = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  void *map = fd >= 0 ? mmap (NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                      : MAP_FAILED;

  if (fd >= 0)
    close (fd);
  control = map != MAP_FAILED ? map : NULL;
}

static uint64_t
mix (uint64_t x)
{
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static bool
applies (Rule *rule)
{
  uint64_t number = __atomic_fetch_add (&control->n_calls, 1, __ATOMIC_RELAXED);

  if (__atomic_load_n (&rule->skip, __ATOMIC_RELAXED) > 0
      && __atomic_fetch_sub (&rule->skip, 1, __ATOMIC_RELAXED) > 0)
    return false;
  if ((int32_t) (mix (control->seed + number) % 1000) >= rule->permille)
    return false;
  if (rule->left >= 0 && __atomic_fetch_sub (&rule->left, 1, __ATOMIC_RELAXED) <= 0)
    {
      __atomic_store_n (&rule->left, 0, __ATOMIC_RELAXED);
      return false;
    }
  __atomic_fetch_add (&rule->n_failed, 1, __ATOMIC_RELAXED);
  return true;
}

/* The errno with which this call shall fail, or 0. */
static int
find_fault (const char *call)
{
  int error = 0;

  for (int i = 0; control != NULL && i < N_RULES && error == 0; i++)
    {
      Rule *rule = &control->rules[i];

      if (__atomic_load_n (&rule->permille, __ATOMIC_ACQUIRE) > 0 && strcmp (rule->call, call) == 0
          && strcmp (rule->program, program_invocation_short_name) == 0 && applies (rule))
        error = rule->error;
    }
  return error;
}

static bool
fails (const char *call)
{
  int error = find_fault (call);

  if (error != 0)
    errno = error;
  return error != 0;
}

/* read() and write() fail for regular files alone: libuv ends the process when its own pipe or
 * event descriptor fails, which a kernel does not do. */
static bool
fails_for_file (const char *call, int fd)
{
  struct statx info;

  return control != NULL && statx (fd, "", AT_EMPTY_PATH, STATX_TYPE, &info) == 0
         && S_ISREG (info.stx_mode) && fails (call);
}

/* ---- Calls ---- */

#define REAL(name) \
  static __typeof__ (name) *real; \
  if (real == NULL) \
  real = (__typeof__ (name) *) dlsym (RTLD_NEXT, #name)

/* A call that fails with -1 and errno. */
#define WRAP(result, name, fault, parameters, arguments) \
  result name parameters; \
  result name parameters \
  { \
    REAL (name); \
    return fails (fault) ? (result) -1 : real arguments; \
  }

#define WRAP_FILE(name, fault, parameters, arguments) \
  ssize_t name parameters; \
  ssize_t name parameters \
  { \
    REAL (name); \
    return fails_for_file (fault, fd) ? -1 : real arguments; \
  }

/* A call that returns the error. */
#define WRAP_DIRECT(name, fault, parameters, arguments) \
  int name parameters; \
  int name parameters \
  { \
    int error = find_fault (fault); \
\
    REAL (name); \
    return error != 0 ? error : real arguments; \
  }

#define OPEN_MODE(mode, flags) \
  mode_t mode = 0; \
  va_list list; \
\
  va_start (list, flags); \
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) \
    mode = va_arg (list, mode_t); \
  va_end (list)

#define WRAP_OPEN(name) \
  int name (const char *path, int flags, ...) \
  { \
    OPEN_MODE (mode, flags); \
    REAL (name); \
    return fails ("open") ? -1 : real (path, flags, mode); \
  }

#define WRAP_OPENAT(name) \
  int name (int folder, const char *path, int flags, ...) \
  { \
    OPEN_MODE (mode, flags); \
    REAL (name); \
    return fails ("open") ? -1 : real (folder, path, flags, mode); \
  }

WRAP_OPEN (open)
WRAP_OPEN (open64)
WRAP_OPENAT (openat)
WRAP_OPENAT (openat64)
WRAP_FILE (read, "read", (int fd, void *bytes, size_t n), (fd, bytes, n))
WRAP (ssize_t, pread, "pread", (int fd, void *bytes, size_t n, off_t at), (fd, bytes, n, at))
WRAP (ssize_t, pread64, "pread", (int fd, void *bytes, size_t n, off64_t at), (fd, bytes, n, at))
WRAP_FILE (write, "write", (int fd, const void *bytes, size_t n), (fd, bytes, n))
WRAP (ssize_t, pwrite, "pwrite", (int fd, const void *bytes, size_t n, off_t at),
      (fd, bytes, n, at))
WRAP (ssize_t, pwrite64, "pwrite", (int fd, const void *bytes, size_t n, off64_t at),
      (fd, bytes, n, at))
WRAP (ssize_t, writev, "writev", (int fd, const struct iovec *parts, int n), (fd, parts, n))
WRAP (ssize_t, sendmsg, "send", (int fd, const struct msghdr *message, int flags),
      (fd, message, flags))
WRAP (ssize_t, recvmsg, "recv", (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP (int, fsync, "fsync", (int fd), (fd))
WRAP (int, fdatasync, "fsync", (int fd), (fd))
WRAP (int, ftruncate, "ftruncate", (int fd, off_t size), (fd, size))
WRAP (int, ftruncate64, "ftruncate", (int fd, off64_t size), (fd, size))
WRAP (int, rename, "rename", (const char *from, const char *to), (from, to))
WRAP (int, renameat, "rename", (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP (int, renameat2, "rename", (int a, const char *from, int b, const char *to, unsigned flags),
      (a, from, b, to, flags))
WRAP (int, mkdir, "mkdir", (const char *path, mode_t mode), (path, mode))
WRAP (int, mkdirat, "mkdir", (int folder, const char *path, mode_t mode), (folder, path, mode))
WRAP (int, unlink, "unlink", (const char *path), (path))
WRAP (int, unlinkat, "unlink", (int folder, const char *path, int flags), (folder, path, flags))
WRAP (int, fstat, "stat", (int fd, struct stat *status), (fd, status))
WRAP (int, fstat64, "stat", (int fd, struct stat64 *status), (fd, status))
WRAP (int, pipe2, "pipe", (int ends[2], int flags), (ends, flags))
WRAP (int, memfd_create, "memfd", (const char *name, unsigned flags), (name, flags))
WRAP (int, socketpair, "socketpair", (int domain, int type, int protocol, int ends[2]),
      (domain, type, protocol, ends))
WRAP (int, accept4, "accept", (int fd, struct sockaddr *name, socklen_t *size, int flags),
      (fd, name, size, flags))
WRAP (int, inotify_init1, "inotify", (int flags), (flags))
WRAP (int, inotify_add_watch, "inotify", (int fd, const char *path, uint32_t mask),
      (fd, path, mask))
WRAP (int, poll, "poll", (struct pollfd * fds, nfds_t n, int timeout), (fds, n, timeout))
WRAP (ssize_t, getrandom, "getrandom", (void *bytes, size_t n, unsigned flags), (bytes, n, flags))
WRAP (void *, mmap, "mmap", (void *at, size_t n, int protection, int flags, int fd, off_t from),
      (at, n, protection, flags, fd, from))
WRAP (void *, mmap64, "mmap", (void *at, size_t n, int protection, int flags, int fd, off64_t from),
      (at, n, protection, flags, fd, from))
WRAP_DIRECT (posix_fallocate, "fallocate", (int fd, off_t from, off_t n), (fd, from, n))
WRAP_DIRECT (posix_fallocate64, "fallocate", (int fd, off64_t from, off64_t n), (fd, from, n))
WRAP_DIRECT (pthread_create, "thread",
             (pthread_t * thread, const pthread_attr_t *attributes, void *(*main) (void *),
              void *user),
             (thread, attributes, main, user))

/* The descriptor is closed in any case, as Linux does it. */
int
close (int fd)
{
  REAL (close);
  return fails ("close") ? (real (fd), -1) : real (fd);
}

/* It does not call our open(). */
DIR *
opendir (const char *path)
{
  REAL (opendir);
  return fails ("open") ? NULL : real (path);
}

/* The calling convention lets a third argument be handed on, whether there is one or not. */
#define WRAP_FCNTL(name) \
  int name (int fd, int command, ...) \
  { \
    const char *call = "fcntl"; \
    va_list list; \
    void *argument; \
\
    va_start (list, command); \
    argument = va_arg (list, void *); \
    va_end (list); \
    if (command == F_SETLK || command == F_SETLKW) \
      call = ((struct flock *) argument)->l_type == F_UNLCK ? "unlock" : "lock"; \
    else if (command == F_DUPFD_CLOEXEC) \
      call = "dup"; \
    REAL (name); \
    return fails (call) ? -1 : real (fd, command, argument); \
  }

WRAP_FCNTL (fcntl)
WRAP_FCNTL (fcntl64)

/* The jump to the real one must be a tail call: the child returns on the stack of our caller. */
#ifdef __clang__
#define WITH_TAIL_CALLS
#define TAIL_CALL __attribute__ ((musttail)) return
#else
#define WITH_TAIL_CALLS __attribute__ ((optimize ("O2")))
#define TAIL_CALL return
#endif

WITH_TAIL_CALLS pid_t
vfork (void)
{
  REAL (vfork);
  if (fails ("fork"))
    return -1;
  TAIL_CALL real ();
}

/* ---- The allocator ---- */

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *old, size_t size);

void *
malloc (size_t size)
{
  return fails ("malloc") ? NULL : __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  return fails ("malloc") ? NULL : __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  return fails ("malloc") ? NULL : __libc_realloc (old, size);
}

/* ---- Processes ---- */

int
posix_spawn (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
             const posix_spawnattr_t *attributes, char *const argv[], char *const environment[])
{
  char preload[4096], faults[4096];
  char *own[] = { preload, faults, NULL };
  int error = find_fault ("spawn");

  REAL (posix_spawn);
  if (error != 0)
    return error;
  if (getenv (VARIABLE) == NULL || getenv ("LD_PRELOAD") == NULL || environment[0] != NULL)
    return real (pid, path, actions, attributes, argv, environment);
  snprintf (preload, sizeof preload, "LD_PRELOAD=%s", getenv ("LD_PRELOAD"));
  snprintf (faults, sizeof faults, VARIABLE "=%s", getenv (VARIABLE));
  return real (pid, path, actions, attributes, argv, own);
}
