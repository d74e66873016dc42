/* SPDX-License-Identifier: MIT */
#include "gui/view/job/dash-job-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "common/client/vestim-text-line.h"
#include "common/results/vestim-result-text.h"
#include "gui/base/dash-format.h"
#include "gui/view/job/dash-compare-page.h"
#include "gui/view/job/dash-details-page.h"
#include "gui/view/job/dash-files-page.h"
#include "gui/view/job/dash-log-page.h"
#include "gui/view/job/dash-page.h"
#include "gui/view/job/dash-results-page.h"
#include "gui/view/job/dash-training-page.h"

/* The head shows the state of the job, and a stack of pages shows its content. Only the visible
 * page loads anything: refresh_page() runs when a page becomes visible, at most once in REFRESH_MS
 * while the job changes, and RETRY_MS after a load has failed. The pages compare what they show
 * with the job and do nothing if it is the same. */

#define REFRESH_MS 1000
#define RETRY_MS 5000
#define NATURAL_WIDTH 340
#define MAX_MESSAGE 500

struct _DashJobView
{
  GtkWidget parent;
  GtkWidget *box;
  AdwWindowTitle *title;
  GtkWidget *back;
  GtkWidget *start, *stop, *finish, *retry, *more;
  GtkStack *stack;
  AdwStatusPage *none_page;
  GtkLabel *name; /* in a narrow window, whose header bar has no room for it */
  GtkImage *state_icon;
  GtkLabel *state_label;
  GtkLabel *facts;
  GtkWidget *progress;
  GtkLabel *message;
  GtkWidget *warning_bar;
  GtkLabel *warning;
  AdwViewStack *pages;
  AdwViewStackPage *training_page;
  AdwViewStackPage *results_page;
  AdwViewStackPage *compare_page;
  DashTrainingPage *training;
  DashResultsPage *results;
  DashComparePage *compare;
  DashLogPage *log;
  DashFilesPage *files;
  DashDetailsPage *details;

  DashJob *job;                               /* (nullable) */
  const char *last_pages[VESTIM_N_JOB_KINDS]; /* that the user last opened, of each kind of job */
  guint refresh_id;
  guint retry_id;
  guint tick_id;
};

enum
{
  PROP_SHOW_BACK = 1,
};

G_DEFINE_FINAL_TYPE (DashJobView, dash_job_view, GTK_TYPE_WIDGET)

/* (transfer full) "42 % · 1:12 · about 2 min left". */
static char *
dup_facts (DashJob *job)
{
  const VestimJob *data = dash_job_get (job);
  double elapsed = dash_job_get_elapsed (job, dash_format_now ());
  g_autofree char *time = dash_format_duration (elapsed);
  gboolean running = data->state == VESTIM_JOB_RUNNING;

  if (isnan (elapsed))
    return g_strdup ("");
  if (running && data->progress > 0.02 && elapsed > 2)
    {
      g_autofree char *percent = dash_format_percent (data->progress);
      g_autofree char *left =
          dash_format_duration (MAX (elapsed * (1 - data->progress) / data->progress, 1));

      return g_strdup_printf (_ ("%s · %s · about %s left"), percent, time, left);
    }
  if (data->attempt > 1)
    return g_strdup_printf (_ ("%s · attempt %d"), time, data->attempt);
  return g_steal_pointer (&time);
}

/* (transfer full) the result of the job: the errors of its test, or its last message. */
static char *
dup_result_text (DashJob *job)
{
  const VestimJob *data = dash_job_get (job);
  char *summary = NULL;

  if (data->state == VESTIM_JOB_COMPLETED)
    summary = vestim_result_text_dup_summary (data->details.metrics, data->details.tasks);
  return summary != NULL ? summary : vestim_result_text_dup_line (data, MAX_MESSAGE);
}

static void
update_warning (DashJobView *self)
{
  const VestimJob *data = dash_job_get (self->job);
  g_autofree char *warning = data->state == VESTIM_JOB_COMPLETED
                                 ? vestim_result_text_dup_warning (data->details.metrics)
                                 : NULL;

  gtk_widget_set_visible (self->warning_bar, warning != NULL);
  gtk_label_set_text (self->warning, warning != NULL ? warning : "");
}

static void
update_head (DashJobView *self)
{
  const VestimJob *data = dash_job_get (self->job);
  const char *classes[] = { dash_format_state_class (data->state), NULL };
  g_autofree char *facts = dup_facts (self->job);
  g_autofree char *result_text = dup_result_text (self->job);
  g_autofree char *title = vestim_text_line (dash_job_get_name (self->job), MAX_MESSAGE);
  gboolean known = data->state == VESTIM_JOB_RUNNING && isfinite (data->progress);

  adw_window_title_set_title (self->title, title);
  gtk_label_set_text (self->name, title);
  gtk_image_set_from_icon_name (self->state_icon, dash_format_state_icon (data->state));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_icon), classes);
  gtk_label_set_text (self->state_label, dash_format_state (data->state));
  gtk_label_set_text (self->facts, facts);
  gtk_widget_set_visible (self->progress, known);
  if (known)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), CLAMP (data->progress, 0, 1));
  gtk_label_set_text (self->message, result_text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->message), result_text);
  gtk_widget_set_visible (GTK_WIDGET (self->message), result_text[0] != '\0');
  update_warning (self);
}

