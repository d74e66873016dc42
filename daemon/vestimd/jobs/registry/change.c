/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/change.h"

#include <assert.h>
#include <string.h>

static void
op_free (ChangeOp *op)
{
  vestim_job_free (op->job);
  g_free (op->key);
  g_free (op->value);
  g_free (op);
}

static ChangeOp *
add_op (RegistryChange *change, ChangeKind kind)
{
  ChangeOp *op = g_new0 (ChangeOp, 1);

  op->kind = kind;
  *change->end = op;
  change->end = &op->next;
  return op;
}

static void
answer_free (ChangeAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->key);
  g_free (answer->body);
  g_free (answer);
}

RegistryChange *
change_next (const RegistryChange *change)
{
  return (RegistryChange *) change->letter.next;
}

/* An insert is taken back by itself when its folder cannot be made; nothing else could be. */
bool
change_is_sound (const RegistryChange *change)
{
  bool inserts = false, others = false;

  for (const ChangeOp *op = change->ops; op != NULL; op = op->next)
    if (op->kind == CHANGE_INSERT)
      inserts = true;
    else
      others = true;
  return !(inserts && others);
}

RegistryChange *
registry_change_new (void)
{
  RegistryChange *change = g_new0 (RegistryChange, 1);

  change->end = &change->ops;
  return change;
}

void
registry_change_free (RegistryChange *change)
{
  ChangeOp *op = change->ops;

  while (op != NULL)
    {
      ChangeOp *next = op->next;

      op_free (op);
      op = next;
    }
  answer_free (change->answer);
  g_free (change);
}

void
registry_change_insert (RegistryChange *change, const VestimJob *job)
{
  assert (job->sequence > 0 && vestim_job_id_sequence (job->id) == job->sequence);
  add_op (change, CHANGE_INSERT)->job = vestim_job_copy (job);
}

void
registry_change_update (RegistryChange *change, const VestimJob *job)
{
  add_op (change, CHANGE_UPDATE)->job = vestim_job_copy (job);
}

void
registry_change_delete (RegistryChange *change, int64_t sequence, const char *job_id)
{
  ChangeOp *op = add_op (change, CHANGE_DELETE);

  op->sequence = sequence;
  op->key = g_strdup (job_id);
}

void
registry_change_set (RegistryChange *change, const char *key, const char *value)
{
  ChangeOp *op = add_op (change, CHANGE_SET);

  op->key = g_strdup (key);
  op->value = g_strdup (value);
}

void
registry_change_answer (RegistryChange *change, const char *key, const uint8_t digest[32],
                        const char *body, size_t length)
{
  ChangeAnswer *answer = g_new0 (ChangeAnswer, 1);

  assert (change->answer == NULL);
  answer->key = g_strdup (key);
  memcpy (answer->digest, digest, sizeof answer->digest);
  answer->body = g_memdup2 (body, length);
  answer->length = length;
  change->answer = answer;
}
