/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/folders/folder-worker.h"
#include "daemon/vestimd/jobs/registry/registry.h"
#include "daemon/vestimd/sys/completion-queue.h"

/* What a RegistryTransaction is made of. */

typedef enum
{
  OP_INSERT,
  OP_UPDATE,
  OP_DELETE,
  OP_SET,
} TransactionOpKind;

typedef struct TransactionOp TransactionOp;

struct TransactionOp
{
  TransactionOp *next;
  TransactionOpKind kind;
  VestimJob *job;       /* insert, update */
  int64_t sequence;     /* delete */
  char *key;            /* delete: the job's ID; set: the key */
  char *value;          /* set */
  FolderRequest folder; /* insert */
};

typedef struct
{
  char *key;
  uint8_t digest[32];
  char *body;
  size_t length;
} TransactionKey;

struct RegistryTransaction
{
  Completion completion; /* first: also links the writer's queue */
  TransactionOp *ops;    /* in order of addition */
  TransactionOp **end;
  TransactionKey *answer; /* (nullable) */
  int status;
  RegistryDoneFn done;
  void *user;
};

/* Whether what it holds may be stored together. */
bool transaction_is_valid (const RegistryTransaction *transaction);

/* (nullable) the change queued behind this one. */
RegistryTransaction *transaction_next (const RegistryTransaction *transaction);
