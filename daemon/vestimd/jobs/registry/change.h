/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/registry/mailbox.h"
#include "daemon/vestimd/jobs/registry/registry.h"

/* What a RegistryChange is made of. */

typedef enum
{
  CHANGE_INSERT,
  CHANGE_UPDATE,
  CHANGE_DELETE,
  CHANGE_SET,
} ChangeKind;

typedef struct ChangeOp ChangeOp;

struct ChangeOp
{
  ChangeOp *next;
  ChangeKind kind;
  VestimJob *job;    /* insert, update */
  int64_t sequence;  /* delete */
  char *key;         /* delete: the job's ID; set: the key */
  char *value;       /* set */
  bool made_folder;  /* insert: the folder is ours to remove again */
  int folder_status; /* insert: 0 or why there is no folder */
};

typedef struct
{
  char *key;
  uint8_t digest[32];
  char *body;
  size_t length;
} ChangeAnswer;

struct RegistryChange
{
  Letter letter; /* first: also links the writer's queue */
  ChangeOp *ops; /* in order of addition */
  ChangeOp **end;
  ChangeAnswer *answer; /* (nullable) */
  int status;
  RegistryDoneFn done;
  void *user;
};

/* Whether what it holds may be stored together. */
bool change_is_sound (const RegistryChange *change);

/* (nullable) the change queued behind this one. */
RegistryChange *change_next (const RegistryChange *change);
