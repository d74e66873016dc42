/* SPDX-License-Identifier: MIT */
#include "daemon/vestim-estimate/results/provenance.h"

#include "common/json/vestim-json.h"
#include "daemon/vestim-estimate/base/failure.h"
#include "daemon/vestim-estimate/base/regular-file.h"
#include "daemon/vestim-estimate/base/sha256.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void
append_file (GString *json, const char *set, const char *path, const char *digest)
{
  g_string_append_printf (json, "%s{\"set\": \"%s\", \"file\": ", json->len > 1 ? ",\n  " : "",
                          set);
  vestim_json_append_string (json, path);
  g_string_append_printf (json, ", \"sha256\": \"%s\"}", digest);
}

char *
provenance_format_data (Dataset *const sets[DATA_N_SETS], const char *initial_model,
                        const char *digest)
{
  static const char *const names[] = {
    [DATA_TRAIN] = "train", [DATA_VALIDATION] = "validation", [DATA_TEST] = "test"
  };
  GString *json = g_string_new ("[");

  for (int set = 0; set < DATA_N_SETS; set++)
    for (guint i = 0; i < sets[set]->series->len; i++)
      {
        const Series *series = sets[set]->series->pdata[i];

        append_file (json, names[set], series->path, series->digest);
      }
  if (initial_model)
    append_file (json, "initial_model", initial_model, digest);
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

void
provenance_append (GString *json, const char *data, size_t max_length, int threads)
{
  g_string_append_printf (
      json, "\"sealed\": {\"program\": \"" VESTIM_VERSION "\", \"threads\": %d, \"data\": %s}",
      threads, strlen (data) <= max_length ? data : "null");
}

char *
provenance_digest_file (const char *path, GError **error)
{
  int fd = regular_file_open (path, error);
  g_autoptr (Sha256) sum = sha256_new ();
  g_autofree guchar *buffer = g_malloc (256 * 1024);
  ssize_t n = 0;

  if (fd < 0)
    return NULL;

  while ((n = read (fd, buffer, 256 * 1024)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      sha256_update (sum, buffer, (size_t) n);
  if (n < 0)
    failure_set (error, "%s cannot be read: %s", path, g_strerror (errno));
  close (fd);
  return n < 0 ? NULL : sha256_dup_hex (sum);
}
