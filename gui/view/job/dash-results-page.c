/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-results-page.h"

#include <glib/gi18n.h>

#include "common/results/vestim-number-text.h"
#include "common/results/vestim-result-text.h"
#include "common/results/vestim-test-result.h"
#include "gui/model/dash-fetch.h"
#include "gui/view/chart/dash-chart.h"
#include "gui/view/job/dash-page.h"
#include "gui/view/widgets/dash-boxed-item.h"
#include "gui/view/widgets/dash-column-title.h"

/* The table comes from the job's metrics. Selecting a row loads the predictions of that file for
 * the charts, which share their visible range and cursor. The page lays out its child itself, to
 * show some columns only where the page is wide enough. */

#define MIN_FILE_WIDTH 56 /* pixels */

struct _DashResultsPage
{
  GtkWidget parent;
  GtkStack *stack;
  GtkColumnView *table;
  GtkLabel *warnings; /* of all files */
  GtkStack *plot_stack;
  GtkLabel *plot_message;
  DashChart *target;
  DashChart *error;
  GtkSingleSelection *selection;
  GListStore *items;
  DashConnection *connection;
  DashJob *job;
  char *shown_metrics;  /* (nullable) the metrics that the table shows */
  VestimErrorUnit unit; /* of their errors */
  int width;
  guint width_id; /* the idle callback that shows or hides columns */
  GCancellable *fetching;
  gboolean failed; /* the predictions could not be loaded */
};

G_DEFINE_FINAL_TYPE (DashResultsPage, dash_results_page, GTK_TYPE_WIDGET)

typedef char *(*TextFunc) (const VestimTestResult *result);

static char *
file_text (const VestimTestResult *result)
{
  return g_strdup (result->name);
}

static char *
rows_text (const VestimTestResult *result)
{
  return vestim_number_text_count (result->rows);
}

static char *
rmse_text (const VestimTestResult *result)
{
  return vestim_error_unit_format (&result->unit, result->rmse_mv);
}

static char *
mae_text (const VestimTestResult *result)
{
  return vestim_error_unit_format (&result->unit, result->mae_mv);
}

static char *
max_text (const VestimTestResult *result)
{
  return vestim_error_unit_format (&result->unit, result->max_mv);
}

static char *
r2_text (const VestimTestResult *result)
{
  return vestim_number_text_r2 (result->r2);
}

static char *
stateful_text (const VestimTestResult *result)
{
  return vestim_error_unit_format (&result->unit, result->stateful_mv);
}

static char *
windowed_text (const VestimTestResult *result)
{
  return vestim_error_unit_format (&result->unit, result->windowed_mv);
}

static const struct
{
  const char *title;
  gboolean right;
  int digits; /* width of the page, in digits, from which the column is shown */
  TextFunc text;
  gboolean is_error; /* its title has the unit */
} columns[] = {
  { N_ ("File"), FALSE, 0, file_text, FALSE },
  { N_ ("RMSE"), TRUE, 0, rmse_text, TRUE },
  { N_ ("MAE"), TRUE, 0, mae_text, TRUE },
  { N_ ("Max"), TRUE, 0, max_text, TRUE },
  { N_ ("R²"), TRUE, 0, r2_text, FALSE },
  { N_ ("Stateful"), TRUE, 60, stateful_text, FALSE },
  { N_ ("Windowed"), TRUE, 60, windowed_text, FALSE },
  { N_ ("Rows"), TRUE, 48, rows_text, FALSE },
};

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer index)
{
  gboolean right = columns[GPOINTER_TO_UINT (index)].right;
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), right ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           right ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (label, "numeric");
  if (!right)
    gtk_widget_set_size_request (label, MIN_FILE_WIDTH, -1);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer index)
{
  const VestimTestResult *result = dash_boxed_item_get (gtk_list_item_get_item (item));
  g_autofree char *text = columns[GPOINTER_TO_UINT (index)].text (result);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
  gtk_widget_set_tooltip_text (gtk_list_item_get_child (item),
                               GPOINTER_TO_UINT (index) == 0 ? result->file : NULL);
}

static void
add_columns (DashResultsPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      GtkColumnViewColumn *column = gtk_column_view_column_new (_ (columns[i].title), factory);

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
      gtk_column_view_column_set_expand (column, i == 0);
      gtk_column_view_append_column (self->table, column);
      if (columns[i].right)
        dash_column_title_align_end (self->table, i);
      g_object_unref (column);
    }
}

