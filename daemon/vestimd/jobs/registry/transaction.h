/* SPDX-License-Identifier: MIT */
#pragma once

#include <sqlite3.h>

#include "daemon/vestimd/jobs/registry/registry-hooks.h"
#include "daemon/vestimd/jobs/registry/registry-retention.h"
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
  OP_READ,
  OP_NOTE_END,
} TransactionOpKind;

typedef struct TransactionOp TransactionOp;

struct TransactionOp
{
  TransactionOp *next;
  TransactionOpKind kind;
  VestimJob *job;                        /* insert, update */
  int64_t sequence;                      /* delete, rank; remove: of a hook */
  int64_t rank;                          /* rank */
  char *key;                             /* delete: the job's ID; set: the key */
  char *value;                           /* (nullable) set; NULL removes the setting */
  RegistryHook *hook;                    /* add */
  RetentionNote note;                    /* note */
  int (*read) (sqlite3 *db, void *user); /* read; returns a code of SQLite */
  void *user;                            /* read */
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
  size_t n_ops;
  TransactionKey *key; /* (nullable) */
  int status;
  CommitReport commit;
  int n_hooks;          /* that it adds, less those that it removes */
  RegistryStats *stats; /* the thread of the loop counts here */
  RegistryDoneFn done;
  void *user;
};

/* Reads in its place among the changes, on the writer's connection, so that what an earlier
 * transaction stored is there. `read` may be called more than once. */
void transaction_read (RegistryTransaction *transaction, int (*read) (sqlite3 *db, void *user),
                       void *user);

/* Frees all changes. */
void transaction_drop_ops (RegistryTransaction *transaction);

/* (nullable) the next transaction in the queue. */
RegistryTransaction *transaction_next (const RegistryTransaction *transaction);
