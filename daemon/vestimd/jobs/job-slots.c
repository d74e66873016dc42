/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/job-slots.h"

#include <assert.h>

#include "common/job/vestim-resources.h"
#include "common/json/vestim-json.h"

typedef struct
{
  QueueItem item; /* first */
  Job *job;
} JobItem;

Job *
job_of_item (QueueItem *item)
{
  return ((JobItem *) item)->job;
}

QueueSlots
job_needs (const VestimJob *data)
{
  VestimResources resources = vestim_resources_parse (data->resources);

  if (data->executor != VESTIM_EXECUTOR_LOCAL)
    return (QueueSlots){ 0 };
  return (QueueSlots){ resources.cpus, resources.memory_mb, resources.gpus };
}

/* ---- The item ---- */

static QueueItem *
get_item (Job *job)
{
  if (job->item == NULL)
    {
      JobItem *made = g_new0 (JobItem, 1);

      made->job = job;
      made->item.sequence = job->data->sequence;
      job->item = &made->item;
    }
  return job->item;
}

/* Most jobs are over and need none. */
static void
drop_item_if_unused (Job *job)
{
  if (job->item != NULL && !job->item->holds_slots && !order_node_is_in_tree (&job->item->in_line))
    g_clear_pointer (&job->item, g_free);
}

/* ---- The line ---- */

void
job_leave_queue (Job *job)
{
  Queue *queue = job->service->queue;
  QueueGroup *group = g_steal_pointer (&job->group);

  job_dequeue (job);
  if (job->data->state == VESTIM_JOB_QUEUED)
    {
      queue_line_remove (queue, job->item);
      group->n_queued--;
      job->service->n_held -= job->data->paused;
    }
  else if (job->data->state == VESTIM_JOB_RUNNING)
    group->n_shown--;
  queue_unref_group (queue, group);
  drop_item_if_unused (job);
}

void
job_enter_queue (Job *job)
{
  Queue *queue = job->service->queue;
  const VestimJob *data = job->data;

  job->group = queue_ref_group (queue, vestim_job_group (data));
  if (data->state == VESTIM_JOB_QUEUED)
    {
      queue_line_add (queue, get_item (job), data->priority, data->rank);
      job->group->n_queued++;
      job->service->n_held += data->paused;
    }
  else if (data->state == VESTIM_JOB_RUNNING)
    job->group->n_shown++;
  if (job->item != NULL)
    queue_freeze (queue, job->item, data->state == VESTIM_JOB_RUNNING && data->paused);
}

void
job_enqueue (Job *job)
{
  const VestimJob *data = job->data;
  QueueSlots needs;

  assert (!job->is_locked);
  if (data->state != VESTIM_JOB_QUEUED || !job_is (job, JOB_IDLE) || job_executor (job) == NULL)
    return;
  /* Also a job on hold is stopped when its dependencies cannot be met. */
  if (!waits_admit (job) || data->paused)
    return;
  needs = job_needs (data);
  queue_remove (job->service->queue, job->item);
  queue_push (job->service->queue, job->item, job->group, &needs);
}

void
job_dequeue (Job *job)
{
  if (job->item != NULL)
    queue_remove (job->service->queue, job->item);
}

void
job_set_rank (Job *job, int64_t rank)
{
  bool waits = job->item != NULL && job->item->class != NULL;

  job_leave_queue (job);
  job->data->rank = rank;
  job_enter_queue (job);
  if (waits)
    job_enqueue (job);
  g_clear_pointer (&job->json, g_bytes_unref);
}

/* ---- Slots ---- */

/* `(transfer full)` of "[0,2]" (nullable). */
static GArray *
parse_gpus (const char *text)
{
  GArray *gpus = g_array_new (false, false, sizeof (int));
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (text);
  const VestimJsonNode *node = doc != NULL ? vestim_json_first (vestim_json_root (doc)) : NULL;

  for (; node != NULL; node = vestim_json_next (node))
    {
      int64_t value;
      int index;

      if (!vestim_json_get_int64 (node, &value) || value < 0 || value >= QUEUE_MAX_GPUS)
        continue;
      index = (int) value;
      g_array_append_val (gpus, index);
    }
  return gpus;
}

void
job_take_slots (Job *job)
{
  QueueSlots needs = job_needs (job->data);
  g_autoptr (GArray) gpus =
      job_is (job, JOB_ADOPTING) ? parse_gpus (job->data->details.gpu_indices) : NULL;

  queue_occupy (job->service->queue, get_item (job), job->group, &needs, gpus);
  queue_freeze (job->service->queue, job->item, job->data->paused);
}

void
job_release_slots (Job *job)
{
  if (job->item == NULL)
    return;
  queue_release (job->service->queue, job->item);
  drop_item_if_unused (job);
}

/* `(transfer full, nullable)` "0,2"; NULL: the attempt has no GPU. */
static char *
dup_gpu_list (const Job *job)
{
  const GArray *gpus = job->item != NULL ? job->item->gpus : NULL;
  GString *list;

  if (gpus == NULL || gpus->len == 0)
    return NULL;
  list = g_string_new (NULL);
  for (unsigned i = 0; i < gpus->len; i++)
    g_string_append_printf (list, "%s%d", i > 0 ? "," : "", g_array_index (gpus, int, i));
  return g_string_free (list, false);
}

void
job_set_running (const Job *job, VestimJob *next)
{
  g_autofree char *list = dup_gpu_list (job);

  next->state = VESTIM_JOB_RUNNING;
  next->is_released = next->depends_on != NULL;
  g_free (next->details.gpu_indices);
  next->details.gpu_indices = list != NULL ? g_strdup_printf ("[%s]", list) : NULL;
}

char **
job_dup_environment (const Job *job)
{
  const QueueSlots *held = &job->item->held;
  GPtrArray *variables = g_ptr_array_new ();
  g_autofree char *list = dup_gpu_list (job);

  if (job->data->resources != NULL && held->cpus > 0)
    g_ptr_array_add (variables, g_strdup_printf ("VESTIM_JOB_CPUS=%d", held->cpus));
  if (held->memory_mb > 0)
    g_ptr_array_add (variables,
                     g_strdup_printf ("VESTIM_JOB_MEMORY_MB=%" G_GINT64_FORMAT, held->memory_mb));
  if (list != NULL)
    {
      g_ptr_array_add (variables, g_strconcat ("CUDA_VISIBLE_DEVICES=", list, NULL));
      g_ptr_array_add (variables, g_strconcat ("ROCR_VISIBLE_DEVICES=", list, NULL));
    }
  g_ptr_array_add (variables, NULL);
  return (char **) g_ptr_array_free (variables, false);
}