/* (transfer full) moves the series at indices `from` to `to` - 1 out of `all`. */
static GPtrArray *
take (GPtrArray *all, guint from, guint to)
{
  GPtrArray *part = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_series_free);

  for (guint i = from; i < to; i++)
    g_ptr_array_add (part, g_steal_pointer (&all->pdata[i]));
  return part;
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashResultsPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = dash_fetch_list_finish (result, &error);
  g_autoptr (GPtrArray) targets = NULL;
  g_autoptr (GPtrArray) errors = NULL;

  g_assert (DASH_IS_RESULTS_PAGE (self));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->fetching);
  self->failed = all == NULL;
  if (self->failed)
    {
      gtk_label_set_text (self->plot_message, error->message);
      dash_page_retry_later (GTK_WIDGET (self));
      return;
    }
  targets = take (all, 0, 2);
  errors = take (all, 2, 3);
  dash_series_scale (errors->pdata[0], self->unit.factor);
  dash_chart_set_range (self->target, 0, 0);
  dash_chart_set_range (self->error, 0, 0);
  dash_chart_set_series (self->target, targets);
  dash_chart_set_series (self->error, errors);
  gtk_stack_set_visible_child_name (self->plot_stack, "plot");
}

static void
selected_cb (DashResultsPage *self)
{
  g_assert (DASH_IS_RESULTS_PAGE (self));

  DashBoxedItem *item = gtk_single_selection_get_selected_item (self->selection);
  const VestimTestResult *result = item != NULL ? dash_boxed_item_get (item) : NULL;
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;

  dash_page_cancel (&self->fetching);
  self->failed = FALSE;
  gtk_stack_set_visible_child_name (self->plot_stack, "message");
  if (result == NULL || result->predictions == NULL || self->job == NULL)
    {
      gtk_label_set_text (self->plot_message, _ ("The job has no predictions for this file."));
      return;
    }
  gtk_label_set_text (self->plot_message, _ ("Loading the predictions…"));
  folder = vestim_result_text_dup_folder (dash_job_get (self->job));
  name = g_strdup_printf ("%s/predictions/%s", folder, result->predictions);
  self->fetching = g_cancellable_new ();
  dash_fetch_predictions_async (self->connection, dash_job_get_id (self->job), name, self->fetching,
                                fetched_cb, g_object_ref (self));
}

/* Both charts show the same time range. */
static void
range_changed_cb (DashChart *chart, double min, double max, DashResultsPage *self)
{
  g_assert (DASH_IS_RESULTS_PAGE (self));
  dash_chart_set_range (chart == self->target ? self->error : self->target, min, max);
}

static void
cursor_changed_cb (DashChart *chart, double x, DashResultsPage *self)
{
  g_assert (DASH_IS_RESULTS_PAGE (self));
  dash_chart_set_cursor (chart == self->target ? self->error : self->target, x);
}

static gboolean
fit_cb (gpointer data)
{
  DashResultsPage *self = data;

  g_assert (DASH_IS_RESULTS_PAGE (self));

  PangoFontMetrics *metrics =
      pango_context_get_metrics (gtk_widget_get_pango_context (GTK_WIDGET (self)), NULL, NULL);
  int digit = PANGO_PIXELS (pango_font_metrics_get_approximate_digit_width (metrics));

  self->width_id = 0;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column =
          g_list_model_get_item (gtk_column_view_get_columns (self->table), i);

      gtk_column_view_column_set_visible (column, self->width >= columns[i].digits * digit);
    }
  pango_font_metrics_unref (metrics);
  return G_SOURCE_REMOVE;
}

static void
dash_results_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, for_size, minimum, natural,
                      NULL, NULL);
}

/* In a narrow page the errors matter more than the number of rows. A column must not be hidden
 * during an allocation, hence the idle callback. */
static void
dash_results_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  DashResultsPage *self = DASH_RESULTS_PAGE (widget);

  gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, baseline, NULL);
  if (width != self->width && self->width_id == 0)
    self->width_id = g_idle_add (fit_cb, self);
  self->width = width;
}

static void
dash_results_page_dispose (GObject *object)
{
  DashResultsPage *self = DASH_RESULTS_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  dash_page_cancel (&self->fetching);
  g_clear_handle_id (&self->width_id, g_source_remove);
  g_clear_object (&self->job);
  g_clear_object (&self->connection);
  g_clear_object (&self->selection);
  g_clear_object (&self->items);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (dash_results_page_parent_class)->dispose (object);
}

