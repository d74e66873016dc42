/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/jobs/service.h"

/* What clients ask the service to change. */

enum
{
  SERVICE_E_NOT_FOUND = 1, /* no such job */
  SERVICE_E_STATE,         /* not in this status; `detail` says so */
  SERVICE_E_INVALID,       /* 422; `detail` says what, `field` where */
  SERVICE_E_FULL,          /* no room on the disk, nothing was stored */
  SERVICE_E_FAILED,        /* the storage failed, nothing was stored */
  SERVICE_E_DAMAGED,       /* the registry was changed by another program, nothing was stored */
  SERVICE_E_STOPPING,      /* the daemon stops */
};

/* Changing. Each call ends with exactly one `done`, never from within the call. */
typedef struct
{
  int code;             /* 0 or SERVICE_E_* */
  const char *detail;   /* (nullable) with SERVICE_E_STATE and SERVICE_E_INVALID */
  const char *field;    /* (nullable) with SERVICE_E_INVALID */
  const VestimJob *job; /* (nullable) as it will be shown, for changes of one job */
  size_t count;         /* for changes of many */
} ServiceResult;

/* A repeatable request: with `key`, what `render` returns is stored as the first answer in the same
 * commit. `render` is called once, before the commit, for a change that is going to be stored, and
 * returns the body (transfer full). `done` gets that body back (borrowed) with code 0, else NULL.
 */
typedef struct
{
  const char *key; /* (nullable) Idempotency-Key; copied */
  uint8_t digest[32];
  char *(*render) (void *user, const ServiceResult *result);
  void (*done) (void *user, const ServiceResult *result, const char *body);
  void *user;
} ServiceCall;

typedef struct
{
  const char *name; /* (nullable) */
  VestimJobKind kind;
  bool hold;
  int priority;
  const char *selections; /* JSON text, checked */
  size_t selections_length;
} ServiceNewJob;

typedef struct
{
  const char *name; /* each NULL or unset: unchanged */
  bool has_priority;
  int priority;
  bool has_kind;
  VestimJobKind kind;
  const char *selections;
  size_t selections_length;
} ServicePatch;

/* A bit for each VestimJobState; SERVICE_ALL_STATES for all. */
typedef unsigned ServiceStates;
#define SERVICE_ALL_STATES ((1u << VESTIM_N_JOB_STATES) - 1)

void service_create (Service *service, const ServiceNewJob *new_job, const ServiceCall *call);
void service_patch (Service *service, const char *job_id, const ServicePatch *patch,
                    const ServiceCall *call);
void service_start_job (Service *service, const char *job_id, const ServiceCall *call);
void service_stop_job (Service *service, const char *job_id, const ServiceCall *call);
/* `fresh`: the next attempt starts anew, even where there is something to go on from. */
void service_retry (Service *service, const char *job_id, bool fresh, const ServiceCall *call);
void service_delete (Service *service, const char *job_id, const ServiceCall *call);
void service_clear (Service *service, ServiceStates states, const ServiceCall *call);
void service_stop_all (Service *service, const ServiceCall *call);
void service_set_max_running (Service *service, int max_running, const ServiceCall *call);