/* Shows the actions that apply to the job; for several jobs, all. */
static void
update_buttons (DashJobView *self, guint n_selected)
{
  gboolean one = self->job != NULL;

  gtk_widget_set_visible (self->start, one && dash_job_can_start (self->job));
  gtk_widget_set_visible (self->stop, one ? dash_job_can_stop (self->job) : n_selected > 0);
  gtk_widget_set_visible (self->finish, one && dash_job_can_finish (self->job));
  gtk_widget_set_visible (self->retry, one ? dash_job_can_retry (self->job) : n_selected > 0);
}

static void
refresh_page (DashJobView *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->pages);

  if (self->job == NULL || name == NULL)
    return;
  if (g_str_equal (name, "training"))
    dash_training_page_refresh (self->training);
  else if (g_str_equal (name, "results"))
    dash_results_page_refresh (self->results);
  else if (g_str_equal (name, "compare"))
    dash_compare_page_refresh (self->compare);
  else if (g_str_equal (name, "log"))
    dash_log_page_refresh (self->log);
  else if (g_str_equal (name, "files"))
    dash_files_page_refresh (self->files);
  else if (g_str_equal (name, "details"))
    dash_details_page_refresh (self->details);
}

static VestimJobKind
kind_of (DashJob *job)
{
  return dash_job_get (job)->kind;
}

static void
page_changed_cb (AdwViewStack *pages, GParamSpec *pspec, DashJobView *self)
{
  g_assert (DASH_IS_JOB_VIEW (self));
  if (self->job != NULL)
    self->last_pages[kind_of (self->job)] =
        g_intern_string (adw_view_stack_get_visible_child_name (pages));
  refresh_page (self);
}

/* A job opens on the page that the user last opened for a job of the same kind. To be called while
 * no job is set, so that page_changed_cb() does not take this for the user's choice. */
static void
show_pages (DashJobView *self, VestimJobKind kind)
{
  gboolean is_tested = kind == VESTIM_JOB_KIND_ESTIMATION || kind == VESTIM_JOB_KIND_EVALUATION;

  adw_view_stack_page_set_visible (self->results_page, TRUE);
  adw_view_stack_page_set_visible (self->compare_page, TRUE);
  adw_view_stack_set_visible_child_name (self->pages, self->last_pages[kind]);
  adw_view_stack_page_set_visible (self->results_page, is_tested);
  adw_view_stack_page_set_visible (self->compare_page, is_tested);
}

static gboolean
refresh_cb (gpointer data)
{
  DashJobView *self = data;

  g_assert (DASH_IS_JOB_VIEW (self));
  self->refresh_id = 0;
  refresh_page (self);
  return G_SOURCE_REMOVE;
}

static gboolean
retry_cb (gpointer data)
{
  DashJobView *self = data;

  g_assert (DASH_IS_JOB_VIEW (self));
  self->retry_id = 0;
  refresh_page (self);
  return G_SOURCE_REMOVE;
}

static void
retry_action_cb (GtkWidget *widget, const char *name, GVariant *value)
{
  DashJobView *self = DASH_JOB_VIEW (widget);

  if (self->retry_id == 0)
    self->retry_id = g_timeout_add (RETRY_MS, retry_cb, self);
}

static void
job_changed_cb (DashJob *job, GParamSpec *pspec, DashJobView *self)
{
  g_assert (DASH_IS_JOB_VIEW (self));
  update_head (self);
  update_buttons (self, 1);
  dash_log_page_set_live (self->log, dash_job_get_state (job) == VESTIM_JOB_RUNNING);
  if (self->refresh_id == 0)
    self->refresh_id = g_timeout_add (REFRESH_MS, refresh_cb, self);
}

static void
attempt_changed_cb (DashJob *job, GParamSpec *pspec, DashJobView *self)
{
  g_assert (DASH_IS_JOB_VIEW (self));
  dash_log_page_set_job (self->log, job);
  dash_log_page_set_live (self->log, TRUE);
}

static gboolean
tick_cb (gpointer data)
{
  DashJobView *self = data;

  g_assert (DASH_IS_JOB_VIEW (self));
  if (self->job != NULL && dash_job_get_state (self->job) == VESTIM_JOB_RUNNING)
    update_head (self);
  return G_SOURCE_CONTINUE;
}

static void
dash_job_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_BACK)
    g_value_set_boolean (value, gtk_widget_get_visible (DASH_JOB_VIEW (object)->back));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