static void
dash_results_page_finalize (GObject *object)
{
  g_free (DASH_RESULTS_PAGE (object)->shown_metrics);
  G_OBJECT_CLASS (dash_results_page_parent_class)->finalize (object);
}

static void
dash_results_page_class_init (DashResultsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_results_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = dash_results_page_finalize;
  g_type_ensure (DASH_TYPE_CHART);
  widget_class->measure = dash_results_page_measure;
  widget_class->size_allocate = dash_results_page_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-results-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, table);
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, warnings);
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, plot_stack);
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, plot_message);
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, target);
  gtk_widget_class_bind_template_child (widget_class, DashResultsPage, error);
  gtk_widget_class_bind_template_callback (widget_class, range_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, cursor_changed_cb);
}

static void
dash_results_page_init (DashResultsPage *self)
{
  const char *const target_names[] = { _ ("Measured"), _ ("Predicted"), NULL };
  const char *const error_names[] = { _ ("Error"), NULL };

  gtk_widget_init_template (GTK_WIDGET (self));
  add_columns (self);
  self->items = g_list_store_new (DASH_TYPE_BOXED_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->items)));
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  dash_chart_set_names (self->target, target_names, 0);
  dash_chart_set_hide_x_numbers (self->target, TRUE);
  dash_chart_set_names (self->error, error_names, 4);
}

void
dash_results_page_set_connection (DashResultsPage *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_RESULTS_PAGE (self));
  g_set_object (&self->connection, connection);
}

void
dash_results_page_set_job (DashResultsPage *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_RESULTS_PAGE (self));
  dash_page_cancel (&self->fetching);
  g_set_object (&self->job, job);
  g_clear_pointer (&self->shown_metrics, g_free);
  g_list_store_remove_all (self->items);
  dash_chart_set_series (self->target, NULL);
  dash_chart_set_series (self->error, NULL);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

/* What is unlike the training, in each file. */
static void
show_warnings (DashResultsPage *self, const GPtrArray *results)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < results->len; i++)
    {
      const VestimTestResult *result = results->pdata[i];

      if (result->warnings != NULL)
        g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", result->name,
                                result->warnings);
    }
  gtk_label_set_text (self->warnings, text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->warnings), text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->warnings), text->len > 0);
}

/* The errors of the shown metrics. */
static void
show_unit (DashResultsPage *self)
{
  g_autofree char *target = NULL;
  g_autofree char *error = NULL;

  self->unit = vestim_error_unit_parse (self->shown_metrics);
  target = vestim_error_unit_title (self->unit.target, self->unit.target_unit);
  error = vestim_error_unit_title (_ ("Error"), self->unit.name);
  dash_chart_set_labels (self->target, _ ("time (s)"), target);
  dash_chart_set_labels (self->error, _ ("time (s)"), error);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column =
          g_list_model_get_item (gtk_column_view_get_columns (self->table), i);
      g_autofree char *title = vestim_error_unit_title (_ (columns[i].title),
                                                        columns[i].is_error ? self->unit.name : "");

      gtk_column_view_column_set_title (column, title);
    }
}

void
dash_results_page_refresh (DashResultsPage *self)
{
  const char *metrics;
  g_autoptr (GPtrArray) results = NULL;

  g_return_if_fail (DASH_IS_RESULTS_PAGE (self));
  metrics = self->job != NULL ? dash_job_get (self->job)->details.metrics : NULL;
  if (self->failed)
    selected_cb (self);
  if (g_strcmp0 (metrics, self->shown_metrics) == 0)
    return;
  g_free (self->shown_metrics);
  self->shown_metrics = g_strdup (metrics);
  results = vestim_test_result_parse (metrics);
  show_unit (self);
  show_warnings (self, results);
  g_ptr_array_set_free_func (results, NULL);
  g_list_store_remove_all (self->items);
  for (guint i = 0; i < results->len; i++)
    {
      g_autoptr (DashBoxedItem) item =
          dash_boxed_item_new (results->pdata[i], (GDestroyNotify) vestim_test_result_free);

      g_list_store_append (self->items, item);
    }
  gtk_stack_set_visible_child_name (self->stack, results->len > 0 ? "results" : "empty");
}
