/* SPDX-License-Identifier: MIT */
#include "gui/view/list/dash-job-columns.h"

#include <glib/gi18n.h>
#include <math.h>

#include "common/client/vestim-text-line.h"
#include "common/results/vestim-result-text.h"
#include "gui/base/dash-format.h"
#include "gui/base/dash-queue-order.h"
#include "gui/base/dash-queue-text.h"

/* The table of the list's columns, at the end, and the functions that its rows name. Cells are made
 * once and filled again for each job that scrolls into view, so filling must be cheap: inscriptions
 * instead of labels, no widgets made while scrolling. */

#define MAX_RESULT_TEXT 80 /* characters */
#define MAX_TIP 500

static GtkWidget *
make_label (gboolean right)
{
  GtkWidget *label = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (label),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (label), right ? 1 : 0);
  gtk_widget_set_hexpand (label, TRUE);
  if (right)
    gtk_widget_add_css_class (label, "numeric");
  return label;
}

static GtkWidget *
make_text (void)
{
  return make_label (FALSE);
}

static GtkWidget *
make_number (void)
{
  return make_label (TRUE);
}

static GtkWidget *
make_status (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *image = gtk_image_new ();

  /* The label says the same. */
  gtk_accessible_update_state (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), make_label (FALSE));
  return box;
}

static void
fill_status (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  GtkWidget *image = gtk_widget_get_first_child (cell);
  GtkWidget *label = gtk_widget_get_last_child (cell);
  VestimJobState state = dash_job_get_state (job);
  const char *classes[] = { dash_format_state_class (state), NULL };

  gtk_image_set_from_icon_name (GTK_IMAGE (image), dash_format_state_icon (state));
  gtk_widget_set_css_classes (image, classes);
  gtk_inscription_set_text (GTK_INSCRIPTION (label), dash_format_state (state));
}

static GtkWidget *
make_name (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), make_label (FALSE));
  return box;
}

/* Few jobs are pinned, so a cell gets its image with its first pinned job. */
static void
show_pin (GtkWidget *cell, gboolean shown)
{
  GtkWidget *image = gtk_widget_get_first_child (cell);

  if (!GTK_IS_IMAGE (image))
    {
      if (!shown)
        return;
      image = gtk_image_new_from_icon_name ("view-pin-symbolic");
      gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Pinned"), -1);
      gtk_box_prepend (GTK_BOX (cell), image);
    }
  gtk_widget_set_visible (image, shown);
}

static void
fill_name (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  GtkWidget *label = gtk_widget_get_last_child (cell);

  show_pin (cell, dash_job_get (job)->pinned);
  gtk_inscription_set_text (GTK_INSCRIPTION (label), dash_job_get_name (job));
}

static char *
tip_of_name (DashJob *job, DashJobStore *jobs)
{
  return g_strdup (dash_job_get_name (job));
}

static void
fill_kind (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  gtk_inscription_set_text (GTK_INSCRIPTION (cell), dash_format_kind (dash_job_get (job)->kind));
}

/* Only of jobs that may still start. */
static void
fill_priority (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  VestimJobState state = dash_job_get_state (job);
  g_autofree char *text = NULL;

  if (state == VESTIM_JOB_QUEUED || state == VESTIM_JOB_CREATED)
    text = g_strdup_printf ("%d", dash_job_get (job)->priority);
  gtk_inscription_set_text (GTK_INSCRIPTION (cell), text);
}

static GtkWidget *
make_progress (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = make_label (FALSE);

  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

/* A progress bar takes as long to make as a whole row, and most jobs are not running. A cell gets
 * its bar with its first running job. */
static void
show_bar (GtkWidget *cell, gboolean shown, double fraction)
{
  GtkWidget *bar = gtk_widget_get_first_child (cell);

  if (!GTK_IS_PROGRESS_BAR (bar))
    {
      if (!shown)
        return;
      bar = gtk_progress_bar_new ();
      gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
      gtk_widget_set_size_request (bar, 56, -1);
      gtk_accessible_update_state (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      gtk_box_prepend (GTK_BOX (cell), bar);
    }
  gtk_widget_set_visible (bar, shown);
  if (shown)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), CLAMP (fraction, 0, 1));
}

static gboolean
shows_progress (DashJob *job)
{
  const VestimJob *data = dash_job_get (job);

  return data->state == VESTIM_JOB_RUNNING && isfinite (data->progress);
}

static char *
tip_of_progress (DashJob *job, DashJobStore *jobs)
{
  const VestimJob *data = dash_job_get (job);

  if (data->state == VESTIM_JOB_QUEUED && data->waiting != NULL)
    return dash_queue_text_waiting (data, dash_job_store_find, jobs);
  return shows_progress (job) ? vestim_text_line (data->message, MAX_TIP)
                              : vestim_result_text_dup_line (data, MAX_RESULT_TEXT);
}

