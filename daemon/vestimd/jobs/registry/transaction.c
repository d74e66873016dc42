/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/registry/transaction.h"

#include <assert.h>
#include <string.h>

void
registry_hook_free (void *data)
{
  RegistryHook *hook = data;

  if (hook == NULL)
    return;
  g_free (hook->job_id);
  g_free (hook->status);
  g_free (hook->job);
  g_free (hook);
}

static void
op_free (TransactionOp *op)
{
  vestim_job_free (op->job);
  g_free (op->key);
  g_free (op->value);
  registry_hook_free (op->hook);
  g_free (op);
}

static TransactionOp *
add_op (RegistryTransaction *transaction, TransactionOpKind kind)
{
  TransactionOp *op = g_new0 (TransactionOp, 1);

  op->kind = kind;
  *transaction->end = op;
  transaction->end = &op->next;
  transaction->n_ops++;
  return op;
}

static void
key_free (TransactionKey *key)
{
  if (key == NULL)
    return;
  g_free (key->text);
  g_free (key->body);
  g_free (key);
}

RegistryTransaction *
transaction_next (const RegistryTransaction *transaction)
{
  return (RegistryTransaction *) transaction->completion.next;
}

RegistryTransaction *
registry_transaction_new (void)
{
  RegistryTransaction *transaction = g_new0 (RegistryTransaction, 1);

  transaction->end = &transaction->ops;
  return transaction;
}

void
transaction_drop_ops (RegistryTransaction *transaction)
{
  TransactionOp *op = transaction->ops;

  while (op != NULL)
    {
      TransactionOp *next = op->next;

      op_free (op);
      op = next;
    }
  transaction->ops = NULL;
  transaction->end = &transaction->ops;
  transaction->n_ops = 0;
}

void
registry_transaction_free (RegistryTransaction *transaction)
{
  transaction_drop_ops (transaction);
  key_free (transaction->key);
  g_free (transaction);
}

void
registry_transaction_insert (RegistryTransaction *transaction, const VestimJob *job)
{
  TransactionOp *op = add_op (transaction, OP_INSERT);

  assert (job->sequence > 0 && vestim_job_id_sequence (job->id) == job->sequence);
  op->job = vestim_job_copy (job);
}

void
registry_transaction_update (RegistryTransaction *transaction, const VestimJob *job)
{
  add_op (transaction, OP_UPDATE)->job = vestim_job_copy (job);
}

void
registry_transaction_delete (RegistryTransaction *transaction, int64_t sequence, const char *job_id)
{
  TransactionOp *op = add_op (transaction, OP_DELETE);

  op->sequence = sequence;
  op->key = g_strdup (job_id);
}

void
registry_transaction_set_rank (RegistryTransaction *transaction, int64_t sequence, int64_t rank)
{
  TransactionOp *op = add_op (transaction, OP_RANK);

  op->sequence = sequence;
  op->rank = rank;
}

void
registry_transaction_set_setting (RegistryTransaction *transaction, const char *key,
                                  const char *value)
{
  TransactionOp *op = add_op (transaction, OP_SET);

  op->key = g_strdup (key);
  op->value = g_strdup (value);
}

void
registry_transaction_add_hook (RegistryTransaction *transaction, const VestimJob *job,
                               const char *json)
{
  RegistryHook *hook = g_new0 (RegistryHook, 1);

  hook->job_id = g_strdup (job->id);
  hook->status = g_strdup (vestim_job_state_name (job->state));
  hook->job = g_strdup (json);
  add_op (transaction, OP_ADD_HOOK)->hook = hook;
  transaction->n_hooks++;
}

void
registry_transaction_remove_hook (RegistryTransaction *transaction, int64_t id)
{
  add_op (transaction, OP_REMOVE_HOOK)->sequence = id;
  transaction->n_hooks--;
}

void
registry_transaction_note_end (RegistryTransaction *transaction, const RetentionNote *note)
{
  add_op (transaction, OP_NOTE_END)->note = *note;
}

void
transaction_read (RegistryTransaction *transaction, int (*read) (sqlite3 *db, void *user),
                  void *user)
{
  TransactionOp *op = add_op (transaction, OP_READ);

  op->read = read;
  op->user = user;
}

void
registry_transaction_set_key (RegistryTransaction *transaction, const char *key,
                              const uint8_t digest[32], const char *body, size_t length)
{
  TransactionKey *stored = g_new0 (TransactionKey, 1);

  assert (transaction->key == NULL);
  stored->text = g_strdup (key);
  memcpy (stored->digest, digest, sizeof stored->digest);
  stored->body = g_memdup2 (body, length);
  stored->length = length;
  transaction->key = stored;
}
