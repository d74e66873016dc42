/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/shell-environment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/client/vestim-text-line.h"
#include "daemon/vestim/command.h"

#define MAX_SHOWN 80

/* What the registry, the log and the list of jobs should not have. */
const char *const shell_environment_secret_endings[] = {
  "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIALS", "_KEY", "_KEY_ID",
  "_PWD",  "_PAT",   "_PASS",    "APIKEY", "_COOKIE",    "_AUTH",       NULL
};
const char *const shell_environment_secret_names[] = { "PGPASSFILE", "KRB5CCNAME", NULL };

/* What ends with the session or the terminal, or names this one. */
const char *const shell_environment_session_beginnings[] = {
  "VESTIM_",         "XDG_SESSION_", "SSH_",   "LC_TERMINAL", "TERM_PROGRAM",
  "GNOME_TERMINAL_", "KONSOLE_",     "ITERM_", "VTE_",        "WEZTERM_",
  "KITTY_",          "ALACRITTY_",   "TMUX",   "LISTEN_",     "CREDENTIALS_",
  "SYSTEMD_",        "VSCODE_",      "WT_",    NULL
};
const char *const shell_environment_session_names[] = {
  "_",
  "PWD",
  "OLDPWD",
  "SHLVL",
  "PS1",
  "PS2",
  "PS4",
  "COLUMNS",
  "LINES",
  "TERMCAP",
  "GPG_TTY",
  "GPG_AGENT_INFO",
  "STY",
  "WINDOW",
  "WINDOWID",
  "WINDOWPATH",
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "WAYLAND_SOCKET",
  "XAUTHORITY",
  "ICEAUTHORITY",
  "SESSION_MANAGER",
  "DESKTOP_SESSION",
  "DESKTOP_STARTUP_ID",
  "DBUS_SESSION_BUS_ADDRESS",
  "DBUS_SESSION_BUS_PID",
  "DBUS_STARTER_ADDRESS",
  "DBUS_STARTER_BUS_TYPE",
  "XDG_RUNTIME_DIR",
  "XDG_SEAT",
  "XDG_SEAT_PATH",
  "XDG_VTNR",
  "GIO_LAUNCHED_DESKTOP_FILE",
  "GIO_LAUNCHED_DESKTOP_FILE_PID",
  "NOTIFY_SOCKET",
  "INVOCATION_ID",
  "JOURNAL_STREAM",
  "MANAGERPID",
  "MAINPID",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
  NULL,
};
const char *const shell_environment_terminal_names[] = { "TERM", "COLORTERM", NULL };

static bool
is_secret (const char *name)
{
  g_autofree char *upper = g_ascii_strup (name, -1);

  for (const char *const *ending = shell_environment_secret_endings; *ending != NULL; ending++)
    if (g_str_has_suffix (upper, *ending))
      return true;
  return g_strv_contains (shell_environment_secret_names, upper);
}

bool
shell_environment_passes (const char *name, bool keeps_terminal)
{
  for (const char *const *beginning = shell_environment_session_beginnings; *beginning != NULL;
       beginning++)
    if (g_str_has_prefix (name, *beginning))
      return false;
  if (g_strv_contains (shell_environment_terminal_names, name))
    return keeps_terminal;
  return !g_strv_contains (shell_environment_session_names, name) && !is_secret (name);
}

static void
warn (const char *name)
{
  g_autofree char *shown = vestim_text_line (name, MAX_SHOWN);

  fprintf (stderr,
           "vestim: The variable %s is not UTF-8: the job does not get it. Set another value with "
           "-e NAME=VALUE.\n",
           shown);
}

void
shell_environment_capture (char *const *environment, bool keeps_terminal, JsonObject *env)
{
  for (; *environment != NULL; environment++)
    {
      const char *equals = strchr (*environment, '=');
      g_autofree char *name = NULL;

      if (equals == NULL || equals == *environment)
        continue;
      name = g_strndup (*environment, equals - *environment);
      if (!shell_environment_passes (name, keeps_terminal))
        continue;
      if (g_utf8_validate (*environment, -1, NULL))
        json_object_set_string_member (env, name, equals + 1);
      else
        warn (name);
    }
}

char *
shell_environment_dup_folder (GError **error)
{
  const char *named = g_getenv ("PWD");
  struct stat here, there;
  char *path;

  if (named != NULL && named[0] == '/' && strstr (named, "/.") == NULL && stat (named, &there) == 0
      && stat (".", &here) == 0 && here.st_dev == there.st_dev && here.st_ino == there.st_ino)
    return g_strdup (named);
  path = getcwd (NULL, 0);
  if (path != NULL && path[0] == '/')
    return path;
  free (path);
  usage_error_set (error, "The current folder cannot be found: %s. Choose one with -C DIR.",
                   g_strerror (errno));
  return NULL;
}
