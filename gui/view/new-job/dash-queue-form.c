/* SPDX-License-Identifier: MIT */
#include "gui/view/new-job/dash-queue-form.h"

#include <glib/gi18n.h>

#include "common/job/vestim-retry-policy.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-queue-input.h"
#include "gui/base/dash-queue-text.h"
#include "gui/view/new-job/dash-dependency-set.h"

#define GROUP_ACTION "queue-form.group"

struct _DashQueueForm
{
  AdwPreferencesGroup parent;
  DashForm *form;
  AdwExpanderRow *more;
  AdwEntryRow *entries[DASH_QUEUE_NOTE]; /* the note has several lines */
  GtkTextBuffer *note;
  AdwComboRow *enforce;
  GtkSwitch *causes[VESTIM_N_RETRY_CAUSES];
  GtkSwitch *pinned;
  AdwActionRow *free;
  DashDependencySet *dependencies;
  DashConnection *connection;
  DashQueueInput *stored; /* what the server has, or takes when nothing is said */
};

G_DEFINE_FINAL_TYPE (DashQueueForm, dash_queue_form, ADW_TYPE_PREFERENCES_GROUP)

static const struct
{
  const char *field;
  const char *title;
} fields[DASH_QUEUE_NOTE] = {
  [DASH_QUEUE_GROUP] = { "group", N_ ("Group") },
  [DASH_QUEUE_CPUS] = { "resources.cpus", N_ ("CPUs") },
  [DASH_QUEUE_MEMORY] = { "resources.memory_mb", N_ ("Memory, like 512M or 8G (0: any)") },
  [DASH_QUEUE_GPUS] = { "resources.gpus", N_ ("GPUs") },
  [DASH_QUEUE_RETRIES] = { "retry.max", N_ ("Retries") },
  [DASH_QUEUE_DELAY] = { "retry.delay_s", N_ ("Delay before a retry, like 10 s or 5 min") },
  [DASH_QUEUE_BACKOFF] = { "retry.backoff", N_ ("Factor by which the delay grows each time") },
  [DASH_QUEUE_NEVER] = { "retry.never_exit_codes", N_ ("Exit codes without a retry, like 2, 3") },
  [DASH_QUEUE_START] = { "start_after", N_ ("Not before, like 2026-12-24 18:00") },
  [DASH_QUEUE_TAGS] = { "tags", N_ ("Tags, with commas between them") },
  [DASH_QUEUE_UNIQUE] = { "unique", N_ ("Only once at a time under the name") },
};

/* In the order of VestimRetryCause. */
static const struct
{
  const char *field;
  const char *title;
  const char *subtitle;
} causes[VESTIM_N_RETRY_CAUSES] = {
  { "retry.on", N_ ("Retry After a Failure"),
    N_ ("The program ended with an error or could not be started") },
  { "retry.on[1]", N_ ("Retry After a Timeout"), N_ ("The job reached its time limit") },
  { "retry.on[2]", N_ ("Retry After a Loss"),
    N_ ("The processes disappeared, or the computer went down") },
};

/* ---- Rows ---- */

/* (transfer none) the row that shows the faults of the field. */
static GtkWidget *
row_of (DashQueueForm *self, const char *field)
{
  return g_hash_table_lookup (self->form->rows, field);
}

/* Without retries, the details of them have no meaning. */
static void
retries_changed_cb (DashQueueForm *self)
{
  GtkEditable *entry = GTK_EDITABLE (self->entries[DASH_QUEUE_RETRIES]);
  gboolean retries = dash_queue_input_retries (gtk_editable_get_text (entry));

  g_assert (DASH_IS_QUEUE_FORM (self));
  for (DashQueueText i = DASH_QUEUE_DELAY; i <= DASH_QUEUE_NEVER; i++)
    gtk_widget_set_sensitive (GTK_WIDGET (self->entries[i]), retries);
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    gtk_widget_set_sensitive (row_of (self, causes[i].field), retries);
}

static void
add_entries (DashQueueForm *self, DashQueueText first, DashQueueText last)
{
  for (DashQueueText i = first; i <= last; i++)
    {
      self->entries[i] =
          dash_form_add_entry (self->form, NULL, fields[i].field, _ (fields[i].title), "");
      adw_expander_row_add_row (self->more, GTK_WIDGET (self->entries[i]));
    }
}

/* ---- Groups ---- */

static void
group_cb (GtkWidget *widget, const char *action, GVariant *name)
{
  DashQueueForm *self = DASH_QUEUE_FORM (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->entries[DASH_QUEUE_GROUP]),
                         g_variant_get_string (name, NULL));
}

