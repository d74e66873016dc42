/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/hardware.h"

#include <dirent.h>
#include <glib.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/posix/fd.h"

#define FILE_LIMIT (256 * 1024)
#define MIB (1024 * 1024)
#define CGROUPS "/sys/fs/cgroup"

/* `(transfer full, nullable)` */
static char *
read_file (const char *root, const char *folder, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s%s/%s", root, folder, name);
  char *text = NULL;

  return fd_read_file (path, FILE_LIMIT, &text, NULL) == 0 ? text : NULL;
}

/* ---- CPUs and memory ---- */

static int
count_cpus (void)
{
  cpu_set_t set;
  long n;

  /* It fails on a machine with more CPUs than the set has. */
  if (sched_getaffinity (0, sizeof set, &set) == 0)
    return CPU_COUNT (&set);
  n = sysconf (_SC_NPROCESSORS_ONLN);
  return n > 0 ? (int) n : 1;
}

static int64_t
read_memory (const char *root)
{
  g_autofree char *text = read_file (root, "/proc", "meminfo");
  const char *line = text != NULL ? strstr (text, "MemTotal:") : NULL;
  int64_t kb = 0;

  return line != NULL && sscanf (line, "MemTotal: %" SCNd64 " kB", &kb) == 1 ? kb / 1024 : 0;
}

/* "max 100000" or "150000 100000": the time that may be used of each period. A job gets whole CPUs.
 */
static void
apply_quota (Hardware *hardware, const char *text)
{
  long long quota, period;

  if (text != NULL && sscanf (text, "%lld %lld", &quota, &period) == 2 && period > 0)
    hardware->cpus = MIN (hardware->cpus, (int) CLAMP (quota / period, 1, G_MAXINT));
}

static void
apply_memory_limit (Hardware *hardware, const char *text)
{
  long long bytes;

  if (text != NULL && sscanf (text, "%lld", &bytes) == 1 && bytes > 0)
    hardware->memory_mb = MIN (hardware->memory_mb, bytes / MIB);
}

/* Each cgroup above ours limits us too. Only version 2 is known: the line "0::<path>". */
static void
apply_cgroups (Hardware *hardware, const char *root)
{
  g_autofree char *text = read_file (root, "/proc/self", "cgroup");
  const char *line = text != NULL ? strstr (text, "0::/") : NULL;
  g_autofree char *path = NULL;
  char *slash;

  if (line == NULL || (line != text && line[-1] != '\n'))
    return;
  path = g_strndup (line + 3, strcspn (line + 3, "\n"));
  for (;;)
    {
      g_autofree char *folder = g_strconcat (CGROUPS, path, NULL);
      g_autofree char *quota = read_file (root, folder, "cpu.max");
      g_autofree char *memory = read_file (root, folder, "memory.max");

      apply_quota (hardware, quota);
      apply_memory_limit (hardware, memory);
      slash = strrchr (path, '/');
      if (slash == NULL)
        return;
      *slash = '\0';
    }
}

/* ---- GPUs ---- */

static bool
is_number (const char *text)
{
  return *text != '\0' && text[strspn (text, "0123456789")] == '\0';
}

/* /dev/nvidia0, /dev/nvidia1, … A container may have only some of them; CUDA numbers what it sees
 * from 0. */
static bool
is_nvidia (const char *root, const char *name)
{
  return g_str_has_prefix (name, "nvidia") && is_number (name + strlen ("nvidia"));
}

/* The nodes of the topology are CPUs and GPUs; only GPUs have SIMD units. */
static bool
is_amd (const char *root, const char *name)
{
  g_autofree char *folder = g_strconcat ("/sys/class/kfd/kfd/topology/nodes/", name, NULL);
  g_autofree char *text = read_file (root, folder, "properties");
  const char *line = text != NULL ? strstr (text, "simd_count ") : NULL;

  return line != NULL && atoi (line + strlen ("simd_count ")) > 0;
}

static int
count_entries (const char *root, const char *folder, bool (*counts) (const char *, const char *))
{
  g_autofree char *path = g_strconcat (root, folder, NULL);
  DIR *entries = opendir (path);
  const struct dirent *entry;
  int n = 0;

  while (entries != NULL && (entry = readdir (entries)) != NULL)
    n += entry->d_name[0] != '.' && counts (root, entry->d_name);
  if (entries != NULL)
    closedir (entries);
  return MIN (n, HARDWARE_MAX_GPUS);
}

/* As CUDA reads the variable: the first entry that is no index of a GPU ends the list. A list of
 * UUIDs cannot be divided by index, so it has none. */
static void
apply_visible (Hardware *hardware, const char *visible)
{
  g_auto (GStrv) words = g_strsplit (visible, ",", -1);
  int found = hardware->gpus;

  hardware->gpus = 0;
  for (char **word = words; *word != NULL && hardware->gpus < found; word++)
    {
      int index = is_number (g_strstrip (*word)) ? atoi (*word) : -1;

      if (index < 0 || index >= found)
        return;
      hardware->gpu_indices[hardware->gpus++] = index;
    }
}

void
hardware_read (Hardware *hardware, const char *root, const char *visible_gpus)
{
  *hardware = (Hardware){ .cpus = count_cpus (), .memory_mb = read_memory (root) };
  apply_cgroups (hardware, root);
  hardware->gpus = count_entries (root, "/dev", is_nvidia);
  if (hardware->gpus == 0)
    hardware->gpus = count_entries (root, "/sys/class/kfd/kfd/topology/nodes", is_amd);
  for (int i = 0; i < hardware->gpus; i++)
    hardware->gpu_indices[i] = i;
  if (visible_gpus != NULL)
    apply_visible (hardware, visible_gpus);
}

void
hardware_find (Hardware *hardware)
{
  const char *cuda = g_getenv ("CUDA_VISIBLE_DEVICES");

  hardware_read (hardware, "", cuda != NULL ? cuda : g_getenv ("ROCR_VISIBLE_DEVICES"));
}
