/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/server-place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/access/vestim-finder.h"
#include "common/access/vestim-secret.h"
#include "common/client/vestim-address.h"
#include "common/vestim-paths.h"
#include "daemon/vestim/session.h"

#define MAX_TOKEN_BYTES 4096

/* The token of a remote server comes from --token-file, else VESTIM_TOKEN, else the keyring, where
 * the dashboard keeps it too. */

/* False with `error` when others could have read the file or changed it. */
static bool
check_token_file (int fd, const char *path, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    usage_error_set (error, "%s is not a file.", path);
  else if (info.st_uid != geteuid ())
    usage_error_set (error, "The token file %s belongs to another user.", path);
  else if ((info.st_mode & 077) != 0)
    usage_error_set (error, "Other users may read the token file %s: chmod 600 %s", path, path);
  else
    return true;
  return false;
}

static char *
read_token_file (const char *path, GError **error)
{
  char text[MAX_TOKEN_BYTES + 1] = "";
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t n;

  if (fd < 0)
    {
      usage_error_set (error, "The token file %s cannot be read: %s.", path, g_strerror (errno));
      return NULL;
    }
  if (!check_token_file (fd, path, error))
    {
      close (fd);
      return NULL;
    }
  n = TEMP_FAILURE_RETRY (read (fd, text, MAX_TOKEN_BYTES));
  close (fd);
  text[MAX (n, 0)] = '\0';

  g_autofree char *token = vestim_token_clean (text);
  if (token == NULL)
    usage_error_set (error, "There is no token in %s.", path);
  return g_steal_pointer (&token);
}

/* (nullable) (transfer full) */
static char *
look_up_secret (const char *url)
{
  g_autoptr (GAsyncResult) result = NULL;

  vestim_secret_lookup_async (url, NULL, session_result_cb, &result);
  session_await (&result);
  return vestim_secret_lookup_finish (result);
}

static bool
find_token (ServerPlace *place, const Arguments *arguments, GError **error)
{
  const char *file = arguments_get (arguments, "token-file");
  const char *text = g_getenv ("VESTIM_TOKEN");
  g_autofree char *secret = NULL;

  if (file != NULL)
    {
      place->token = read_token_file (file, error);
      return place->token != NULL;
    }
  if (text != NULL && text[0] != '\0')
    {
      place->token = vestim_token_clean (text);
      if (place->token == NULL)
        usage_error_set (error, "VESTIM_TOKEN is not a token: it has blanks or other characters "
                                "that a token cannot have.");
      return place->token != NULL;
    }
  secret = look_up_secret (place->url);
  place->token = vestim_token_clean (secret);
  return true;
}

/* The address of this user's own daemon is no remote one: its token is known, unless the user gives
 * another one. */
static bool
is_own_daemon (const Arguments *arguments, const char *url)
{
  const char *token = g_getenv ("VESTIM_TOKEN");
  g_autoptr (VestimFound) found = NULL;

  if (arguments_has (arguments, "token-file") || (token != NULL && token[0] != '\0'))
    return false;
  found = vestim_finder_look (NULL);
  return found->state == VESTIM_FOUND_RUNNING && strcmp (found->url, url) == 0;
}

static bool
take_url (ServerPlace *place, const Arguments *arguments, const char *text, GError **error)
{
  place->url = vestim_address_parse (text);
  if (place->url == NULL)
    {
      usage_error_set (error,
                       "\"%s\" is not the address of a server, such as "
                       "https://lab.example or http://127.0.0.1:8001.",
                       text);
      return false;
    }
  if (is_own_daemon (arguments, place->url))
    {
      g_clear_pointer (&place->url, g_free);
      return true;
    }
  if (!find_token (place, arguments, error))
    return false;
  if (place->token == NULL || arguments_has (arguments, "insecure")
      || !vestim_address_is_clear_text (place->url))
    return true;
  usage_error_set (error,
                   "The connection to %s is not encrypted: others on the network could read the "
                   "token. Use an SSH tunnel or https, or --insecure to send it nevertheless.",
                   place->url);
  return false;
}

/* A job has no VESTIM_HOME. Its own folder says which daemon runs it, so that it can add jobs. */
static void
use_home_of_job (void)
{
  const char *folder = g_getenv ("VESTIM_JOB_DIR");
  g_autofree char *jobs = folder != NULL ? g_path_get_dirname (folder) : NULL;
  g_autofree char *home = jobs != NULL ? g_path_get_dirname (jobs) : NULL;
  g_autofree char *registry = home != NULL ? g_build_filename (home, "registry.db", NULL) : NULL;

  if (registry != NULL && g_str_has_suffix (jobs, "/jobs")
      && g_file_test (registry, G_FILE_TEST_EXISTS))
    g_setenv ("VESTIM_HOME", home, TRUE);
}

bool
server_place_init (ServerPlace *place, const Arguments *arguments, GError **error)
{
  const char *home = arguments_get (arguments, "data-dir");
  const char *url = arguments_get (arguments, "server");

  *place = (ServerPlace){ .no_start = arguments_has (arguments, "no-start") };
  if (home != NULL && home[0] == '\0')
    {
      usage_error_set (error, "Option --data-dir needs the path of a folder.");
      return false;
    }
  if (home != NULL)
    g_setenv ("VESTIM_HOME", home, TRUE);
  if (url == NULL && home == NULL)
    url = g_getenv ("VESTIM_SERVER");
  if (url == NULL || url[0] == '\0')
    {
      if (vestim_paths_named_home () == NULL)
        use_home_of_job ();
      return true;
    }
  return take_url (place, arguments, url, error);
}

void
server_place_clear (ServerPlace *place)
{
  g_clear_pointer (&place->url, g_free);
  g_clear_pointer (&place->token, g_free);
}
