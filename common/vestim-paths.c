/* SPDX-License-Identifier: MIT */
#include "common/vestim-paths.h"

#include <pwd.h>
#include <unistd.h>

const char *
vestim_paths_named_home (void)
{
  const char *named = g_getenv ("VESTIM_HOME");

  return named != NULL && named[0] != '\0' ? named : NULL;
}

/* Not g_get_home_dir(): with HOME empty, that is the current folder. */
const char *
vestim_paths_user_home (void)
{
  const char *home = g_getenv ("HOME");
  const struct passwd *user;

  if (home != NULL && g_path_is_absolute (home))
    return home;
  user = getpwuid (geteuid ());
  return user != NULL && g_path_is_absolute (user->pw_dir) ? user->pw_dir : NULL;
}

static char *
dup_default_home (void)
{
  const char *user_home = vestim_paths_user_home ();

  if (vestim_paths_named_home () != NULL)
    return g_strdup (vestim_paths_named_home ());
  return g_build_filename (user_home != NULL ? user_home : "/", ".vestim", NULL);
}

/* Not g_canonicalize_filename(): it removes ".." from the text, which is wrong after a symbolic
 * link. */
static char *
make_absolute (const char *path)
{
  g_autofree char *folder = NULL;

  if (g_path_is_absolute (path))
    return g_build_filename (path, NULL);
  folder = g_get_current_dir ();
  return g_build_filename (folder, path, NULL);
}

VestimPaths *
vestim_paths_new (const char *home)
{
  g_autofree char *given = home != NULL ? g_strdup (home) : dup_default_home ();
  VestimPaths *paths = g_new0 (VestimPaths, 1);

  paths->home = make_absolute (given);
  paths->pid_file = g_build_filename (paths->home, "server.pid", NULL);
  paths->server_json = g_build_filename (paths->home, "server.json", NULL);
  paths->token = g_build_filename (paths->home, "token", NULL);
  paths->registry = g_build_filename (paths->home, "registry.db", NULL);
  paths->jobs = g_build_filename (paths->home, "jobs", NULL);
  paths->trash = g_build_filename (paths->home, "trash", NULL);
  paths->orphans = g_build_filename (paths->home, "orphans", NULL);
  paths->config = g_build_filename (paths->home, "vestimd.conf", NULL);
  paths->log = g_build_filename (paths->home, "vestimd.log", NULL);
  return paths;
}

void
vestim_paths_free (VestimPaths *paths)
{
  if (paths == NULL)
    return;
  g_free (paths->home);
  g_free (paths->pid_file);
  g_free (paths->server_json);
  g_free (paths->token);
  g_free (paths->registry);
  g_free (paths->jobs);
  g_free (paths->trash);
  g_free (paths->orphans);
  g_free (paths->config);
  g_free (paths->log);
  g_free (paths);
}

char *
vestim_paths_job_folder (const VestimPaths *paths, const char *job_id)
{
  return g_build_filename (paths->jobs, job_id, NULL);
}
