/* SPDX-License-Identifier: MIT */
#pragma once

#include "common/job/vestim-job-fields.h"
#include "daemon/vestimd/jobs/queue/queue.h"
#include "daemon/vestimd/jobs/service.h"

/* What clients ask the service to change. */

enum
{
  SERVICE_E_NOT_FOUND = 1, /* no such job */
  SERVICE_E_STATE,         /* the job's status does not allow it; `detail` says why */
  SERVICE_E_INVALID,       /* 422; `detail` says what, `field` where */
  SERVICE_E_FULL,          /* the disk is full, nothing was stored */
  SERVICE_E_FAILED,        /* the storage failed, nothing was stored */
  SERVICE_E_BUSY,          /* locked or lacking for the moment, nothing was stored */
  SERVICE_E_DAMAGED,       /* the registry was changed by another program, nothing was stored */
  SERVICE_E_UNIQUE,        /* another job has the unique name: `other_id` */
  SERVICE_E_STOPPING,      /* the daemon is stopping */
  SERVICE_E_UNREAD,        /* a job that is not in memory could not be read */
  SERVICE_E_UNREAD_NOW,    /* the same, for lack of something */
};

/* What became of a call. */
typedef struct
{
  int code;             /* 0 or SERVICE_E_* */
  const char *detail;   /* (nullable) with SERVICE_E_STATE and SERVICE_E_INVALID */
  const char *field;    /* (nullable) with SERVICE_E_INVALID */
  const char *other_id; /* (nullable) with SERVICE_E_UNIQUE */
  const VestimJob *job; /* (nullable) as it will be shown; for calls that change one job */
  size_t count;         /* of jobs; for calls that change many */
  const struct ServiceSettings *settings; /* (nullable) of service_set_settings() */
  const QueueGroup *group;                /* (nullable) of service_set_group() */
} ServiceResult;

/* Who gets the result of a call, and how it is answered.
 *
 * `render` makes the body of the answer (transfer full). It is called at most once: when the change
 * is about to be stored. With a `key`, the body is stored in the same transaction, so that a repeat
 * of the request gets the same answer. `done` is called exactly once, never from within the call,
 * and gets the body (borrowed) if the code is 0, else NULL. */
typedef struct
{
  const char *key; /* (nullable) Idempotency-Key; copied */
  uint8_t digest[32];
  char *(*render) (void *user, const ServiceResult *result);
  void (*done) (void *user, const ServiceResult *result, const char *body);
  void *user;
} ServiceCall;

/* Fields of a job as a client gives them, checked. */
typedef struct
{
  const VestimJob *values;
  VestimJobFieldSet given; /* nothing else of `values` counts */
} ServiceFields;

/* A bit for each VestimJobState; SERVICE_ALL_STATES for all. */
typedef unsigned ServiceStates;
#define SERVICE_ALL_STATES ((1u << VESTIM_N_JOB_STATES) - 1)

/* Without a name the job gets one. `hold`: it stays `created` until it is started. */
void service_create (Service *service, const ServiceFields *fields, bool hold,
                     const ServiceCall *call);
void service_patch (Service *service, const char *job_id, const ServiceFields *fields,
                    const ServiceCall *call);
void service_start_job (Service *service, const char *job_id, const ServiceCall *call);
void service_stop_job (Service *service, const char *job_id, const ServiceCall *call);
/* Ends the training of a running estimation, which then tests the best network so far. */
void service_finish_job (Service *service, const char *job_id, const ServiceCall *call);
/* A queued job is on hold, and all processes of a running one are halted, until it is resumed. */
void service_pause_job (Service *service, const char *job_id, const ServiceCall *call);
void service_resume_job (Service *service, const char *job_id, const ServiceCall *call);
/* `fresh`: the next attempt starts from the beginning, even if there is state to resume from. */
void service_retry (Service *service, const char *job_id, bool fresh, const ServiceCall *call);
void service_delete (Service *service, const char *job_id, const ServiceCall *call);
/* The same, if the job is over, not pinned, and not needed; else SERVICE_E_NOT_FOUND. */
void service_delete_unneeded (Service *service, const char *job_id, const ServiceCall *call);
/* Whether a job that may still start depends on it. */
bool service_is_needed (const Service *service, int64_t sequence);
void service_clear (Service *service, ServiceStates states, const ServiceCall *call);
void service_stop_all (Service *service, const ServiceCall *call);

/* Work of a client in the folder of a job that is `created`. The job is locked meanwhile, so it
 * cannot be started or deleted. */
typedef struct
{
  void (*work) (void *user, const char *folder); /* on a worker thread; the folder may be missing */
  /* Exactly once; may come from within the call. 0 or a SERVICE_E_*; only after 0 `work` was done.
   */
  void (*done) (void *user, const ServiceResult *result);
  void *user;
} ServiceFolderWork;

void service_work_in_folder (Service *service, const char *job_id, const ServiceFolderWork *work);
