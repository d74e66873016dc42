/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/sys/completion-queue.h"

/* The parts of a RegistryTransaction. */

typedef enum
{
  OP_INSERT,
  OP_UPDATE,
  OP_DELETE,
  OP_RANK,
  OP_SET,
  OP_ADD_HOOK,
  OP_REMOVE_HOOK,
  OP_READ_HOOKS,
} TransactionOpKind;

typedef struct TransactionOp TransactionOp;

struct TransactionOp
{
  TransactionOp *next;
  TransactionOpKind kind;
  VestimJob *job;     /* insert, update */
  int64_t sequence;   /* delete, rank; remove, read: of a hook */
  int64_t rank;       /* rank */
  char *key;          /* delete: the job's ID; set: the key */
  char *value;        /* (nullable) set; NULL removes the setting */
  RegistryHook *hook; /* add */
  GPtrArray *entries; /* read: where the hooks go; of the caller */
  unsigned limit;     /* read */
};

/* An idempotency key with the first answer. */
typedef struct
{
  char *text;
  uint8_t digest[32];
  char *body;
  size_t length;
} TransactionKey;

/* A commit, in the first transaction that it stored. */
typedef struct
{
  uint64_t n_changes;
  uint64_t flush_ns; /* 0: another transaction has the commit */
} CommitReport;

struct RegistryTransaction
{
  Completion completion; /* first; also links the writer's queue */
  TransactionOp *ops;    /* in order of addition */
  TransactionOp **end;
  TransactionKey *key; /* (nullable) */
  int status;
  CommitReport commit;
  RegistryStats *stats; /* the thread of the loop counts here */
  RegistryDoneFn done;
  void *user;
};

/* See registry_read_hooks(). It is read in its place among the changes, on the writer's connection,
 * so what an earlier transaction added is there. */
void transaction_read_hooks (RegistryTransaction *transaction, int64_t after, unsigned limit,
                             GPtrArray *entries);

/* (nullable) the next transaction in the queue. */
RegistryTransaction *transaction_next (const RegistryTransaction *transaction);
