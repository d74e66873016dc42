/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/commands/demo.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/output-file.h"
#include "daemon/vestim-estimate/commands/demo-cell.h"
#include "daemon/vestim-estimate/base/failure.h"

#include <errno.h>
#include <string.h>

#define SEED 20
#define ROWS 1800

static const struct
{
  const char *set;
  double ambient_degc;
} files[] = {
  { "train", 25 }, { "train", 10 }, { "train", 0 }, { "train", 25 }, { "train", 10 },
  { "val", 25 },   { "val", 5 },    { "test", 25 }, { "test", 10 },  { "test", 0 },
};

static const char readme[] =
    "Simulated drive cycles, made by vestim-estimate --demo.\n\n"
    "The files come from a simulation, not from a measured cell: a second-order equivalent\n"
    "circuit (open-circuit voltage, a resistance, two RC elements, resistances that depend\n"
    "on temperature and charge) over random drive cycles. They show how to use the program\n"
    "and say nothing about a real cell.\n"
    "\n"
    "Columns: Time (s), SOC (0 to 1), Current (A, discharge negative), Temp (degC),\n"
    "Voltage (V, with a noise of 0.5 mV). One row each second.\n"
    "\n"
    "train/  for training\n"
    "val/    for the choice of the best epoch\n"
    "test/   for the test; not used in training\n"
    "\n"
    "Try it: 'vestim-estimate FOLDER', with this folder, runs job.json and writes the\n"
    "results here; or post the selections of job.json to vestimd.\n";

/* Makes the folder if it is missing. Refuses one that contains anything: its files may be the
 * user's. */
static bool
claim_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      failure_set (error, "the folder %s cannot be created: %s", folder, g_strerror (errno));
      return false;
    }

  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (!dir)
    return false;
  if (!g_dir_read_name (dir))
    return true;

  failure_set (error, "the folder %s is not empty; name another one", folder);
  return false;
}

static bool
write_cycle (const char *folder, size_t index, Random *random, GError **error)
{
  g_autofree char *set = g_build_filename (folder, files[index].set, NULL);
  g_autofree char *path =
      g_strdup_printf ("%s/simulated-%02zu-%gdegC.csv", set, index + 1, files[index].ambient_degc);

  if (g_mkdir_with_parents (set, 0777) != 0)
    {
      failure_set (error, "the folder %s cannot be created: %s", set, g_strerror (errno));
      return false;
    }

  OutputFile *file = output_file_open (path, error);
  if (!file)
    return false;
  demo_cell_write (output_file_stream (file), random, files[index].ambient_degc, ROWS);
  return output_file_commit (file, error);
}

static bool
write_job (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "job.json", NULL);
  g_autofree char *absolute = g_canonicalize_filename (folder, NULL);
  GString *json = g_string_new (
      "{\"name\": \"Simulated demonstration\", \"kind\": \"estimation\",\n \"selections\": "
      "{\"folder_path\": ");

  vestim_json_append_string (json, absolute);
  g_string_append (json, "}}\n");
  bool is_written = output_file_write (path, json->str, json->len, error);
  g_string_free (json, TRUE);
  return is_written;
}

bool
demo_write (const char *folder, GError **error)
{
  g_autofree char *readme_path = g_build_filename (folder, "README.txt", NULL);
  Random random;

  if (!claim_folder (folder, error)
      || !output_file_write (readme_path, readme, strlen (readme), error))
    return false;

  random_init (&random, SEED);
  for (size_t i = 0; i < G_N_ELEMENTS (files); i++)
    if (!write_cycle (folder, i, &random, error))
      return false;
  return write_job (folder, error);
}
