/* SPDX-License-Identifier: MIT */
#include "gui/model/dash-job-moves.h"

/* (transfer container) (element-type VestimJob) valid as long as nothing updates the jobs. */
static GPtrArray *
get_all (const GPtrArray *jobs)
{
  GPtrArray *all = g_ptr_array_new ();

  for (guint i = 0; i < jobs->len; i++)
    g_ptr_array_add (all, (gpointer) dash_job_get (jobs->pdata[i]));
  return all;
}

GPtrArray *
dash_job_moves_step (GListModel *shown, const GPtrArray *selected, DashQueueStep step)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GPtrArray) chosen = get_all (selected);

  for (guint i = 0; i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr (DashJob) job = g_list_model_get_item (shown, i);

      g_ptr_array_add (all, (gpointer) dash_job_get (job));
    }
  return dash_queue_order_step (all, chosen, step);
}

GPtrArray *
dash_job_moves_drop (const GPtrArray *selected, DashJob *target, gboolean after)
{
  g_autoptr (GPtrArray) chosen = get_all (selected);

  return dash_queue_order_drop (chosen, dash_job_get (target), after);
}
