/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/program-check.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "common/client/vestim-text-line.h"

#define MAX_SHOWN 200

static bool
is_in_path (const char *program, const char *path, const char *folder)
{
  g_auto (GStrv) places = g_strsplit (path, ":", -1);

  for (char **place = places; *place != NULL; place++)
    {
      /* An empty place is the current folder. */
      g_autofree char *base = g_canonicalize_filename ((*place)[0] != '\0' ? *place : ".", folder);
      g_autofree char *file = g_build_filename (base, program, NULL);

      if (access (file, X_OK) == 0 && !g_file_test (file, G_FILE_TEST_IS_DIR))
        return true;
    }
  return false;
}

char *
program_check_dup_warning (const char *program, const char *path, const char *folder)
{
  g_autofree char *shown = vestim_text_line (program, MAX_SHOWN);
  g_autofree char *shown_folder = vestim_text_line (folder, MAX_SHOWN);
  g_autofree char *file = NULL;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_strdup_printf ("There is no folder \"%s\" now: the job fails unless there is one when "
                            "it starts.",
                            shown_folder);
  if (strchr (program, '/') == NULL)
    return path == NULL || is_in_path (program, path, folder)
               ? NULL
               : g_strdup_printf ("There is no program \"%s\" in PATH now: the job fails unless "
                                  "there is one when it starts.",
                                  shown);
  file = g_canonicalize_filename (program, folder);
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return g_strdup_printf ("There is no \"%s\" now: the job fails unless there is one when it "
                            "starts.",
                            shown);
  if (g_file_test (file, G_FILE_TEST_IS_DIR))
    return g_strdup_printf ("\"%s\" is a folder and no program.", shown);
  if (access (file, X_OK) != 0)
    return g_strdup_printf ("\"%s\" is not executable now: chmod +x, or name its interpreter.",
                            shown);
  return NULL;
}