/* The groups as the server has them when the menu opens. */
static void
make_groups_cb (GtkMenuButton *button, gpointer data)
{
  DashQueueForm *self = data;
  const DashServerInfo *info = dash_connection_get_info (self->connection);
  g_autoptr (GMenu) menu = g_menu_new ();

  g_assert (DASH_IS_QUEUE_FORM (self));
  for (guint i = 0; info != NULL && i < info->groups->len; i++)
    {
      const DashGroup *group = info->groups->pdata[i];
      g_autofree char *label = dash_format_menu_label (group->name);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, GROUP_ACTION, "s", group->name);
      g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* A new group is typed, a known one can be chosen. */
static void
add_groups (DashQueueForm *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  const char *label = _ ("Choose a Group");

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "pan-down-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), make_groups_cb, self, NULL);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  adw_entry_row_add_suffix (self->entries[DASH_QUEUE_GROUP], button);
}

/* ---- Slots ---- */

static void
show_free (DashQueueForm *self)
{
  const DashServerInfo *info = dash_connection_get_info (self->connection);
  g_autofree char *text = info != NULL ? dash_queue_text_free (info) : NULL;

  g_assert (DASH_IS_QUEUE_FORM (self));
  gtk_widget_set_visible (GTK_WIDGET (self->free), text != NULL);
  if (text != NULL)
    adw_action_row_set_subtitle (self->free, text);
}

static void
add_free (DashQueueForm *self)
{
  GtkWidget *row = adw_action_row_new ();

  self->free = ADW_ACTION_ROW (row);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Free Now"));
  adw_expander_row_add_row (self->more, row);
  g_signal_connect_object (self->connection, "notify::info", G_CALLBACK (show_free), self,
                           G_CONNECT_SWAPPED);
  show_free (self);
}

/* ---- Other rows ---- */

static void
add_enforce (DashQueueForm *self)
{
  /* In the order of VestimEnforce. */
  const char *const words[] = { _ ("No"), _ ("For the Whole Job"), _ ("Memory of Each Process"),
                                NULL };
  GtkWidget *row = dash_form_add_choice (self->form, NULL, "resources.enforce",
                                         _ ("Limits Are Enforced"), words);

  self->enforce = ADW_COMBO_ROW (row);
  adw_expander_row_add_row (self->more, row);
}

static void
cause_cb (GtkSwitch *button, GParamSpec *pspec, DashQueueForm *self)
{
  g_assert (DASH_IS_QUEUE_FORM (self));
  dash_form_unmark (row_of (self, causes[0].field));
}

static void
add_causes (DashQueueForm *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    {
      self->causes[i] = dash_form_add_switch (self->form, NULL, causes[i].field,
                                              _ (causes[i].title), _ (causes[i].subtitle));
      adw_expander_row_add_row (self->more, row_of (self, causes[i].field));
      g_signal_connect_object (self->causes[i], "notify::active", G_CALLBACK (cause_cb), self, 0);
    }
}

static void
add_rows (DashQueueForm *self)
{
  add_entries (self, DASH_QUEUE_GROUP, DASH_QUEUE_GPUS);
  add_groups (self);
  add_free (self);
  add_enforce (self);
  add_entries (self, DASH_QUEUE_RETRIES, DASH_QUEUE_BACKOFF);
  add_causes (self);
  add_entries (self, DASH_QUEUE_NEVER, DASH_QUEUE_START);
  self->dependencies =
      dash_dependency_set_new (self->form, dash_connection_get_store (self->connection));
  adw_expander_row_add_row (self->more, GTK_WIDGET (self->dependencies));
  add_entries (self, DASH_QUEUE_TAGS, DASH_QUEUE_UNIQUE);
  self->pinned = dash_form_add_switch (self->form, NULL, "pinned", _ ("Pinned"),
                                       _ ("The job is kept when old jobs are cleaned up"));
  adw_expander_row_add_row (self->more, row_of (self, "pinned"));
  self->note = dash_form_add_lines (self->form, NULL, "note", _ ("Note"));
  adw_expander_row_add_row (self->more, row_of (self, "note"));
  dash_form_register (self->form, "resources", GTK_WIDGET (self->entries[DASH_QUEUE_CPUS]));
  dash_form_register (self->form, "retry", GTK_WIDGET (self->entries[DASH_QUEUE_RETRIES]));
}

/* ---- Contents ---- */

static void
show (DashQueueForm *self, const DashQueueInput *input)
{
  for (DashQueueText i = 0; i < DASH_QUEUE_NOTE; i++)
    gtk_editable_set_text (GTK_EDITABLE (self->entries[i]), input->texts[i]);
  gtk_text_buffer_set_text (self->note, input->texts[DASH_QUEUE_NOTE], -1);
  adw_combo_row_set_selected (self->enforce, input->enforce);
  gtk_switch_set_active (self->pinned, input->pinned);
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    gtk_switch_set_active (self->causes[i], (input->retry_on & (1u << i)) != 0);
  for (guint i = 0; i < input->depends_on->len; i++)
    {
      const VestimDependency *dependency = input->depends_on->pdata[i];

      dash_dependency_set_add (self->dependencies, dependency->job_id, dependency->when);
    }
}

/* (transfer full) what the form shows. */
static DashQueueInput *
read_input (DashQueueForm *self)
{
  DashQueueInput *input = dash_queue_input_new (NULL);
  g_autofree char *note = NULL;

  for (DashQueueText i = 0; i < DASH_QUEUE_NOTE; i++)
    dash_queue_input_set (input, i, gtk_editable_get_text (GTK_EDITABLE (self->entries[i])));
  g_object_get (self->note, "text", &note, NULL);
  dash_queue_input_set (input, DASH_QUEUE_NOTE, note);
  input->enforce = (VestimEnforce) adw_combo_row_get_selected (self->enforce);
  input->pinned = gtk_switch_get_active (self->pinned);
  input->retry_on = 0;
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    if (gtk_switch_get_active (self->causes[i]))
      input->retry_on |= 1u << i;
  dash_dependency_set_save (self->dependencies, input);
  return input;
}

/* ---- Class ---- */

static void
dash_queue_form_dispose (GObject *object)
{
  g_clear_object (&DASH_QUEUE_FORM (object)->connection);
  G_OBJECT_CLASS (dash_queue_form_parent_class)->dispose (object);
}

static void
dash_queue_form_finalize (GObject *object)
{
  dash_queue_input_free (DASH_QUEUE_FORM (object)->stored);
  G_OBJECT_CLASS (dash_queue_form_parent_class)->finalize (object);
}

static void
dash_queue_form_class_init (DashQueueFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dash_queue_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_queue_form_finalize;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), GROUP_ACTION, "s", group_cb);
}

