/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-compare-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/results/vestim-evaluation-table.h"
#include "common/results/vestim-result-text.h"
#include "gui/base/dash-error-breakdown.h"
#include "gui/model/dash-fetch.h"
#include "gui/view/job/dash-page.h"
#include "gui/view/widgets/dash-text-table.h"

/* Tables, each in a section that is hidden while the table is empty. The table of tasks comes from
 * the job itself; that of an evaluation's models comes from the job's summary; the others come from
 * the summary of the best task or model. These files are loaded once per set of metrics (`shown`).
 */

enum
{
  TASKS,
  TEMPERATURE,
  SOC,
  CURRENT,
  WORST,
  N_TABLES
};

struct _DashComparePage
{
  GtkWidget parent;
  GtkStack *stack;
  AdwStatusPage *empty;
  GtkBox *box;
  GtkWidget *sections[N_TABLES];
  GtkWidget *tables[N_TABLES];
  GtkLabel *tasks_warning;
  GtkWidget *models;       /* the section of an evaluation, whose columns depend on its files */
  GtkWidget *models_table; /* (nullable) */
  GtkWidget *more;         /* says that there are more files */
  DashConnection *connection;
  DashJob *job;         /* (nullable) */
  char *shown;          /* (nullable) the metrics that the tables show */
  VestimErrorUnit unit; /* of their errors */
  GCancellable *fetching;
};

G_DEFINE_FINAL_TYPE (DashComparePage, dash_compare_page, GTK_TYPE_WIDGET)

static void
show_empty (DashComparePage *self)
{
  dash_page_show_status (self->empty, _ ("Nothing to Compare Yet"),
                         _ ("When the job has ended, this page compares its tasks or models, and "
                            "shows the error by temperature, state of charge and current."));
}

/* A section without rows is hidden. */
static void
set_rows (DashComparePage *self, guint table, GPtrArray *rows)
{
  dash_text_table_set_rows (DASH_TEXT_TABLE (self->tables[table]), rows);
  gtk_widget_set_visible (self->sections[table], rows != NULL && rows->len > 0);
}

static void
show_breakdown (DashComparePage *self, const DashErrorBreakdown *breakdown)
{
  set_rows (self, TEMPERATURE, breakdown != NULL ? breakdown->temperature : NULL);
  set_rows (self, SOC, breakdown != NULL ? breakdown->soc : NULL);
  set_rows (self, CURRENT, breakdown != NULL ? breakdown->current : NULL);
  set_rows (self, WORST, breakdown != NULL ? breakdown->worst : NULL);
}

/* (nullable) NULL hides the section. */
static void
show_models (DashComparePage *self, const VestimEvaluationTable *evaluation)
{
  g_autofree char *more = NULL;
  g_autofree char *title = NULL;

  if (self->models_table != NULL)
    gtk_box_remove (GTK_BOX (self->models), self->models_table);
  self->models_table = NULL;
  gtk_widget_set_visible (self->models, evaluation != NULL);
  if (evaluation == NULL)
    return;
  title = evaluation->unit != NULL && evaluation->unit[0] != '\0'
              ? g_strdup_printf (_ ("RMSE of Each Model and File in %s"), evaluation->unit)
              : g_strdup (_ ("RMSE of Each Model and File"));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (self->models)), title);
  self->models_table = dash_text_table_new (title, (const char *const *) evaluation->titles, 1);
  dash_text_table_set_rows (DASH_TEXT_TABLE (self->models_table), evaluation->rows);
  gtk_box_insert_child_after (GTK_BOX (self->models), self->models_table,
                              gtk_widget_get_first_child (self->models));
  more =
      g_strdup_printf (ngettext ("summary.json of the job has %u more file.",
                                 "summary.json of the job has %u more files.", evaluation->n_more),
                       evaluation->n_more);
  gtk_label_set_text (GTK_LABEL (self->more), more);
  gtk_widget_set_visible (self->more, evaluation->n_more > 0);
}

static gboolean
has_sections (DashComparePage *self)
{
  if (gtk_widget_get_visible (self->models))
    return TRUE;
  for (guint i = 0; i < N_TABLES; i++)
    if (gtk_widget_get_visible (self->sections[i]))
      return TRUE;
  return FALSE;
}

