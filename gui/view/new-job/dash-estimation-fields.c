/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-estimation-fields.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/json/vestim-fields.h"

/* An empty entry, and one that was left alone among the advanced, is left to the server. */
typedef struct
{
  const char *name;
  const char *title;
  const char *initial;
  DashSweepInputKind kind;
  gboolean advanced;
} NumberField;

enum
{
  LAYERS,
  MAX_EPOCHS,
};

static const NumberField numbers[DASH_ESTIMATION_NUMBERS] = {
  [LAYERS] = { "layers", N_ ("Layers: hidden sizes, like 10 or 18, 18"), "10",
               DASH_SWEEP_INPUT_LAYERS, FALSE },
  [MAX_EPOCHS] = { "max_epochs", N_ ("Epochs, at most"), "100", DASH_SWEEP_INPUT_NUMBER, FALSE },
  { "lookback", N_ ("Rows in a window (lookback)"), "100", DASH_SWEEP_INPUT_NUMBER, FALSE },
  { "learning_rate", N_ ("Learning rate"), "0.003", DASH_SWEEP_INPUT_NUMBER, FALSE },
  { "batch_size", N_ ("Windows in a batch"), "200", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "patience", N_ ("Stop after epochs without gain"), "20", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "max_minutes", N_ ("Minutes of training, at most"), "", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "weight_decay", N_ ("Weight decay"), "0", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "gradient_clip", N_ ("Largest norm of the gradient"), "", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "dropout", N_ ("Dropout"), "0", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "seed", N_ ("Seed"), "1", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "repetitions", N_ ("Repetitions with further seeds"), "1", DASH_SWEEP_INPUT_NUMBER, TRUE },
  { "threads", N_ ("Tasks at a time (threads)"), "1", DASH_SWEEP_INPUT_NUMBER, TRUE },
};

typedef struct
{
  const char *name;
  const char *title;
  const char *const words[5];
} ChoiceField;

enum
{
  MODEL,
  SCHEDULE,
};

/* The first word is the server's default. */
static const ChoiceField choices[DASH_ESTIMATION_CHOICES] = {
  [MODEL] = { "model", N_ ("Model"), { "LSTM", "GRU", "FNN", NULL } },
  [SCHEDULE] = { "schedule",
                 N_ ("Learning rate schedule"),
                 { "plateau", "step", "cosine", "none", NULL } },
  { "optimizer", N_ ("Optimizer"), { "adam", "adamw", NULL } },
  { "test_mode", N_ ("Test"), { "windowed", "carried", NULL } },
};

static const struct
{
  const char *name;
  const char *title;
  const char *initial;            /* the server's default */
  const char *const schedules[3]; /* that have it */
} schedule_numbers[DASH_ESTIMATION_SCHEDULE_NUMBERS] = {
  { "factor", N_ ("Schedule: factor of the rate"), "0.5", { "plateau", "step", NULL } },
  { "patience", N_ ("Schedule: epochs without gain"), "5", { "plateau", NULL } },
  { "period", N_ ("Schedule: epochs in a step"), "10", { "step", NULL } },
};

static const char *
chosen (DashEstimationFields *self, guint index)
{
  return choices[index].words[adw_combo_row_get_selected (ADW_COMBO_ROW (self->choices[index]))];
}

static gboolean
schedule_has (DashEstimationFields *self, gsize index)
{
  return g_strv_contains (schedule_numbers[index].schedules, chosen (self, SCHEDULE));
}

static void
schedule_changed_cb (GObject *row, GParamSpec *pspec, gpointer data)
{
  DashEstimationFields *self = data;

  for (gsize i = 0; i < G_N_ELEMENTS (schedule_numbers); i++)
    gtk_widget_set_visible (GTK_WIDGET (self->schedule_numbers[i]), schedule_has (self, i));
}

static void
add_choice (DashEstimationFields *self, DashForm *form, gsize index)
{
  g_autofree char *field = g_strconcat ("selections.", choices[index].name, NULL);

  self->choices[index] =
      dash_form_add_choice (form, NULL, field, _ (choices[index].title), choices[index].words);
}

