/* SPDX-License-Identifier: MIT */

/* The rows follow the table of settings: a word is chosen, a number or layers are typed. The
 * schedule is an object: its members have rows of their own, of which those are visible that the
 * chosen kind of schedule has. The usual settings are always sent; of the others, those that differ
 * from their default, so that the server decides about the rest. */

#include "gui/view/new-job/dash-estimation-fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/estimation/vestim-settings.h"
#include "common/json/vestim-fields.h"
#include "gui/base/dash-file-columns.h"
#include "gui/base/dash-setting-text.h"

/* In the order in which they are shown; all others are advanced. */
static const char *const usual[] = { "model",    "layers",        "max_epochs",
                                     "lookback", "learning_rate", NULL };

typedef struct
{
  const VestimSetting *setting;
  GtkWidget *row; /* a combo row for words, an entry row for all else */
  char *initial;  /* the text of an entry row */
} Field;

static void
field_free (gpointer data)
{
  Field *field = data;

  g_free (field->initial);
  g_free (field);
}

static const VestimSetting *
schedule_setting (void)
{
  return vestim_setting_find ("schedule");
}

static gboolean
is_typed (const VestimSetting *setting)
{
  return setting->type == VESTIM_SETTING_WHOLE || setting->type == VESTIM_SETTING_SEED
         || setting->type == VESTIM_SETTING_NUMBER || setting->type == VESTIM_SETTING_LIMIT
         || setting->type == VESTIM_SETTING_LAYERS;
}

static gboolean
is_chosen (const VestimSetting *setting)
{
  return setting->type == VESTIM_SETTING_WORD;
}

static gboolean
is_usual (const VestimSetting *setting)
{
  return g_strv_contains (usual, setting->name);
}

static gboolean
is_of_schedule (const VestimSetting *setting)
{
  return vestim_setting_is_in (setting, schedule_setting ());
}

static Field *
find_field (DashEstimationFields *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = self->fields->pdata[i];

      if (g_str_equal (field->setting->name, name))
        return field;
    }
  g_return_val_if_reached (NULL);
}

static guint
selected_in (const Field *field)
{
  return adw_combo_row_get_selected (ADW_COMBO_ROW (field->row));
}

static gboolean
schedule_has (DashEstimationFields *self, const Field *field)
{
  guint kind = selected_in (find_field (self, "schedule.kind"));

  return vestim_setting_is_of_schedule (field->setting, (int) kind);
}

static void
schedule_changed_cb (GObject *row, GParamSpec *pspec, gpointer data)
{
  DashEstimationFields *self = data;

  g_assert (self->fields != NULL);
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];

      if (is_of_schedule (field->setting))
        gtk_widget_set_visible (field->row, schedule_has (self, field));
    }
}

/* (transfer full) */
static char *
dup_label (const VestimSetting *setting)
{
  g_autofree char *label = dash_setting_text_label (setting);

  if (setting->type == VESTIM_SETTING_LAYERS)
    return g_strdup_printf (_ ("%s (sizes, for example 18, 18)"), label);
  return g_steal_pointer (&label);
}

/* (transfer full) */
static char *
dup_tooltip (const VestimSetting *setting)
{
  if (is_typed (setting) && vestim_setting_can_be_swept (setting))
    return g_strdup_printf ("%s\n%s", _ (setting->help),
                            _ ("To try several values, separate them with semicolons."));
  return g_strdup (_ (setting->help));
}

static void
add_field (DashEstimationFields *self, DashForm *form, const VestimSetting *setting)
{
  Field *field = g_new0 (Field, 1);
  g_autofree char *path = g_strconcat ("selections.", setting->name, NULL);
  g_autofree char *swept = g_strconcat ("selections.sweep.", setting->name, NULL);
  g_autofree char *label = dup_label (setting);
  g_autofree char *tooltip = dup_tooltip (setting);

  field->setting = setting;
  field->initial = dash_setting_text_default (setting);
  if (is_chosen (setting))
    field->row = dash_form_add_choice (form, NULL, path, label, setting->words);
  else
    {
      field->row = GTK_WIDGET (dash_form_add_entry (form, NULL, path, label, field->initial));
      dash_form_register (form, swept, field->row);
    }
  gtk_widget_set_tooltip_text (field->row, tooltip);
  g_ptr_array_add (self->fields, field);
}