/* The next refresh loads it again. */
static void
fail (DashComparePage *self, const GError *error)
{
  g_clear_pointer (&self->shown, g_free);
  dash_page_show_status (self->empty, _ ("Could Not Load Comparison"), error->message);
  dash_page_retry_later (GTK_WIDGET (self));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashComparePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = dash_fetch_text_finish (result, &error);
  g_autoptr (DashErrorBreakdown) breakdown = NULL;

  g_assert (DASH_IS_COMPARE_PAGE (self));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->fetching);
  if (text != NULL)
    breakdown = dash_error_breakdown_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text),
                                            &self->unit, &error);
  if (breakdown == NULL)
    {
      fail (self, error);
      return;
    }
  show_breakdown (self, breakdown);
  if (has_sections (self))
    gtk_stack_set_visible_child_name (self->stack, "tables");
  else
    dash_page_show_status (
        self->empty, _ ("Nothing to Compare"),
        _ ("The summary of the job has no errors by temperature, state of charge or current."));
}

static void
fetch (DashComparePage *self, const char *name, GAsyncReadyCallback callback)
{
  self->fetching = g_cancellable_new ();
  dash_fetch_text_async (self->connection, dash_job_get_id (self->job), name, self->fetching,
                         callback, g_object_ref (self));
}

/* The summary of the best task or model. */
static void
fetch_best (DashComparePage *self)
{
  g_autofree char *folder = vestim_result_text_dup_folder (dash_job_get (self->job));
  g_autofree char *name = g_strconcat (folder, "/summary.json", NULL);

  fetch (self, name, fetched_cb);
}

static void
evaluation_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashComparePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = dash_fetch_text_finish (result, &error);
  g_autoptr (VestimEvaluationTable) evaluation = NULL;

  g_assert (DASH_IS_COMPARE_PAGE (self));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->fetching);
  if (text != NULL)
    evaluation = vestim_evaluation_table_parse (g_bytes_get_data (text, NULL),
                                                g_bytes_get_size (text), &error);
  if (evaluation == NULL)
    {
      fail (self, error);
      return;
    }
  show_models (self, evaluation);
  gtk_stack_set_visible_child_name (self->stack, "tables");
  fetch_best (self);
}

static void
dash_compare_page_dispose (GObject *object)
{
  DashComparePage *self = DASH_COMPARE_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  dash_page_cancel (&self->fetching);
  g_clear_object (&self->job);
  g_clear_object (&self->connection);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (dash_compare_page_parent_class)->dispose (object);
}

static void
dash_compare_page_finalize (GObject *object)
{
  g_free (DASH_COMPARE_PAGE (object)->shown);
  G_OBJECT_CLASS (dash_compare_page_parent_class)->finalize (object);
}

static void
dash_compare_page_class_init (DashComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_compare_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_compare_page_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashComparePage, stack);
  gtk_widget_class_bind_template_child (widget_class, DashComparePage, empty);
  gtk_widget_class_bind_template_child (widget_class, DashComparePage, box);
}

static GtkWidget *
add_section (DashComparePage *self, const char *title)
{
  GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (GTK_BOX (section), heading);
  gtk_widget_set_visible (section, FALSE);
  gtk_box_append (self->box, section);
  return section;
}

static void
add_table (DashComparePage *self, guint table, const char *title, const char *const *titles,
           guint wide)
{
  self->sections[table] = add_section (self, title);
  self->tables[table] = dash_text_table_new (title, titles, wide);
  gtk_box_append (GTK_BOX (self->sections[table]), self->tables[table]);
}

/* Below the table of tasks. */
static void
add_tasks_warning (DashComparePage *self)
{
  self->tasks_warning = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->tasks_warning, 0);
  gtk_label_set_wrap (self->tasks_warning, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->tasks_warning), FALSE);
  gtk_box_append (GTK_BOX (self->sections[TASKS]), GTK_WIDGET (self->tasks_warning));
}