static void
add_number (DashEstimationFields *self, DashForm *form, gsize index)
{
  g_autofree char *field = g_strconcat ("selections.", numbers[index].name, NULL);
  g_autofree char *swept = g_strconcat ("selections.sweep.", numbers[index].name, NULL);

  self->numbers[index] =
      dash_form_add_entry (form, NULL, field, _ (numbers[index].title), numbers[index].initial);
  dash_form_register (form, swept, GTK_WIDGET (self->numbers[index]));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->numbers[index]),
                               _ ("Separate several values with semicolons to try them all"));
}

static void
add_schedule_numbers (DashEstimationFields *self, DashForm *form, AdwExpanderRow *more)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schedule_numbers); i++)
    {
      g_autofree char *field = g_strconcat ("selections.schedule.", schedule_numbers[i].name, NULL);

      self->schedule_numbers[i] = dash_form_add_entry (
          form, NULL, field, _ (schedule_numbers[i].title), schedule_numbers[i].initial);
      adw_expander_row_add_row (more, GTK_WIDGET (self->schedule_numbers[i]));
    }
  g_signal_connect (self->choices[SCHEDULE], "notify::selected", G_CALLBACK (schedule_changed_cb),
                    self);
  schedule_changed_cb (NULL, NULL, self);
}

void
dash_estimation_fields_init (DashEstimationFields *self, DashForm *form, AdwPreferencesGroup *group,
                             AdwExpanderRow *more, GCallback changed, gpointer object)
{
  add_choice (self, form, MODEL);
  adw_preferences_group_add (group, self->choices[MODEL]);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      add_number (self, form, i);
      if (numbers[i].advanced)
        adw_expander_row_add_row (more, GTK_WIDGET (self->numbers[i]));
      else
        adw_preferences_group_add (group, GTK_WIDGET (self->numbers[i]));
      g_signal_connect_object (self->numbers[i], "changed", changed, object, G_CONNECT_SWAPPED);
    }
  for (gsize i = MODEL + 1; i < G_N_ELEMENTS (choices); i++)
    {
      add_choice (self, form, i);
      adw_expander_row_add_row (more, self->choices[i]);
      if (i == SCHEDULE)
        add_schedule_numbers (self, form, more);
    }
  self->rest = dash_form_add_entry (form, NULL, "selections", _ ("Further settings (JSON)"), "");
  adw_expander_row_add_row (more, GTK_WIDGET (self->rest));
  g_signal_connect_object (self->choices[MODEL], "notify::selected", changed, object,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rest, "changed", changed, object, G_CONNECT_SWAPPED);
}

/* The members that have rows of their own, here or in the form. */
static gboolean
is_shown (const char *name, gboolean in_sweep)
{
  static const char *const others[] = { "train_files", "validation_files", "test_files",
                                        "folder_path", "inputs",           "target",
                                        NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (numbers[i].name, name))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (choices) && !in_sweep; i++)
    if (g_str_equal (choices[i].name, name))
      return TRUE;
  return !in_sweep && g_strv_contains (others, name);
}

static void
load_choice (DashEstimationFields *self, const VestimJsonNode *selections, gsize index)
{
  const VestimJsonNode *node = vestim_json_member (selections, choices[index].name);
  const VestimJsonNode *kind = vestim_json_member (node, "kind");
  g_autofree char *word = vestim_json_dup_string (kind != NULL ? kind : node);

  for (guint i = 0; word != NULL && choices[index].words[i] != NULL; i++)
    if (g_str_equal (choices[index].words[i], word))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->choices[index]), i);
}

static void
load_number (AdwEntryRow *row, const VestimJsonNode *object, const char *name,
             DashSweepInputKind kind)
{
  g_autofree char *text = dash_sweep_input_text (object, name, kind);

  if (text != NULL)
    gtk_editable_set_text (GTK_EDITABLE (row), text);
}

void
dash_estimation_fields_load (DashEstimationFields *self, const VestimJsonNode *selections)
{
  const VestimJsonNode *schedule = vestim_json_member (selections, "schedule");
  g_autofree char *rest = dash_sweep_input_rest (selections, is_shown);

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    load_number (self->numbers[i], selections, numbers[i].name, numbers[i].kind);
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    load_choice (self, selections, i);
  for (gsize i = 0; i < G_N_ELEMENTS (schedule_numbers); i++)
    load_number (self->schedule_numbers[i], schedule, schedule_numbers[i].name,
                 DASH_SWEEP_INPUT_NUMBER);
  gtk_editable_set_text (GTK_EDITABLE (self->rest), rest);
}