static void
add_fields (DashEstimationFields *self, DashForm *form)
{
  for (gsize i = 0; usual[i] != NULL; i++)
    add_field (self, form, vestim_setting_find (usual[i]));
  for (const VestimSetting *setting = vestim_settings; setting->name != NULL; setting++)
    if ((is_typed (setting) || is_chosen (setting)) && !is_usual (setting)
        && (vestim_setting_is_in (setting, NULL) || is_of_schedule (setting)))
      add_field (self, form, setting);
}

void
dash_estimation_fields_init (DashEstimationFields *self, DashForm *form, AdwPreferencesGroup *group,
                             AdwExpanderRow *more, GCallback changed, gpointer object)
{
  Field *schedule;

  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && ADW_IS_EXPANDER_ROW (more));
  self->fields = g_ptr_array_new_with_free_func (field_free);
  add_fields (self, form);
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];

      if (is_usual (field->setting))
        adw_preferences_group_add (group, field->row);
      else
        adw_expander_row_add_row (more, field->row);
      g_signal_connect_object (field->row,
                               is_chosen (field->setting) ? "notify::selected" : "changed", changed,
                               object, G_CONNECT_SWAPPED);
    }
  schedule = find_field (self, "schedule.kind");
  dash_form_register (form, "selections.schedule", schedule->row);
  g_signal_connect (schedule->row, "notify::selected", G_CALLBACK (schedule_changed_cb), self);
  schedule_changed_cb (NULL, NULL, self);
  self->rest = dash_form_add_entry (form, NULL, "selections", _ ("Further settings (JSON)"), "");
  adw_expander_row_add_row (more, GTK_WIDGET (self->rest));
  g_signal_connect_object (self->rest, "changed", changed, object, G_CONNECT_SWAPPED);
}

void
dash_estimation_fields_clear (DashEstimationFields *self)
{
  g_clear_pointer (&self->fields, g_ptr_array_unref);
}

/* Whether the member has a row, here or in the form. A sweep of words has none, nor have objects,
 * the name of the time column and the initial model. */
static gboolean
is_shown (const char *name, gboolean in_sweep)
{
  const VestimSetting *setting = vestim_setting_find (name);

  if (setting == NULL || !vestim_setting_is_in (setting, NULL))
    return FALSE;
  if (is_typed (setting))
    return TRUE;
  return !in_sweep && !g_str_equal (name, "time_column") && !g_str_equal (name, "initial_model")
         && (setting->type != VESTIM_SETTING_OBJECT || setting == schedule_setting ());
}

static void
load_word (const Field *field, JsonNode *node)
{
  const char *word = vestim_node_string (node);
  int index = word != NULL ? vestim_setting_find_word (field->setting->name, word) : -1;

  if (index >= 0)
    adw_combo_row_set_selected (ADW_COMBO_ROW (field->row), (guint) index);
}

static void
load_text (const Field *field, JsonNode *object)
{
  g_autofree char *text = dash_sweep_input_text (object, field->setting);

  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (field->row), text);
}

void
dash_estimation_fields_load (DashEstimationFields *self, JsonNode *selections)
{
  JsonNode *schedule = vestim_node_member (selections, schedule_setting ()->name);
  g_autofree char *rest = dash_sweep_input_rest (selections, is_shown);

  g_return_if_fail (self->fields != NULL);
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];
      JsonNode *object = is_of_schedule (field->setting) ? schedule : selections;

      if (is_chosen (field->setting))
        load_word (field, vestim_node_member (object, vestim_setting_member (field->setting)));
      else
        load_text (field, object);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->rest), rest);
}

static void
save_word (const Field *field, JsonObject *object)
{
  guint selected = selected_in (field);

  if (selected == 0 && !is_usual (field->setting))
    return;
  json_object_set_string_member (object, vestim_setting_member (field->setting),
                                 field->setting->words[selected]);
}

