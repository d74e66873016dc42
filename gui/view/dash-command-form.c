/* SPDX-License-Identifier: MIT */
#include "view/dash-command-form.h"

#include <glib/gi18n.h>

#include "base/dash-format.h"
#include "base/dash-setting.h"
#include "common/vestim-fields.h"

struct _DashCommandForm
{
  GtkBox parent;
  DashForm *form;
  AdwEntryRow *line;
  GtkLabel *preview;
  AdwEntryRow *folder;
  AdwEntryRow *environment;
  GtkSwitch *use_path;
  AdwEntryRow *limit;
  GtkSwitch *restart;
};

G_DEFINE_FINAL_TYPE (DashCommandForm, dash_command_form, GTK_TYPE_BOX)

/* (nullable) (transfer full) the words of the command line; `reason` (out) says why not. */
static char **
split (DashCommandForm *self, char **reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = dash_form_dup_text (self->line);
  char **argv = NULL;

  if (!g_shell_parse_argv (text, NULL, &argv, &error))
    *reason = g_strdup (g_error_matches (error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING)
                            ? _ ("type the program and its arguments")
                            : error->message);
  return argv;
}

static void
changed_cb (DashCommandForm *self)
{
  g_autofree char *reason = NULL;
  g_auto (GStrv) argv = split (self, &reason);
  g_autoptr (GString) text = g_string_new (NULL);

  if (argv == NULL)
    g_string_append (text, reason);
  else
    {
      g_string_append (text, _ ("Runs as it is, without a shell: "));
      for (char **word = argv; *word != NULL; word++)
        g_string_append_printf (text, "[%s] ", *word);
    }
  gtk_label_set_text (self->preview, text->str);
}

static void
dash_command_form_class_init (DashCommandFormClass *klass)
{
}

static void
dash_command_form_init (DashCommandForm *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
}

DashCommandForm *
dash_command_form_new (DashForm *form)
{
  DashCommandForm *self = g_object_new (DASH_TYPE_COMMAND_FORM, NULL);
  AdwPreferencesGroup *command = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  AdwPreferencesGroup *options = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  self->form = form;
  adw_preferences_group_set_title (command, _ ("Command"));
  adw_preferences_group_set_title (options, _ ("Options"));
  self->line = dash_form_add_entry (form, command, "selections.argv", _ ("Command line"), "");
  self->preview = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->preview, TRUE);
  gtk_label_set_wrap_mode (self->preview, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->preview, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->preview), "dim-label");
  adw_preferences_group_add (command, GTK_WIDGET (self->preview));
  self->folder = dash_form_add_entry (form, options, "selections.cwd",
                                      _ ("Folder (empty: the job’s own)"), "");
  self->environment = dash_form_add_entry (form, options, "selections.env",
                                           _ ("Environment, like NAME=value OTHER='a b'"), "");
  self->use_path =
      dash_form_add_switch (form, options, "selections.env.PATH", _ ("Use This Session’s PATH"),
                            _ ("So that the program is found where your terminal finds it"));
  gtk_switch_set_active (self->use_path, TRUE);
  self->limit = dash_form_add_entry (form, options, "selections.timeout_s",
                                     _ ("Time limit in seconds (empty: none)"), "");
  self->restart =
      dash_form_add_switch (form, options, "selections.restart", _ ("Restart after Interruption"),
                            _ ("Queue it again when a stop of the server ended it"));
  g_signal_connect_object (self->line, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (command));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (options));
  changed_cb (self);
  return self;
}

static void
load_environment (DashCommandForm *self, const VestimJsonNode *env)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  gtk_switch_set_active (self->use_path, vestim_json_member (env, "PATH") != NULL);
  for (const VestimJsonNode *node = vestim_json_first (env); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      g_autofree char *value = vestim_json_dup_string (node);

      if (name != NULL && !g_str_equal (name, "PATH"))
        g_ptr_array_add (words, value != NULL ? g_strdup_printf ("%s=%s", name, value)
                                              : g_strdup_printf ("-%s", name));
    }
  g_ptr_array_add (words, NULL);
  text = dash_format_argv ((const char *const *) words->pdata);
  gtk_editable_set_text (GTK_EDITABLE (self->environment), text);
}

