/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "common/estimation/vestim-settings.h"

/* Settings of an estimation as a user types them. Several values, separated by semicolons, make a
 * sweep: "0.001; 0.003" for a number, "10; 18, 18" for layers. A number may have a decimal comma;
 * the sizes of layers have commas or spaces between them. A random search can draw numbers from a
 * range, "0.0001..0.01" or "0.0001..0.01 log". */

typedef struct
{
  JsonObject *members;
  JsonObject *sweep; /* lists of values, or ranges */
  guint n_tasks;     /* the product of the lengths of all lists, at least 1 */
} DashSweepInput;

void dash_sweep_input_init (DashSweepInput *self);
void dash_sweep_input_clear (DashSweepInput *self);

/* Adds the values in `text`; nothing for an empty text. FALSE with `*wrong` `(transfer full)`, the
 * part that is not a value. */
gboolean dash_sweep_input_add (DashSweepInput *self, const VestimSetting *setting, const char *text,
                               char **wrong);

/* Whether a member of the selections, or a list of their sweep, has a field of its own. */
typedef gboolean (*DashSweepInputIsShown) (const char *name, gboolean in_sweep);

/* Adds the members of the JSON object `text` (empty: none), and those of its "sweep" to the sweep.
 * FALSE with `*wrong` `(transfer full)`, a message, if the text is not an object or has a member
 * for which `is_shown` is TRUE. */
gboolean dash_sweep_input_add_rest (DashSweepInput *self, const char *text,
                                    DashSweepInputIsShown is_shown, char **wrong);

/* (transfer full) all members as one object, the last of which is the sweep if it has lists. */
JsonNode *dash_sweep_input_end (DashSweepInput *self);

/* (transfer full) (nullable) the text to type for the setting that `selections` have, swept or not;
 * NULL if they do not have it, or in a form that cannot be typed. */
char *dash_sweep_input_text (JsonNode *selections, const VestimSetting *setting);

/* (transfer full) as text, the object `selections` without the members, and without the lists of
 * its sweep, for which `is_shown` is TRUE; "" if nothing is left. Selections or a sweep that are
 * not an object stay as they are. */
char *dash_sweep_input_rest (JsonNode *selections, DashSweepInputIsShown is_shown);