static void
show_tasks (DashComparePage *self, const char *tasks)
{
  g_autoptr (GPtrArray) rows = vestim_result_text_task_rows (tasks, &self->unit);
  g_autofree char *warning = vestim_result_text_dup_tasks_warning (tasks);

  set_rows (self, TASKS, rows);
  gtk_label_set_text (self->tasks_warning, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->tasks_warning), warning != NULL);
  if (rows->len > 0)
    gtk_stack_set_visible_child_name (self->stack, "tables");
}

static void
dash_compare_page_init (DashComparePage *self)
{
  const char *const tasks[] = { _ ("Task"),
                                _ ("Settings"),
                                _ ("Validation"),
                                _ ("Stateful"),
                                _ ("Windowed"),
                                _ ("Largest Error"),
                                NULL };
  const char *const temperature[] = { _ ("Temperature (°C)"), _ ("Rows"), _ ("RMSE"), NULL };
  const char *const soc[] = { _ ("State of charge"), _ ("Rows"), _ ("RMSE"), NULL };
  const char *const current[] = { _ ("Current (A)"), _ ("Rows"), _ ("RMSE"), NULL };
  const char *const worst[] = { _ ("File"), _ ("Time"), _ ("RMSE"), NULL };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->models = add_section (self, _ ("RMSE of Each Model and File"));
  self->more = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->more), 0);
  gtk_widget_add_css_class (self->more, "dim-label");
  gtk_box_append (GTK_BOX (self->models), self->more);
  add_table (self, TASKS, _ ("Sweep Tasks: RMSE, Best (★) First"), tasks, 1);
  add_tasks_warning (self);
  add_table (self, TEMPERATURE, _ ("Error by Temperature"), temperature, 0);
  add_table (self, SOC, _ ("Error by State of Charge"), soc, 0);
  add_table (self, CURRENT, _ ("Error by Current"), current, 0);
  add_table (self, WORST, _ ("Worst Time Range of Each File"), worst, 0);
}

void
dash_compare_page_set_connection (DashComparePage *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_COMPARE_PAGE (self));
  g_set_object (&self->connection, connection);
}

void
dash_compare_page_set_job (DashComparePage *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_COMPARE_PAGE (self));
  dash_page_cancel (&self->fetching);
  g_set_object (&self->job, job);
  g_clear_pointer (&self->shown, g_free);
  set_rows (self, TASKS, NULL);
  show_models (self, NULL);
  show_breakdown (self, NULL);
  show_empty (self);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

/* The errors of the shown metrics. */
static void
show_unit (DashComparePage *self)
{
  static const guint with_rmse[] = { TEMPERATURE, SOC, CURRENT, WORST };
  g_autofree char *tasks = NULL;
  g_autofree char *rmse = NULL;

  self->unit = vestim_error_unit_parse (self->shown);
  rmse = vestim_error_unit_title (_ ("RMSE"), self->unit.name);
  for (gsize i = 0; i < G_N_ELEMENTS (with_rmse); i++)
    dash_text_table_set_title (DASH_TEXT_TABLE (self->tables[with_rmse[i]]), 2, rmse);
  tasks = self->unit.name[0] != '\0'
              ? g_strdup_printf (_ ("Sweep Tasks: RMSE in %s, Best (★) First"), self->unit.name)
              : g_strdup (_ ("Sweep Tasks: RMSE, Best (★) First"));
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (self->sections[TASKS])), tasks);
}

void
dash_compare_page_refresh (DashComparePage *self)
{
  const VestimJobDetails *details;

  g_return_if_fail (DASH_IS_COMPARE_PAGE (self));
  if (self->job == NULL)
    return;
  details = &dash_job_get (self->job)->details;
  if (g_strcmp0 (details->metrics, self->shown) == 0)
    return;
  dash_compare_page_set_job (self, self->job);
  if (details->metrics == NULL || strstr (details->metrics, "\"tests\"") == NULL)
    return;
  self->shown = g_strdup (details->metrics);
  show_unit (self);
  show_tasks (self, details->tasks);
  dash_page_show_status (self->empty, _ ("Comparison"),
                         _ ("Loading the summary of the best task…"));
  if (dash_job_get (self->job)->kind == VESTIM_JOB_KIND_EVALUATION)
    fetch (self, "summary.json", evaluation_cb);
  else
    fetch_best (self);
}
