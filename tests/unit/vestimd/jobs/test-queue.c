/* SPDX-License-Identifier: MIT */
#include <glib.h>

#include "daemon/vestimd/jobs/queue.h"

static void
test_higher_priority_goes_first_then_the_older (void)
{
  Queue *queue = queue_new ();
  QueueItem older = { .priority = 0, .sequence = 1 };
  QueueItem younger = { .priority = 0, .sequence = 2 };
  QueueItem urgent = { .priority = 5, .sequence = 3 };
  QueueItem *const expected[] = { &urgent, &older, &younger };

  queue_push (queue, &younger);
  queue_push (queue, &urgent);
  queue_push (queue, &older);
  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_true (queue_peek (queue) == expected[i]);
      queue_remove (queue, expected[i]);
    }
  g_assert_null (queue_peek (queue));
  queue_free (queue);
}

/* The service removes a job that it locks, whether or not that job waits for its start. */
static void
test_an_item_that_is_not_in_the_queue_can_be_removed (void)
{
  Queue *queue = queue_new ();
  QueueItem item = { .priority = 0, .sequence = 1 };
  QueueItem other = { .priority = 0, .sequence = 2 };

  queue_push (queue, &item);
  queue_remove (queue, &other);
  g_assert_true (queue_peek (queue) == &item);
  queue_free (queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue/higher_priority_goes_first_then_the_older",
                   test_higher_priority_goes_first_then_the_older);
  g_test_add_func ("/queue/an_item_that_is_not_in_the_queue_can_be_removed",
                   test_an_item_that_is_not_in_the_queue_can_be_removed);
  return g_test_run ();
}