static void
save_numbers (DashEstimationFields *self, DashSweepInput *settings, GPtrArray *faults)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = dash_form_dup_text (self->numbers[i]);
      g_autofree char *field = g_strconcat ("selections.", numbers[i].name, NULL);
      g_autofree char *wrong = NULL;

      if (numbers[i].advanced && g_str_equal (text, numbers[i].initial))
        continue;
      if (!dash_sweep_input_add (settings, numbers[i].name, numbers[i].kind, text, &wrong))
        vestim_field_errors_add (faults, field,
                                 numbers[i].kind == DASH_SWEEP_INPUT_LAYERS
                                     ? _ ("“%s” is not a list of sizes: type numbers like 18, 18.")
                                     : _ ("“%s” is not a number."),
                                 wrong);
    }
}

/* The schedule is one object, and left out when all of it is the server's default. */
static void
save_schedule (DashEstimationFields *self, GString *json, GPtrArray *faults)
{
  DashSweepInput schedule;

  dash_sweep_input_init (&schedule);
  if (adw_combo_row_get_selected (ADW_COMBO_ROW (self->choices[SCHEDULE])) > 0)
    {
      dash_sweep_input_begin_member (schedule.members, "kind");
      vestim_json_append_string (schedule.members, chosen (self, SCHEDULE));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (schedule_numbers); i++)
    {
      g_autofree char *text = dash_form_dup_text (self->schedule_numbers[i]);
      g_autofree char *field = g_strconcat ("selections.schedule.", schedule_numbers[i].name, NULL);
      g_autofree char *wrong = NULL;

      if (schedule_has (self, i) && !g_str_equal (text, schedule_numbers[i].initial)
          && (strchr (text, ';') != NULL
              || !dash_sweep_input_add (&schedule, schedule_numbers[i].name,
                                        DASH_SWEEP_INPUT_NUMBER, text, &wrong)))
        vestim_field_errors_add (faults, field, _ ("“%s” is not a number."), wrong ? wrong : text);
    }
  if (schedule.members->len > 1)
    {
      g_autofree char *object = dash_sweep_input_end (&schedule);

      dash_sweep_input_begin_member (json, "schedule");
      g_string_append (json, object);
    }
  dash_sweep_input_clear (&schedule);
}

void
dash_estimation_fields_save (DashEstimationFields *self, DashSweepInput *settings,
                             GPtrArray *faults)
{
  g_autofree char *rest = dash_form_dup_text (self->rest);
  g_autofree char *layers = dash_form_dup_text (self->numbers[LAYERS]);
  g_autofree char *wrong = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->choices[i]));

      if (i == SCHEDULE || (selected == 0 && i != MODEL))
        continue;
      dash_sweep_input_begin_member (settings->members, choices[i].name);
      vestim_json_append_string (settings->members, choices[i].words[selected]);
    }
  save_schedule (self, settings->members, faults);
  save_numbers (self, settings, faults);
  if (layers[0] == '\0')
    vestim_field_errors_add (faults, "selections.layers", "%s", _ ("Type at least one size."));
  if (!dash_sweep_input_add_rest (settings, rest, is_shown, &wrong))
    vestim_field_errors_add (faults, "selections", "%s", wrong);
}

char *
dash_estimation_fields_describe (DashEstimationFields *self)
{
  g_autofree char *layers = dash_form_dup_text (self->numbers[LAYERS]);

  return g_strdup_printf ("%s %s", chosen (self, MODEL), layers);
}

char *
dash_estimation_fields_dup_epochs (DashEstimationFields *self)
{
  return dash_form_dup_text (self->numbers[MAX_EPOCHS]);
}

guint
dash_estimation_fields_count_tasks (DashEstimationFields *self)
{
  g_autoptr (GPtrArray) faults = vestim_field_errors_new ();
  g_autoptr (VestimJsonDoc) doc = NULL;
  g_autofree char *json = NULL;
  DashSweepInput settings;
  int64_t repetitions = 1;

  dash_sweep_input_init (&settings);
  dash_estimation_fields_save (self, &settings, faults);
  json = dash_sweep_input_end (&settings);
  doc = vestim_json_parse (json, strlen (json), NULL);
  if (doc != NULL)
    vestim_json_get_int64 (vestim_json_member (vestim_json_root (doc), "repetitions"),
                           &repetitions);
  dash_sweep_input_clear (&settings);
  return settings.n_tasks * (guint) CLAMP (repetitions, 1, 1000);
}