void
dash_command_form_load (DashCommandForm *self, const VestimJsonNode *selections)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  const VestimJsonNode *argv = vestim_json_member (selections, "argv");
  g_autofree char *cwd = vestim_json_dup_string (vestim_json_member (selections, "cwd"));
  g_autofree char *line = NULL;
  double limit = 0;
  bool restart = false;

  g_return_if_fail (DASH_IS_COMMAND_FORM (self));
  for (const VestimJsonNode *node = vestim_json_first (argv); node; node = vestim_json_next (node))
    {
      char *word = vestim_json_dup_string (node);

      if (word != NULL)
        g_ptr_array_add (words, word);
    }
  g_ptr_array_add (words, NULL);
  line = dash_format_argv ((const char *const *) words->pdata);
  gtk_editable_set_text (GTK_EDITABLE (self->line), line);
  gtk_editable_set_text (GTK_EDITABLE (self->folder), cwd != NULL ? cwd : "");
  load_environment (self, vestim_json_member (selections, "env"));
  if (vestim_json_get_double (vestim_json_member (selections, "timeout_s"), &limit))
    {
      g_autofree char *text = g_strdup_printf ("%g", limit);

      gtk_editable_set_text (GTK_EDITABLE (self->limit), text);
    }
  vestim_json_get_bool (vestim_json_member (selections, "restart"), &restart);
  gtk_switch_set_active (self->restart, restart);
}

/* NAME=value sets, -NAME removes. */
static void
save_environment (DashCommandForm *self, GString *json, GPtrArray *faults)
{
  g_autofree char *text = dash_form_dup_text (self->environment);
  g_auto (GStrv) words = NULL;
  const char *path = g_getenv ("PATH");
  gboolean use_path = gtk_switch_get_active (self->use_path) && path != NULL;

  if (text[0] != '\0' && !g_shell_parse_argv (text, NULL, &words, NULL))
    vestim_field_errors_add (faults, "selections.env", "%s", _ ("a quote is not closed"));
  if (words == NULL && !use_path)
    return;
  dash_setting_begin_member (json, "env");
  g_string_append_c (json, '{');
  if (use_path)
    {
      dash_setting_begin_member (json, "PATH");
      vestim_json_append_string (json, path);
    }
  for (char **word = words; word != NULL && *word != NULL; word++)
    {
      char *equals = strchr (*word, '=');

      if (equals == NULL && (*word)[0] != '-')
        vestim_field_errors_add (faults, "selections.env", _ ("“%s” is not of the form NAME=value"),
                                 *word);
      if (equals != NULL)
        *equals = '\0';
      dash_setting_begin_member (json, equals != NULL ? *word : *word + 1);
      vestim_json_append_string (json, equals != NULL ? equals + 1 : NULL);
    }
  g_string_append_c (json, '}');
}

void
dash_command_form_save (DashCommandForm *self, GString *json, GPtrArray *faults)
{
  g_autofree char *reason = NULL;
  g_auto (GStrv) argv = split (self, &reason);
  g_autofree char *folder = dash_form_dup_text (self->folder);
  g_autofree char *limit = dash_form_dup_text (self->limit);
  char *end = NULL;
  double seconds = g_ascii_strtod (limit, &end);

  g_return_if_fail (DASH_IS_COMMAND_FORM (self));
  g_string_append_c (json, '{');
  if (argv != NULL)
    dash_form_append_strings (json, "argv", (const char *const *) argv);
  else
    vestim_field_errors_add (faults, "selections.argv", "%s", reason);
  if (folder[0] != '\0')
    {
      dash_setting_begin_member (json, "cwd");
      vestim_json_append_string (json, folder);
    }
  save_environment (self, json, faults);
  if (limit[0] != '\0' && (*end != '\0' || !(seconds > 0)))
    vestim_field_errors_add (faults, "selections.timeout_s", "%s",
                             _ ("must be a number of seconds above 0"));
  else if (limit[0] != '\0')
    {
      dash_setting_begin_member (json, "timeout_s");
      vestim_json_append_double (json, seconds);
    }
  if (gtk_switch_get_active (self->restart))
    {
      dash_setting_begin_member (json, "restart");
      g_string_append (json, "true");
    }
  g_string_append_c (json, '}');
}

char *
dash_command_form_propose_name (DashCommandForm *self)
{
  g_autofree char *reason = NULL;
  g_auto (GStrv) argv = split (self, &reason);
  g_autofree char *base = argv != NULL ? g_path_get_basename (argv[0]) : NULL;

  if (base == NULL)
    return g_strdup (_ ("Command"));
  if (argv[1] == NULL)
    return dash_format_line (base, 60);
  g_autofree char *line = g_strdup_printf ("%s %s", base, argv[1]);
  return dash_format_line (line, 60);
}
