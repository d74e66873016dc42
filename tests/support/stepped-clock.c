/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Preloaded into a program, it steps the program's wall clock by the number of milliseconds in the
 * file that STEPPED_CLOCK names. Other programs can change the number at any time. The clocks that
 * nobody can set stay as they are. */

static const volatile int64_t *step_ms;

__attribute__ ((constructor)) static void
map_step (void)
{
  const char *path = getenv ("STEPPED_CLOCK");
  int fd = path ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *map = fd >= 0 ? mmap (NULL, sizeof *step_ms, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

  if (map != MAP_FAILED)
    step_ms = map;
  if (fd >= 0)
    close (fd);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int r = (int) syscall (SYS_clock_gettime, clock, now);

  if (r == 0 && step_ms && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    {
      int64_t ns = now->tv_nsec + *step_ms % 1000 * 1000000;

      now->tv_sec += *step_ms / 1000 + (ns < 0 ? -1 : ns / 1000000000);
      now->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
    }
  return r;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec precise;
  int r = clock_gettime (CLOCK_REALTIME, &precise);

  (void) zone;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return r;
}

time_t
time (time_t *now)
{
  struct timespec precise;

  clock_gettime (CLOCK_REALTIME, &precise);
  if (now)
    *now = precise.tv_sec;
  return precise.tv_sec;
}
