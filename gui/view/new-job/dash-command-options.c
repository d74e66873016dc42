/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-command-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "gui/base/dash-queue-input.h"

/* The server's choice comes first: nothing is sent for it. */
static const char *const signals[] = { "TERM", "INT",  "HUP",   "QUIT", "USR1",
                                       "USR2", "KILL", "WINCH", "ABRT", NULL };

static GtkSwitch *
add_switch (DashCommandOptions *self, DashForm *form, const char *field, const char *title,
            const char *subtitle)
{
  GtkSwitch *button = dash_form_add_switch (form, NULL, field, title, subtitle);

  adw_expander_row_add_row (self->more, g_hash_table_lookup (form->rows, field));
  return button;
}

void
dash_command_options_init (DashCommandOptions *self, DashForm *form, AdwPreferencesGroup *group,
                           gboolean local)
{
  g_return_if_fail (form != NULL && ADW_IS_PREFERENCES_GROUP (group));
  self->local = local;
  self->more = ADW_EXPANDER_ROW (adw_expander_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->more), _ ("Advanced"));
  adw_preferences_group_add (group, GTK_WIDGET (self->more));
  self->input = dash_form_add_entry (form, NULL, "selections.stdin",
                                     _ ("File for the standard input (empty: none)"), "");
  self->signal =
      dash_form_add_choice (form, NULL, "selections.stop_signal", _ ("Signal of a Stop"), signals);
  self->grace = dash_form_add_entry (form, NULL, "selections.stop_grace_s",
                                     _ ("Time from this signal to KILL (empty: 5 s)"), "");
  adw_expander_row_add_row (self->more, GTK_WIDGET (self->input));
  adw_expander_row_add_row (self->more, self->signal);
  adw_expander_row_add_row (self->more, GTK_WIDGET (self->grace));
  self->pty = add_switch (self, form, "selections.pty", _ ("Pseudo Terminal"),
                          _ ("For programs that hold their output back otherwise"));
  self->timestamps = add_switch (self, form, "selections.log_timestamps", _ ("Times in the Log"),
                                 _ ("Each line begins with its time"));
  self->leftovers =
      add_switch (self, form, "selections.keep_leftovers", _ ("Keep Background Processes"),
                  _ ("Processes that the program leaves behind go on"));
}

/* The index of "TERM" or "SIGTERM" among the signals; that of the server's choice for others. */
static guint
find_signal (const char *name)
{
  const char *plain = name != NULL && g_str_has_prefix (name, "SIG") ? name + 3 : name;

  for (guint i = 0; plain != NULL && signals[i] != NULL; i++)
    if (g_str_equal (signals[i], plain))
      return i;
  return 0;
}

static gboolean
load_switch (GtkSwitch *button, JsonNode *selections, const char *name)
{
  bool value = false;

  vestim_node_get_bool (vestim_node_member (selections, name), &value);
  gtk_switch_set_active (button, value);
  return value;
}

void
dash_command_options_load (DashCommandOptions *self, JsonNode *selections)
{
  const char *input = vestim_node_member_string (selections, "stdin");
  guint signal = find_signal (vestim_node_member_string (selections, "stop_signal"));
  double seconds = 0;
  gboolean graced =
      vestim_node_get_double (vestim_node_member (selections, "stop_grace_s"), &seconds);
  g_autofree char *grace = graced ? dash_queue_input_delay_text (seconds) : g_strdup ("");
  gboolean pty = load_switch (self->pty, selections, "pty");
  gboolean timestamps = load_switch (self->timestamps, selections, "log_timestamps");
  gboolean leftovers = load_switch (self->leftovers, selections, "keep_leftovers");

  gtk_editable_set_text (GTK_EDITABLE (self->input), input != NULL ? input : "");
  adw_combo_row_set_selected (ADW_COMBO_ROW (self->signal), signal);
  gtk_editable_set_text (GTK_EDITABLE (self->grace), grace);
  adw_expander_row_set_expanded (self->more, pty || timestamps || leftovers || graced || signal > 0
                                                 || input != NULL);
}

static void
save_switch (GtkSwitch *button, JsonObject *selections, const char *name)
{
  if (gtk_switch_get_active (button))
    json_object_set_boolean_member (selections, name, TRUE);
}

void
dash_command_options_save (DashCommandOptions *self, JsonObject *selections, GPtrArray *faults)
{
  g_autofree char *typed = dash_form_dup_text (self->input);
  g_autofree char *input = self->local ? dash_form_expand_path (typed) : g_strdup (typed);
  g_autofree char *grace = dash_form_dup_text (self->grace);
  guint signal = adw_combo_row_get_selected (ADW_COMBO_ROW (self->signal));
  double seconds;

  if (*input != '\0')
    json_object_set_string_member (selections, "stdin", input);
  if (signal > 0)
    json_object_set_string_member (selections, "stop_signal", signals[signal]);
  if (*grace != '\0' && dash_queue_input_parse_delay (grace, &seconds))
    json_object_set_double_member (selections, "stop_grace_s", seconds);
  else if (*grace != '\0')
    vestim_field_errors_add (faults, "selections.stop_grace_s", "%s",
                             _ ("Type a time, like 10 s or 5 min."));
  save_switch (self->pty, selections, "pty");
  save_switch (self->timestamps, selections, "log_timestamps");
  save_switch (self->leftovers, selections, "keep_leftovers");
}