dash_job_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_BACK)
    gtk_widget_set_visible (DASH_JOB_VIEW (object)->back, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
clear_job (DashJobView *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

static void
dash_job_view_dispose (GObject *object)
{
  DashJobView *self = DASH_JOB_VIEW (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_handle_id (&self->tick_id, g_source_remove);
  clear_job (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (dash_job_view_parent_class)->dispose (object);
}

/* A fixed natural width, so that long texts do not take width from the list. */
static void
dash_job_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (DASH_JOB_VIEW (widget)->box, orientation, for_size, minimum, natural, NULL,
                      NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, NATURAL_WIDTH);
}

static void
dash_job_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (DASH_JOB_VIEW (widget)->box, width, height, baseline, NULL);
}

static void
dash_job_view_class_init (DashJobViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = dash_job_view_get_property;
  object_class->set_property = dash_job_view_set_property;
  object_class->dispose = dash_job_view_dispose;
  g_object_class_install_property (
      object_class, PROP_SHOW_BACK,
      g_param_spec_boolean ("show-back", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_type_ensure (DASH_TYPE_TRAINING_PAGE);
  g_type_ensure (DASH_TYPE_RESULTS_PAGE);
  g_type_ensure (DASH_TYPE_COMPARE_PAGE);
  g_type_ensure (DASH_TYPE_LOG_PAGE);
  g_type_ensure (DASH_TYPE_FILES_PAGE);
  g_type_ensure (DASH_TYPE_DETAILS_PAGE);
  widget_class->measure = dash_job_view_measure;
  widget_class->size_allocate = dash_job_view_size_allocate;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/vestim/Dashboard/ui/dash-job-view.ui");
  gtk_widget_class_bind_template_child (widget_class, DashJobView, box);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, title);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, back);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, start);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, stop);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, finish);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, retry);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, more);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, stack);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, none_page);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, name);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, state_icon);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, state_label);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, facts);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, progress);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, message);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, warning_bar);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, warning);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, pages);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, training_page);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, results_page);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, compare_page);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, training);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, results);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, compare);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, log);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, files);
  gtk_widget_class_bind_template_child (widget_class, DashJobView, details);
  gtk_widget_class_bind_template_callback (widget_class, page_changed_cb);
  gtk_widget_class_install_action (widget_class, DASH_PAGE_ACTION_RETRY, NULL, retry_action_cb);
}

static void
dash_job_view_init (DashJobView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->last_pages[VESTIM_JOB_KIND_NONE] = "log";
  self->last_pages[VESTIM_JOB_KIND_COMMAND] = "log";
  self->last_pages[VESTIM_JOB_KIND_ESTIMATION] = "training";
  self->last_pages[VESTIM_JOB_KIND_EVALUATION] = "compare";
  self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
}

void
dash_job_view_set_connection (DashJobView *self, DashConnection *connection)
{
  g_return_if_fail (DASH_IS_JOB_VIEW (self));
  dash_training_page_set_connection (self->training, connection);
  dash_results_page_set_connection (self->results, connection);
  dash_compare_page_set_connection (self->compare, connection);
  dash_log_page_set_connection (self->log, connection);
  dash_files_page_set_connection (self->files, connection);
  dash_details_page_set_connection (self->details, connection);
}

static void
show_none (DashJobView *self, guint n_selected)
{
  g_autofree char *title =
      n_selected == 0 ? g_strdup (_ ("No Job Selected"))
                      : g_strdup_printf (
                          ngettext ("%u Job Selected", "%u Jobs Selected", n_selected), n_selected);

  adw_status_page_set_title (self->none_page, title);
  adw_status_page_set_description (
      self->none_page,
      n_selected == 0
          ? _ ("Select a job to see its curves, results and log.")
          : _ ("Stop, retry and delete act on each selected job whose status allows it."));
  adw_window_title_set_title (self->title, "");
  gtk_stack_set_visible_child_name (self->stack, "none");
}

void
dash_job_view_set_job (DashJobView *self, DashJob *job, guint n_selected)
{
  g_return_if_fail (DASH_IS_JOB_VIEW (self));
  gtk_widget_set_visible (self->more, n_selected > 0);
  if (job == self->job && job != NULL)
    return;
  if (job == NULL && self->job == NULL)
    {
      show_none (self, n_selected);
      update_buttons (self, n_selected);
      return;
    }
  clear_job (self);
  dash_log_page_set_job (self->log, NULL);
  if (job != NULL)
    show_pages (self, kind_of (job));
  self->job = job != NULL ? g_object_ref (job) : NULL;
  dash_training_page_set_job (self->training, job);
  dash_results_page_set_job (self->results, job);
  dash_compare_page_set_job (self->compare, job);
  dash_log_page_set_job (self->log, job);
  dash_files_page_set_job (self->files, job);
  dash_details_page_set_job (self->details, job);
  update_buttons (self, n_selected);
  if (job == NULL)
    {
      show_none (self, n_selected);
      return;
    }
  g_signal_connect (job, "notify::version", G_CALLBACK (job_changed_cb), self);
  g_signal_connect (job, "notify::attempt", G_CALLBACK (attempt_changed_cb), self);
  dash_log_page_set_live (self->log, dash_job_get_state (job) == VESTIM_JOB_RUNNING);
  update_head (self);
  gtk_stack_set_visible_child_name (self->stack, "job");
  refresh_page (self);
}
