/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "common/json/vestim-json.h"

/* Settings of an estimation as they are typed. Several values, cut by semicolons, make a sweep:
 * "0.001; 0.003" of a number, "10; 18, 18" of the layers. */

typedef enum
{
  DASH_SWEEP_INPUT_NUMBER, /* a decimal comma is taken for a point */
  DASH_SWEEP_INPUT_LAYERS, /* sizes cut by commas or spaces */
} DashSweepInputKind;

/* The two objects of JSON that are written, both begun with "{". */
typedef struct
{
  GString *members;
  GString *sweep;
  guint n_tasks; /* product of the lengths of all lists so far, at least 1 */
} DashSweepInput;

void dash_sweep_input_init (DashSweepInput *self);
void dash_sweep_input_clear (DashSweepInput *self);

/* Adds what `text` says; nothing for an empty text. FALSE with `*wrong` `(transfer full)`, the
 * value that is none. */
gboolean dash_sweep_input_add (DashSweepInput *self, const char *name, DashSweepInputKind kind,
                               const char *text, char **wrong);

/* Whether a member of the selections, or a list of their sweep, has a field of its own. */
typedef gboolean (*DashSweepInputIsShown) (const char *name, gboolean in_sweep);

/* Adds the members of the object `text` (empty: none) as they are, those of its "sweep" to the
 * sweep. FALSE with `*wrong` `(transfer full)`, what is wrong with it, for what is no object, or
 * has a member that `is_shown` tells of; no name must be there twice. */
gboolean dash_sweep_input_add_rest (DashSweepInput *self, const char *text,
                                    DashSweepInputIsShown is_shown, char **wrong);

/* (transfer full) all members as one object, the sweep being one of them if there is any. */
char *dash_sweep_input_end (DashSweepInput *self);

/* (transfer full) (nullable) how the setting is typed that `selections` have, in a sweep or
 * without; NULL when they don't have it, or not in a form that can be typed. */
char *dash_sweep_input_text (const VestimJsonNode *selections, const char *name,
                             DashSweepInputKind kind);

/* (transfer full) the object `selections` without the members that `is_shown` tells of, and without
 * the lists of its sweep that it tells of; "" when nothing is left. What is no object, the sweep or
 * all of it, stays as it is. */
char *dash_sweep_input_rest (const VestimJsonNode *selections, DashSweepInputIsShown is_shown);

/* `,"name":` in front of a member but the first. */
void dash_sweep_input_begin_member (GString *json, const char *name);
