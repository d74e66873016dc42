/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-command-form.h"

#include <glib/gi18n.h>

#include "common/client/vestim-text-line.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-argv-text.h"
#include "common/vestim-duration.h"
#include "gui/base/dash-command-line.h"
#include "gui/base/dash-environment.h"
#include "gui/view/new-job/dash-command-options.h"

#define MAX_SHOWN_NAME 60

struct _DashCommandForm
{
  GtkBox parent;
  DashForm *form;
  AdwEntryRow *line;
  GtkLabel *preview;
  GtkLabel *warning;
  AdwEntryRow *folder;
  GtkTextBuffer *environment;
  gboolean local;
  gboolean faulty; /* the command line cannot be split */
  AdwEntryRow *limit;
  GtkSwitch *restart;
  DashCommandOptions options;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DashCommandForm, dash_command_form, GTK_TYPE_BOX)

/* The preview shows the fault of the line while it is typed. It is hidden when the row shows it. */
static void
marked_cb (DashCommandForm *self)
{
  gboolean is_marked = self->faulty && gtk_widget_has_css_class (GTK_WIDGET (self->line), "error");

  g_assert (DASH_IS_COMMAND_FORM (self));
  gtk_widget_set_visible (GTK_WIDGET (self->preview), !is_marked);
}

static void
changed_cb (DashCommandForm *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->line));
  g_autofree char *fault = NULL;
  g_auto (GStrv) words = dash_command_line_split (text, &fault);
  g_autofree char *shown =
      words != NULL ? dash_command_line_show ((const char *const *) words) : NULL;
  g_autofree char *preview = words != NULL ? g_strdup_printf (_ ("Runs as: %s"), shown) : NULL;
  g_autofree char *warning = words != NULL ? dash_command_line_warn (text) : NULL;

  g_assert (DASH_IS_COMMAND_FORM (self));
  self->faulty = words == NULL;
  gtk_label_set_text (self->preview, preview != NULL ? preview : fault);
  marked_cb (self);
  gtk_label_set_text (self->warning, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning), warning != NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
dash_command_form_class_init (DashCommandFormClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", DASH_TYPE_COMMAND_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
dash_command_form_init (DashCommandForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
}

static void
add_command (DashCommandForm *self, DashForm *form)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, _ ("Command"));
  self->line = dash_form_add_entry (form, group, "selections.argv", _ ("Command line"), "");
  self->preview = dash_form_add_note (group, "dim-label");
  self->warning = dash_form_add_note (group, "warning");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (group));
}

/* Proposes the PATH of this session, so that a program is found as in a terminal. */
static void
propose_path (DashCommandForm *self)
{
  const char *path = g_getenv ("PATH");
  g_autofree char *line = path != NULL ? g_strconcat ("PATH=", path, NULL) : NULL;

  if (line != NULL && g_utf8_validate (line, -1, NULL) && strchr (line, '\n') == NULL)
    gtk_text_buffer_set_text (self->environment, line, -1);
}

static void
add_options (DashCommandForm *self, DashForm *form)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, _ ("Options"));
  self->folder = dash_form_add_entry (form, group, "selections.cwd",
                                      _ ("Working folder (empty: the job’s own folder)"), "");
  self->environment =
      dash_form_add_lines (form, group, "selections.env",
                           _ ("Environment: one NAME=value per line, -NAME removes a variable"));
  self->limit = dash_form_add_entry (form, group, "selections.timeout_s",
                                     _ ("Time limit, like 90 s or 2 h (empty: none)"), "");
  self->restart =
      dash_form_add_switch (form, group, "selections.restart", _ ("Restart After Interruption"),
                            _ ("Queue the job again if a stop of the server interrupted it"));
  dash_command_options_init (&self->options, form, group, self->local);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (group));
}

