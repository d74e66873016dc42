/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <glib/gstdio.h>

#include "daemon/vestimd/sys/hardware.h"
#include "tests/support/scratch.h"

static void
write_file (const char *root, const char *path, const char *text)
{
  g_autofree char *full = g_strconcat (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

/* `(transfer full)` a root folder with the files of a machine. */
static ScratchPath *
machine_new (void)
{
  char *root = scratch_new ();

  write_file (root, "/proc/meminfo",
              "MemFree:         100 kB\nMemTotal:       16384000 kB\nSwapTotal: 5 kB\n");
  return root;
}

static void
test_memory_is_that_of_the_machine (void)
{
  g_autoptr (ScratchPath) root = machine_new ();
  Hardware found;

  hardware_read (&found, root, NULL);
  g_assert_cmpint (found.memory_mb, ==, 16000);
  g_assert_cmpint (found.cpus, >=, 1);
  g_assert_cmpint (found.gpus, ==, 0);
}

/* In a container, or in a unit with limits, the machine is larger than what jobs can get. */
static void
test_limits_of_all_cgroups_above_count (void)
{
  g_autoptr (ScratchPath) root = machine_new ();
  Hardware found;

  write_file (root, "/proc/self/cgroup", "1:cpu:/other\n0::/user/vestimd\n");
  write_file (root, "/sys/fs/cgroup/cpu.max", "150000 100000\n");
  write_file (root, "/sys/fs/cgroup/memory.max", "max\n");
  write_file (root, "/sys/fs/cgroup/user/memory.max", "2097152000\n");
  write_file (root, "/sys/fs/cgroup/user/vestimd/cpu.max", "max 100000\n");
  write_file (root, "/sys/fs/cgroup/user/vestimd/memory.max", "8388608000\n");
  hardware_read (&found, root, NULL);
  g_assert_cmpint (found.memory_mb, ==, 2000);
  g_assert_cmpint (found.cpus, ==, 1);
}

/* A job gets a whole CPU, even of a quota of less. */
static void
test_a_small_quota_is_one_cpu (void)
{
  g_autoptr (ScratchPath) root = machine_new ();
  Hardware found;

  write_file (root, "/proc/self/cgroup", "0::/\n");
  write_file (root, "/sys/fs/cgroup/cpu.max", "20000 100000\n");
  hardware_read (&found, root, NULL);
  g_assert_cmpint (found.cpus, ==, 1);
}

static void
test_gpus_of_nvidia_are_counted_by_their_devices (void)
{
  g_autoptr (ScratchPath) root = machine_new ();
  Hardware found;

  write_file (root, "/dev/nvidia0", "");
  write_file (root, "/dev/nvidia3", "");
  write_file (root, "/dev/nvidiactl", "");
  write_file (root, "/dev/nvidia-uvm", "");
  hardware_read (&found, root, NULL);
  g_assert_cmpint (found.gpus, ==, 2);
  g_assert_cmpint (found.gpu_indices[0], ==, 0);
  g_assert_cmpint (found.gpu_indices[1], ==, 1);
}

static void
test_gpus_of_amd_are_counted_by_their_nodes (void)
{
  g_autoptr (ScratchPath) root = machine_new ();
  Hardware found;

  write_file (root, "/sys/class/kfd/kfd/topology/nodes/0/properties",
              "cpu_cores_count 8\nsimd_count 0\nmem_banks_count 1\n");
  write_file (root, "/sys/class/kfd/kfd/topology/nodes/1/properties",
              "cpu_cores_count 0\nsimd_count 256\n");
  hardware_read (&found, root, NULL);
  g_assert_cmpint (found.gpus, ==, 1);
}

/* Whoever starts the daemon with the variable gives it these GPUs and no others. */
static void
test_gpus_that_are_not_visible_are_not_handed_out (void)
{
  static const struct
  {
    const char *visible;
    int gpus;
    int first;
  } cases[] = { { "2,0", 2, 2 },   { " 1 , 2 ", 2, 1 },   { "1,-1,2", 1, 1 },      { "", 0, 0 },
                { "0,9,1", 1, 0 }, { "0,1,2,3,4", 4, 0 }, { "GPU-8932f937", 0, 0 } };
  g_autoptr (ScratchPath) root = machine_new ();

  for (int i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("/dev/nvidia%d", i);

      write_file (root, path, "");
    }
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Hardware found;

      hardware_read (&found, root, cases[i].visible);
      g_assert_cmpint (found.gpus, ==, cases[i].gpus);
      if (found.gpus > 0)
        g_assert_cmpint (found.gpu_indices[0], ==, cases[i].first);
    }
}

#define TEST(name) g_test_add_func ("/hardware/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST (memory_is_that_of_the_machine);
  TEST (limits_of_all_cgroups_above_count);
  TEST (a_small_quota_is_one_cpu);
  TEST (gpus_of_nvidia_are_counted_by_their_devices);
  TEST (gpus_of_amd_are_counted_by_their_nodes);
  TEST (gpus_that_are_not_visible_are_not_handed_out);
  return g_test_run ();
}
