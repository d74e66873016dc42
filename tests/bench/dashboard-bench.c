/* SPDX-License-Identifier: MIT */
#include <adwaita.h>
#include <math.h>
#include <time.h>

#include "tests/support/gui/jobs.h"
#include "gui/view/chart/dash-chart.h"
#include "gui/view/list/dash-job-list-private.h"

/* Measures the dashboard with a long list and a long curve; each figure includes the frame that
 * shows the result. It needs a display; the session of the GUI tests has one. It prints, and
 * asserts nothing. */

#define N_JOBS 10000
#define N_TOGETHER 100
#define N_POINTS 100000
#define N_FRAMES 100

static void
painted_cb (GdkFrameClock *clock, gboolean *painted)
{
  *painted = TRUE;
}

/* Waits until the window has been drawn once more. */
static void
wait_for_frame (GtkWidget *window)
{
  gboolean painted = FALSE;
  GdkFrameClock *clock;
  gulong id;

  while (!gtk_widget_get_mapped (window))
    g_main_context_iteration (NULL, TRUE);
  clock = gtk_widget_get_frame_clock (window);
  id = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &painted);
  gtk_widget_queue_draw (window);
  while (!painted)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, id);
}

static double
ms_since (gint64 begin)
{
  return (double) (g_get_monotonic_time () - begin) / 1000;
}

static void
print_memory (void)
{
  g_autofree char *status = NULL;
  const char *line = NULL;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    line = strstr (status, "VmRSS:");
  if (line != NULL)
    g_print ("%-46s %8.0f MB\n", "memory with all of it",
             g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024);
}

static void
print_ms (const char *what, gint64 begin, GtkWidget *window)
{
  double done = ms_since (begin);

  wait_for_frame (window);
  g_print ("%-46s %8.1f ms, on view after %.1f ms\n", what, done, ms_since (begin));
}

static double
cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static void
search (DashJobList *list, GtkWidget *window, const char *text)
{
  g_autofree char *what = g_strdup_printf ("filter by \"%s\"", text);
  gint64 begin = g_get_monotonic_time ();

  /* An empty text is searched at once, another one when typing pauses. Here both are searched at
   * once. */
  gtk_editable_set_text (GTK_EDITABLE (list->search), text);
  if (text[0] != '\0')
    g_signal_emit_by_name (list->search, "search-changed");
  print_ms (what, begin, window);
}

static void
measure_list (GtkWidget *window, gint64 start)
{
  DashJobList *list = g_object_new (DASH_TYPE_JOB_LIST, NULL);
  g_autofree char *id = vestim_job_id_new (1763841012123, N_JOBS / 2);
  g_autoptr (DashJobStore) store = dash_job_store_new ();
  gint64 begin;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (list));
  dash_job_list_set_store (list, store);
  dash_job_list_sort (list, "created", TRUE);
  gtk_window_present (GTK_WINDOW (window));
  print_ms ("first frame", start, window);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) jobs = jobs_list (N_JOBS);

      begin = g_get_monotonic_time ();
      dash_job_store_refresh (store, jobs);
      print_ms (i == 0 ? "10,000 jobs" : "the same list again", begin, window);
    }
  for (int i = 0; i < 2; i++)
    {
      search (list, window, "9");
      search (list, window, "99");
      search (list, window, "nothing like it");
      search (list, window, "");
    }
  begin = g_get_monotonic_time ();
  dash_job_list_sort (list, "name", FALSE);
  print_ms ("sort by name", begin, window);
  begin = g_get_monotonic_time ();
  dash_job_store_put (store, jobs_snapshot (5000, "job 5000", VESTIM_JOB_RUNNING, 0.5));
  print_ms ("one job changes its state", begin, window);
  dash_job_list_select (list, dash_job_store_lookup (store, id));
  wait_for_frame (window);
  begin = g_get_monotonic_time ();
  for (guint i = 1; i <= N_JOBS; i++)
    {
      dash_job_store_put (store, jobs_snapshot (i, "another name", VESTIM_JOB_STOPPED, NAN));
      if (i % N_TOGETHER == 0)
        dash_job_store_publish (store);
    }
  print_ms ("10,000 jobs change, 100 at a time", begin, window);
}

static DashSeries *
make_curve (const char *name, double phase)
{
  DashSeries *series = dash_series_new (name, N_POINTS);

  for (gsize i = 0; i < N_POINTS; i++)
    {
      series->x[i] = (double) i / 10;
      series->y[i] = 3.6 + 0.4 * sin ((double) i / 5000 + phase) + 0.05 * sin ((double) i / 7);
    }
  return series;
}

static void
zoom (DashChart *chart, int i)
{
  dash_chart_set_range (chart, 10.0 * i, 9900 - 10.0 * i);
}

static void
move_cursor (DashChart *chart, int i)
{
  dash_chart_set_cursor (chart, 4000 + 10.0 * i);
}

/* Frames wait for the display, so the processor time shows their cost. */
static void
print_frames (const char *what, DashChart *chart, GtkWidget *window,
              void (*change) (DashChart *, int))
{
  double begin = cpu_ms ();

  for (int i = 1; i <= N_FRAMES; i++)
    {
      if (change != NULL)
        change (chart, i);
      wait_for_frame (window);
    }
  g_print ("%-46s %8.1f ms of the processor\n", what, (cpu_ms () - begin) / N_FRAMES);
}

static void
measure_chart (GtkWidget *window)
{
  DashChart *chart = g_object_new (DASH_TYPE_CHART, NULL);
  g_autoptr (GPtrArray) series = g_ptr_array_new_with_free_func ((GDestroyNotify) dash_series_free);
  gint64 begin = g_get_monotonic_time ();

  g_ptr_array_add (series, make_curve ("measured", 0));
  g_ptr_array_add (series, make_curve ("predicted", 0.01));
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (chart));
  dash_chart_set_series (chart, series);
  print_ms ("2 curves of 100,000 points", begin, window);
  print_frames ("a frame in which nothing changes", chart, window, NULL);
  print_frames ("a zoomed frame", chart, window, zoom);
  print_frames ("a frame under the pointer", chart, window, move_cursor);
}

int
main (int argc, char **argv)
{
  gint64 start = g_get_monotonic_time ();
  GtkWidget *window;

  adw_init ();
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1120, 720);
  measure_list (window, start);
  measure_chart (window);
  print_memory ();
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}
