/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The terminal behind a descriptor, or its absence. */
typedef struct
{
  bool is_terminal;
  bool has_colours;
  bool can_move; /* the cursor: a screen can be repainted in place */
  int columns;   /* 0: no limit */
  int rows;      /* 0: no limit */
} Terminal;

/* What stands behind `fd` now. Ask again after a change of the window's size. */
Terminal terminal_find (int fd);

/* Whether to write colours: NO_COLOR forbids them, then CLICOLOR_FORCE demands them (both unless
 * they are empty, CLICOLOR_FORCE also unless it is "0"); else only a terminal whose TERM is not
 * "dumb" gets them. All texts are (nullable) values of the environment. */
bool terminal_wants_colours (bool is_terminal, const char *no_color, const char *clicolor_force,
                             const char *term);

/* How a text is set off. Each is also understood without colour. */
typedef enum
{
  STYLE_NONE,
  STYLE_TITLE,
  STYLE_GOOD,
  STYLE_BAD,
  STYLE_WARNING,
  STYLE_ACTIVE,
  STYLE_DIM,
} Style;

/* The style of a job's status (nullable). */
Style style_of_status (const char *status);

/* Appends the control sequences around a text; nothing without colours, and for STYLE_NONE. */
void style_append_begin (GString *out, const Terminal *terminal, Style style);
void style_append_end (GString *out, const Terminal *terminal, Style style);
