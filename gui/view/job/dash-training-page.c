/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-training-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "common/client/vestim-text-line.h"
#include "common/results/vestim-error-unit.h"
#include "gui/model/dash-fetch.h"
#include "gui/view/chart/dash-chart.h"
#include "gui/view/job/dash-page.h"

/* One chart shows one group of series at a time: errors, which share their axis, or all
 * others. A drop-down selects the group if the job reports both. Curves stay visible when a later
 * load fails. */

#define MAX_NAME 60

struct _DashTrainingPage
{
  GtkWidget parent;
  GtkStack *stack;
  AdwStatusPage *empty;
  DashChart *chart;
  GtkDropDown *group;
  GPtrArray *all;       /* (nullable) DashSeries, all that were loaded */
  VestimErrorUnit unit; /* of the errors among them */
  DashConnection *connection;
  DashJob *job;
  GCancellable *fetching;
};

G_DEFINE_FINAL_TYPE (DashTrainingPage, dash_training_page, GTK_TYPE_WIDGET)

typedef enum
{
  GROUP_ERRORS,
  GROUP_OTHERS,
} Group;

/* The length of a series' name without the task of a sweep, which follows it: "val_rmse_mv[2]". */
static gsize
base_length (const char *name)
{
  const char *bracket = strrchr (name, '[');

  return bracket != NULL && g_str_has_suffix (name, "]") ? (gsize) (bracket - name) : strlen (name);
}

static gboolean
is_of (const DashSeries *series, Group group)
{
  g_autofree char *base = g_strndup (series->name, base_length (series->name));

  return series->n > 0 && g_str_has_suffix (base, "_mv") == (group == GROUP_ERRORS);
}

static gboolean
has_any (DashTrainingPage *self, Group group)
{
  for (guint i = 0; i < self->all->len; i++)
    if (is_of (self->all->pdata[i], group))
      return TRUE;
  return FALSE;
}

/* (transfer full) */
static char *
series_label (const char *name)
{
  gsize length = base_length (name);
  g_autofree char *base = g_strndup (name, length);
  const char *shown = g_str_equal (base, "train_rmse_mv") ? _ ("Training")
                      : g_str_equal (base, "val_rmse_mv") ? _ ("Validation")
                                                          : base;
  g_autofree char *label = g_strconcat (shown, name + length, NULL);

  return vestim_text_line (label, MAX_NAME);
}

static void
show_empty (DashTrainingPage *self)
{
  gboolean over = self->job != NULL && vestim_job_state_is_final (dash_job_get_state (self->job));

  dash_page_show_status (self->empty, over ? _ ("No Curves") : _ ("No Curves Yet"),
                         over ? _ ("The job reported no values.")
                              : _ ("Curves appear as soon as the job reports values."));
}

/* The group that the user has selected, or the only one with series. */
static Group
choose_group (DashTrainingPage *self)
{
  gboolean both = has_any (self, GROUP_ERRORS) && has_any (self, GROUP_OTHERS);

  gtk_widget_set_visible (GTK_WIDGET (self->group), both);
  if (both)
    return (Group) gtk_drop_down_get_selected (self->group);
  return has_any (self, GROUP_OTHERS) ? GROUP_OTHERS : GROUP_ERRORS;
}

static void
show_series (DashTrainingPage *self)
{
  Group group = choose_group (self);
  g_autoptr (GPtrArray) series = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean errors = group == GROUP_ERRORS;
  g_autofree char *label = vestim_error_unit_title (_ ("RMSE"), self->unit.name);

  for (guint i = 0; i < self->all->len; i++)
    if (is_of (self->all->pdata[i], group))
      {
        const DashSeries *one = self->all->pdata[i];

        g_ptr_array_add (series, self->all->pdata[i]);
        g_ptr_array_add (names, series_label (one->name));
      }
  g_ptr_array_add (names, NULL);
  dash_chart_set_names (self->chart, (const char *const *) names->pdata, 0);
  dash_chart_set_labels (self->chart, errors ? _ ("epoch") : _ ("step"),
                         errors ? label : _ ("Value"));
  dash_chart_set_series (self->chart, series);
  if (series->len == 0)
    show_empty (self);
  gtk_stack_set_visible_child_name (self->stack, series->len > 0 ? "chart" : "empty");
}

static void
group_cb (DashTrainingPage *self)
{
  g_assert (DASH_IS_TRAINING_PAGE (self));
  if (self->all == NULL)
    return;
  dash_chart_set_range (self->chart, 0, 0);
  show_series (self);
}

static void
drop_series (DashTrainingPage *self)
{
  dash_chart_set_series (self->chart, NULL);
  g_clear_pointer (&self->all, g_ptr_array_unref);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (DashTrainingPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = dash_fetch_list_finish (result, &error);

  g_assert (DASH_IS_TRAINING_PAGE (self));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->fetching);
  if (all == NULL)
    {
      dash_page_show_status (self->empty, _ ("Could Not Load Curves"), error->message);
      dash_page_retry_later (GTK_WIDGET (self));
      return;
    }
  drop_series (self);
  self->all = g_steal_pointer (&all);
  self->unit = vestim_error_unit_of_job (dash_job_get (self->job));
  for (guint i = 0; i < self->all->len; i++)
    if (is_of (self->all->pdata[i], GROUP_ERRORS))
      dash_series_scale (self->all->pdata[i], self->unit.factor);
  show_series (self);
}

static void
log_toggled_cb (GtkCheckButton *button, DashTrainingPage *self)
{
  g_assert (DASH_IS_TRAINING_PAGE (self));
  dash_chart_set_log (self->chart, gtk_check_button_get_active (button));
}

static void
dash_training_page_dispose (GObject *object)
{
  DashTrainingPage *self = DASH_TRAINING_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  dash_page_cancel (&self->fetching);
  g_clear_object (&self->job);
  g_clear_object (&self->connection);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  G_OBJECT_CLASS (dash_training_page_parent_class)->dispose (object);
}

static void
dash_training_page_class_init (DashTrainingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dash_training_page_dispose;
  g_type_ensure (DASH_TYPE_CHART);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-training-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DashTrainingPage, stack);
  gtk_widget_class_bind_template_child (widget_class, DashTrainingPage, empty);
  gtk_widget_class_bind_template_child (widget_class, DashTrainingPage, chart);
  gtk_widget_class_bind_template_child (widget_class, DashTrainingPage, group);
  gtk_widget_class_bind_template_callback (widget_class, log_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, group_cb);
}

static void
dash_training_page_init (DashTrainingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
dash_training_page_set_connection (DashTrainingPage *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_TRAINING_PAGE (self));
  g_set_object (&self->connection, connection);
}

void
dash_training_page_set_job (DashTrainingPage *self, DashJob *job)
{
  g_return_if_fail (DASH_IS_TRAINING_PAGE (self));
  dash_page_cancel (&self->fetching);
  g_set_object (&self->job, job);
  drop_series (self);
  dash_chart_set_range (self->chart, 0, 0);
  dash_page_show_status (self->empty, _ ("Curves"), _ ("Loading the curves…"));
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

void
dash_training_page_refresh (DashTrainingPage *self)
{
  g_return_if_fail (DASH_IS_TRAINING_PAGE (self));
  if (self->job == NULL || self->fetching != NULL)
    return;
  self->fetching = g_cancellable_new ();
  dash_fetch_metrics_async (self->connection, dash_job_get_id (self->job), self->fetching,
                            fetched_cb, g_object_ref (self));
}
