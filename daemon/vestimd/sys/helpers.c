/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/sys/helpers.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/vestimd/sys/log.h"

/* Relative to the program: beside it, as in the build folder; in libexec of an installed tree, even
 * of one that was moved; and in the build folder, seen from its tests/unit. */
static const char *const places[] = { ".", "../libexec/vestim", "../.." };

static bool
is_program (const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 && S_ISREG (info.st_mode) && access (path, X_OK) == 0;
}

/* `(transfer full, nullable)` */
static char *
look_in (const char *folder, const char *place, const char *name)
{
  g_autofree char *path = g_build_filename (folder, place, name, NULL);

  return is_program (path) ? g_canonicalize_filename (path, NULL) : NULL;
}

static char *
look_around (const char *folder, size_t n_places, const char *name)
{
  char *path = NULL;

  for (size_t i = 0; path == NULL && i < n_places; i++)
    path = look_in (folder, places[i], name);
  return path;
}

static char *
dup_own_folder (void)
{
  char target[4096];
  ssize_t n = readlink ("/proc/self/exe", target, sizeof target - 1);

  if (n < 0)
    return NULL;
  target[n] = '\0';
  return g_path_get_dirname (target);
}

char *
helpers_find (const char *name)
{
  const char *override = g_getenv ("VESTIM_LIBEXEC");
  g_autofree char *own = NULL;
  char *path = NULL;

  if (override != NULL && override[0] != '\0')
    {
      path = look_in (override, ".", name);
      if (path == NULL)
        log_warning ("helpers", "VESTIM_LIBEXEC has no such program folder=\"%s\" name=%s",
                     override, name);
    }
  own = dup_own_folder ();
  if (path == NULL && own != NULL)
    path = look_around (own, G_N_ELEMENTS (places), name);
  if (path == NULL)
    path = look_in (VESTIM_LIBEXECDIR, ".", name);
  return path;
}

void
helpers_pin_override (void)
{
  const char *override = g_getenv ("VESTIM_LIBEXEC");
  g_autofree char *absolute = NULL;

  if (override == NULL || override[0] == '\0')
    return;
  absolute = g_canonicalize_filename (override, NULL);
  g_setenv ("VESTIM_LIBEXEC", absolute, TRUE);
}