static void
save_text (const Field *field, DashSweepInput *input, GPtrArray *faults)
{
  g_autofree char *text = dash_form_dup_text (ADW_ENTRY_ROW (field->row));
  g_autofree char *path = g_strconcat ("selections.", field->setting->name, NULL);
  g_autofree char *wrong = NULL;

  if (!is_usual (field->setting) && g_str_equal (text, field->initial))
    return;
  if (is_of_schedule (field->setting) && strchr (text, ';') != NULL)
    wrong = g_strdup (text);
  else if (dash_sweep_input_add (input, field->setting, text, &wrong))
    return;
  vestim_field_errors_add (faults, path,
                           field->setting->type == VESTIM_SETTING_LAYERS
                               ? _ ("“%s” is not a list of sizes: type numbers like 18, 18.")
                               : _ ("“%s” is not a number."),
                           wrong);
}

/* The members of the schedule that differ from their defaults; no schedule if none does. */
static void
save_schedule (DashEstimationFields *self, JsonObject *members, GPtrArray *faults)
{
  DashSweepInput schedule;

  dash_sweep_input_init (&schedule);
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];

      if (!is_of_schedule (field->setting) || !schedule_has (self, field))
        continue;
      if (is_chosen (field->setting))
        save_word (field, schedule.members);
      else
        save_text (field, &schedule, faults);
    }
  if (json_object_get_size (schedule.members) > 0)
    json_object_set_member (members, schedule_setting ()->name, dash_sweep_input_end (&schedule));
  dash_sweep_input_clear (&schedule);
}

void
dash_estimation_fields_save (DashEstimationFields *self, DashSweepInput *settings,
                             GPtrArray *faults)
{
  g_autofree char *rest = dash_form_dup_text (self->rest);
  g_autofree char *layers = NULL;
  g_autofree char *wrong = NULL;

  g_return_if_fail (self->fields != NULL);
  layers = dash_form_dup_text (ADW_ENTRY_ROW (find_field (self, "layers")->row));
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];

      if (is_chosen (field->setting) && !is_of_schedule (field->setting))
        save_word (field, settings->members);
    }
  save_schedule (self, settings->members, faults);
  for (guint i = 0; i < self->fields->len; i++)
    {
      const Field *field = self->fields->pdata[i];

      if (!is_chosen (field->setting) && !is_of_schedule (field->setting))
        save_text (field, settings, faults);
    }
  if (layers[0] == '\0')
    vestim_field_errors_add (faults, "selections.layers", "%s", _ ("Type at least one size."));
  if (!dash_sweep_input_add_rest (settings, rest, is_shown, &wrong))
    vestim_field_errors_add (faults, "selections", "%s", wrong);
}

char **
dash_estimation_fields_dup_computed (DashEstimationFields *self)
{
  return dash_file_columns_computed (gtk_editable_get_text (GTK_EDITABLE (self->rest)));
}

char *
dash_estimation_fields_describe (DashEstimationFields *self)
{
  const Field *model = find_field (self, "model");
  g_autofree char *layers = dash_form_dup_text (ADW_ENTRY_ROW (find_field (self, "layers")->row));

  return g_strdup_printf ("%s %s", model->setting->words[selected_in (model)], layers);
}

char *
dash_estimation_fields_dup_epochs (DashEstimationFields *self)
{
  return dash_form_dup_text (ADW_ENTRY_ROW (find_field (self, "max_epochs")->row));
}

guint
dash_estimation_fields_count_tasks (DashEstimationFields *self)
{
  const VestimSetting *setting = vestim_setting_find ("repetitions");
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  DashSweepInput settings;
  int64_t repetitions = 1, n_searched = 0;
  JsonNode *search;

  dash_sweep_input_init (&settings);
  dash_estimation_fields_save (self, &settings, faults);
  search = json_object_get_member (settings.members, "search");
  vestim_node_get_int64 (json_object_get_member (settings.members, setting->name), &repetitions);
  vestim_node_get_int64 (vestim_node_member (search, "tasks"), &n_searched);
  dash_sweep_input_clear (&settings);
  if (n_searched > 0)
    return (guint) MIN (n_searched, (int64_t) vestim_setting_find ("search.tasks")->max);
  return settings.n_tasks * (guint) CLAMP (repetitions, 1, (int64_t) setting->max);
}
