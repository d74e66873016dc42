/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/output/terminal.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/job/vestim-job-state.h"

/* Of a terminal that does not tell its size. */
#define USUAL_COLUMNS 80
#define USUAL_ROWS 24

#define MAX_COLUMNS 10000

static const char *const sequences[] = {
  [STYLE_NONE] = NULL,      [STYLE_TITLE] = "\033[1m",    [STYLE_GOOD] = "\033[32m",
  [STYLE_BAD] = "\033[31m", [STYLE_WARNING] = "\033[33m", [STYLE_ACTIVE] = "\033[36m",
  [STYLE_DIM] = "\033[2m",
};

static bool
is_set (const char *value)
{
  return value != NULL && *value != '\0';
}

bool
terminal_wants_colours (bool is_terminal, const char *no_color, const char *clicolor_force,
                        const char *term)
{
  if (is_set (no_color))
    return false;
  if (is_set (clicolor_force) && strcmp (clicolor_force, "0") != 0)
    return true;
  return is_terminal && is_set (term) && strcmp (term, "dumb") != 0;
}

static int
size_from_environment (const char *name, int usual)
{
  const char *value = g_getenv (name);
  guint64 number;

  if (value == NULL || !g_ascii_string_to_unsigned (value, 10, 1, MAX_COLUMNS, &number, NULL))
    return usual;
  return (int) number;
}

Terminal
terminal_find (int fd)
{
  const char *term = g_getenv ("TERM");
  Terminal terminal = { .is_terminal = isatty (fd) };
  struct winsize size = { 0 };

  terminal.has_colours = terminal_wants_colours (terminal.is_terminal, g_getenv ("NO_COLOR"),
                                                 g_getenv ("CLICOLOR_FORCE"), term);
  if (!terminal.is_terminal)
    return terminal;
  terminal.can_move = is_set (term) && strcmp (term, "dumb") != 0;
  ioctl (fd, TIOCGWINSZ, &size);
  terminal.columns =
      size.ws_col > 0 ? size.ws_col : size_from_environment ("COLUMNS", USUAL_COLUMNS);
  terminal.rows = size.ws_row > 0 ? size.ws_row : size_from_environment ("LINES", USUAL_ROWS);
  return terminal;
}

Style
style_of_status (const char *status)
{
  VestimJobState state;

  if (status == NULL || !vestim_job_state_parse (status, &state))
    return STYLE_NONE;
  switch (state)
    {
    case VESTIM_JOB_CREATED:
    case VESTIM_JOB_QUEUED:
      return STYLE_NONE;
    case VESTIM_JOB_RUNNING:
      return STYLE_ACTIVE;
    case VESTIM_JOB_COMPLETED:
      return STYLE_GOOD;
    case VESTIM_JOB_FAILED:
      return STYLE_BAD;
    case VESTIM_JOB_STOPPED:
      return STYLE_DIM;
    case VESTIM_JOB_INTERRUPTED:
      return STYLE_WARNING;
    }
  return STYLE_NONE;
}

void
style_append_begin (GString *out, const Terminal *terminal, Style style)
{
  if (terminal->has_colours && sequences[style] != NULL)
    g_string_append (out, sequences[style]);
}

void
style_append_end (GString *out, const Terminal *terminal, Style style)
{
  if (terminal->has_colours && sequences[style] != NULL)
    g_string_append (out, "\033[0m");
}