DashCommandForm *
dash_command_form_new (DashForm *form, gboolean local)
{
  DashCommandForm *self = g_object_new (DASH_TYPE_COMMAND_FORM, NULL);

  g_return_val_if_fail (form != NULL, NULL);
  self->form = form;
  self->local = local;
  add_command (self, form);
  add_options (self, form);
  if (local)
    propose_path (self);
  g_signal_connect_object (self->line, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->line, "notify::css-classes", G_CALLBACK (marked_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
  return self;
}

static void
load_limit (DashCommandForm *self, JsonNode *limit)
{
  double seconds = 0;
  g_autofree char *text = NULL;

  if (!vestim_node_get_double (limit, &seconds))
    return;
  text = vestim_duration_text (seconds);
  gtk_editable_set_text (GTK_EDITABLE (self->limit), text);
}

/* A draft may have any content. Shows a fault for what cannot be typed, because a user would take
 * the rest for the whole job. */
static void
show_lost (DashCommandForm *self, JsonNode *argv, JsonNode *env, gboolean all_words)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (argv != NULL && !all_words)
    vestim_field_errors_add (
        faults, "selections.argv", "%s",
        _ ("The job’s command contains characters that can’t be typed. They are missing here."));
  if (env != NULL && !vestim_node_is_object (env))
    vestim_field_errors_add (
        faults, "selections.env", "%s",
        _ ("The job’s environment is not a set of names and values. It is missing here."));
  if (vestim_node_iter_init (&iter, env))
    while (json_object_iter_next_ordered (&iter, &name, &node))
      if (vestim_node_string (node) == NULL && !vestim_node_is_null (node))
        {
          g_autofree char *shown = vestim_text_line (name, MAX_SHOWN_NAME);

          vestim_field_errors_add (faults, "selections.env",
                                   _ ("The job sets %s to a value that can’t be typed. This form "
                                      "removes the variable instead."),
                                   shown);
        }
  if (faults->len > 0)
    dash_form_show_faults (self->form, faults);
}

void
dash_command_form_load (DashCommandForm *self, JsonNode *selections)
{
  JsonNode *argv = vestim_node_member (selections, "argv");
  JsonNode *variables = vestim_node_member (selections, "env");
  g_auto (GStrv) words = vestim_node_dup_strings (argv);
  const char *cwd = vestim_node_member_string (selections, "cwd");
  g_autofree char *env = dash_environment_text (variables);
  g_autofree char *line = vestim_argv_text ((const char *const *) words);
  gboolean all_words =
      vestim_node_is_array (argv) && g_strv_length (words) == vestim_node_n_elements (argv);
  bool restart = false;

  g_return_if_fail (DASH_IS_COMMAND_FORM (self));
  gtk_editable_set_text (GTK_EDITABLE (self->line), line);
  gtk_editable_set_text (GTK_EDITABLE (self->folder), cwd != NULL ? cwd : "");
  gtk_text_buffer_set_text (self->environment, env, -1);
  load_limit (self, vestim_node_member (selections, "timeout_s"));
  vestim_node_get_bool (vestim_node_member (selections, "restart"), &restart);
  gtk_switch_set_active (self->restart, restart);
  dash_command_options_load (&self->options, selections);
  /* An entry cuts off a text that is too long. */
  all_words = all_words && g_str_equal (line, gtk_editable_get_text (GTK_EDITABLE (self->line)));
  show_lost (self, argv, variables, all_words);
}

static void
save_line (DashCommandForm *self, JsonObject *object, GPtrArray *faults)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->line));
  g_autofree char *fault = NULL;
  g_auto (GStrv) words = dash_command_line_split (text, &fault);

  if (words != NULL)
    dash_form_set_strings (object, "argv", (const char *const *) words);
  else
    vestim_field_errors_add (faults, "selections.argv", "%s", fault);
}

/* "~" is the home folder, as wherever a folder is typed. The home folder of another machine is not
 * known. */
static void
save_folder (DashCommandForm *self, JsonObject *object)
{
  g_autofree char *text = dash_form_dup_text (self->folder);
  g_autofree char *folder = self->local ? dash_form_expand_path (text) : g_strdup (text);

  if (folder[0] == '\0')
    return;
  json_object_set_string_member (object, "cwd", folder);
}

static void
save_environment (DashCommandForm *self, JsonObject *object, GPtrArray *faults)
{
  g_autoptr (JsonObject) env = NULL;
  g_autofree char *text = NULL;
  g_autofree char *fault = NULL;

  g_object_get (self->environment, "text", &text, NULL);
  env = dash_environment_parse (text, &fault);
  if (env == NULL)
    vestim_field_errors_add (faults, "selections.env", "%s", fault);
  else if (json_object_get_size (env) > 0)
    json_object_set_object_member (object, "env", g_steal_pointer (&env));
}

static void
save_limit (DashCommandForm *self, JsonObject *object, GPtrArray *faults)
{
  g_autofree char *text = dash_form_dup_text (self->limit);
  double seconds;

  if (text[0] == '\0')
    return;
  if (!vestim_duration_parse (text, &seconds))
    {
      vestim_field_errors_add (
          faults, "selections.timeout_s", "%s",
          _ ("Type a time above 0 and below 30 years, like 90 s, 15 min or 2 h."));
      return;
    }
  json_object_set_double_member (object, "timeout_s", seconds);
}

JsonNode *
dash_command_form_save (DashCommandForm *self, GPtrArray *faults)
{
  g_autoptr (JsonObject) object = json_object_new ();

  g_return_val_if_fail (DASH_IS_COMMAND_FORM (self), NULL);
  save_line (self, object, faults);
  save_folder (self, object);
  save_environment (self, object, faults);
  save_limit (self, object, faults);
  if (gtk_switch_get_active (self->restart))
    json_object_set_boolean_member (object, "restart", TRUE);
  dash_command_options_save (&self->options, object, faults);
  return json_node_init_object (json_node_alloc (), object);
}

char *
dash_command_form_propose_name (DashCommandForm *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->line));
  g_autofree char *fault = NULL;
  g_auto (GStrv) words = dash_command_line_split (text, &fault);
  g_autofree char *base = words != NULL ? g_path_get_basename (words[0]) : NULL;
  g_autofree char *line = NULL;

  g_return_val_if_fail (DASH_IS_COMMAND_FORM (self), NULL);
  if (base == NULL)
    return g_strdup ("");
  line = words[1] != NULL ? g_strdup_printf ("%s %s", base, words[1]) : g_strdup (base);
  return vestim_text_line (line, 60);
}