static void
fill_progress (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  GtkWidget *label = gtk_widget_get_last_child (cell);
  const VestimJob *data = dash_job_get (job);
  gboolean known = shows_progress (job);
  g_autofree char *result = vestim_result_text_dup_line (data, MAX_RESULT_TEXT);
  g_autofree char *text = NULL;

  if (data->state == VESTIM_JOB_QUEUED && data->waiting != NULL)
    text = dash_queue_text_waiting (data, dash_job_store_find, jobs);
  else if (data->state == VESTIM_JOB_RUNNING && data->paused)
    text = g_strdup (_ ("Paused"));
  else if (known)
    text = dash_format_percent (data->progress);
  else if (data->state == VESTIM_JOB_COMPLETED
           && (data->kind != VESTIM_JOB_KIND_COMMAND || result[0] == '\0'))
    text = dash_format_percent (1);
  else
    text = g_steal_pointer (&result);
  show_bar (cell, known, data->progress);
  gtk_inscription_set_text (GTK_INSCRIPTION (label), text);
}

static void
fill_result (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  g_autofree char *text = dash_job_dup_test_rmse (job);

  gtk_inscription_set_text (GTK_INSCRIPTION (cell), text);
}

static char *
tip_of_result (DashJob *job, DashJobStore *jobs)
{
  g_autofree char *rmse = dash_job_dup_test_rmse (job);

  if (!isfinite (dash_job_get_test_rmse (job)))
    return NULL;
  return g_strdup_printf (_ ("RMSE of the best task over all test files: %s"), rmse);
}

static void
fill_elapsed (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  g_autofree char *text = dash_format_duration (dash_job_get_elapsed (job, dash_format_now ()));

  gtk_inscription_set_text (GTK_INSCRIPTION (cell), text);
}

static void
fill_created (GtkWidget *cell, DashJob *job, DashJobStore *jobs)
{
  int64_t created_at = dash_job_get (job)->created_at;
  g_autofree char *text = dash_format_relative (created_at, dash_format_now ());

  gtk_inscription_set_text (GTK_INSCRIPTION (cell), text);
}

static char *
tip_of_created (DashJob *job, DashJobStore *jobs)
{
  return dash_format_exact (dash_job_get (job)->created_at);
}

static int
compare_doubles (double a, double b)
{
  /* Unknown values come last. */
  if (isnan (a) || isnan (b))
    return isnan (a) - isnan (b);
  return (a > b) - (a < b);
}

static int
compare_status (DashJob *a, DashJob *b)
{
  return (int) dash_job_get_state (a) - (int) dash_job_get_state (b);
}

static int
compare_name (DashJob *a, DashJob *b)
{
  return strcmp (dash_job_get_sort_key (a), dash_job_get_sort_key (b));
}

static int
compare_kind (DashJob *a, DashJob *b)
{
  return (int) dash_job_get (a)->kind - (int) dash_job_get (b)->kind;
}

static int
compare_queue (DashJob *a, DashJob *b)
{
  return dash_queue_order_compare (dash_job_get (a), dash_job_get (b));
}

/* These columns are read from their largest values. A job without a value counts as the smallest.
 */
static double
or_least (double value)
{
  return isnan (value) ? -1 : value;
}

static int
compare_progress (DashJob *a, DashJob *b)
{
  return compare_doubles (or_least (dash_job_get (a)->progress),
                          or_least (dash_job_get (b)->progress));
}

static int
compare_result (DashJob *a, DashJob *b)
{
  return compare_doubles (dash_job_get_test_rmse (a), dash_job_get_test_rmse (b));
}

static int
compare_elapsed (DashJob *a, DashJob *b)
{
  int64_t now = dash_format_now ();

  return compare_doubles (or_least (dash_job_get_elapsed (a, now)),
                          or_least (dash_job_get_elapsed (b, now)));
}

static int
compare_created (DashJob *a, DashJob *b)
{
  const VestimJob *left = dash_job_get (a), *right = dash_job_get (b);

  if (left->sequence != right->sequence && left->sequence != 0 && right->sequence != 0)
    return left->sequence < right->sequence ? -1 : 1;
  return (left->created_at > right->created_at) - (left->created_at < right->created_at);
}

static const DashJobColumn columns[DASH_N_JOB_COLUMNS] = {
  { "status", N_ ("Status"), 0, 116, FALSE, FALSE, FALSE, make_status, fill_status, NULL,
    compare_status },
  { "name", N_ ("Name"), 0, -1, TRUE, FALSE, FALSE, make_name, fill_name, tip_of_name,
    compare_name },
  { "kind", N_ ("Kind"), 680, 88, FALSE, FALSE, FALSE, make_text, fill_kind, NULL, compare_kind },
  { DASH_QUEUE_COLUMN, N_ ("Priority"), 760, 76, FALSE, FALSE, TRUE, make_number, fill_priority,
    NULL, compare_queue },
  { "progress", N_ ("Progress"), 480, 116, FALSE, FALSE, FALSE, make_progress, fill_progress,
    tip_of_progress, compare_progress },
  { "test", N_ ("Test"), 560, 96, FALSE, FALSE, TRUE, make_number, fill_result, tip_of_result,
    compare_result },
  { "elapsed", N_ ("Time"), 400, 68, FALSE, TRUE, TRUE, make_number, fill_elapsed, NULL,
    compare_elapsed },
  { "created", N_ ("Created"), 620, 116, FALSE, TRUE, FALSE, make_text, fill_created,
    tip_of_created, compare_created },
};

const DashJobColumn *
dash_job_column_get (guint index)
{
  g_return_val_if_fail (index < DASH_N_JOB_COLUMNS, NULL);
  return &columns[index];
}