static void
dash_queue_form_init (DashQueueForm *self)
{
  self->stored = dash_queue_input_new (NULL);
}

DashQueueForm *
dash_queue_form_new (DashForm *form, DashConnection *connection)
{
  DashQueueForm *self = g_object_new (DASH_TYPE_QUEUE_FORM, NULL);
  GtkWidget *more = adw_expander_row_new ();

  g_return_val_if_fail (form != NULL && DASH_IS_CONNECTION (connection), NULL);
  self->form = form;
  self->connection = g_object_ref (connection);
  self->more = ADW_EXPANDER_ROW (more);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (more), _ ("Queue and Limits"));
  adw_expander_row_set_subtitle (self->more,
                                 _ ("Group, resources, retries, start, dependencies, tags, note"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), more);
  add_rows (self);
  g_signal_connect_object (self->entries[DASH_QUEUE_RETRIES], "changed",
                           G_CALLBACK (retries_changed_cb), self, G_CONNECT_SWAPPED);
  show (self, self->stored);
  retries_changed_cb (self);
  return self;
}

void
dash_queue_form_load (DashQueueForm *self, const VestimJob *job, gboolean edit)
{
  DashQueueInput *input = dash_queue_input_new (job);
  g_autoptr (GString) before = g_string_new (NULL);
  g_autoptr (GString) now = g_string_new (NULL);

  g_return_if_fail (DASH_IS_QUEUE_FORM (self) && job != NULL);
  dash_queue_input_append (self->stored, before);
  dash_queue_input_append (input, now);
  show (self, input);
  adw_expander_row_set_expanded (self->more, !g_string_equal (before, now));
  if (edit)
    {
      dash_queue_input_free (self->stored);
      self->stored = g_steal_pointer (&input);
    }
  dash_queue_input_free (input);
}

void
dash_queue_form_save (DashQueueForm *self, JsonObject *body, GPtrArray *faults)
{
  g_autoptr (DashQueueInput) input = NULL;

  g_return_if_fail (DASH_IS_QUEUE_FORM (self) && body != NULL && faults != NULL);
  input = read_input (self);
  dash_queue_input_add_changes (input, self->stored, body, faults);
}

void
dash_queue_form_append (DashQueueForm *self, GString *text)
{
  g_autoptr (DashQueueInput) input = NULL;

  g_return_if_fail (DASH_IS_QUEUE_FORM (self) && text != NULL);
  input = read_input (self);
  dash_queue_input_append (input, text);
}
