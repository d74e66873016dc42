/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <uv.h>

#include "daemon/vestimd/jobs/service-calls.h"
#include "daemon/vestimd/jobs/service-settings.h"

/* A service on a real registry in a temporary folder, with an executor that the test controls. */

struct ExecutorAttempt
{
  char *job_id;
  int number;
  char *slots; /* the variables of its slots, separated by a space */
  bool is_new;
  bool was_adopted;
  bool was_seen;
  bool is_stopped;
  bool must_finish;
  bool is_paused;
  bool is_detached;
  bool is_noted, is_started, is_over; /* for tests that keep account of their events */
  AttemptEvents events;
  void *user;
};

typedef struct
{
  Executor base;
  GPtrArray *attempts; /* of ExecutorAttempt, in order of opening; they stay until the end */
} FakeExecutor;

typedef struct
{
  uv_loop_t loop;
  char *folder;
  char *jobs_dir;
  size_t jobs_in_memory; /* 1000; another number counts from the next restart on */
  Registry *registry;
  Hardware hardware;     /* two CPUs, 4000 MB and two GPUs */
  FakeExecutor executor; /* "local" */
  FakeExecutor cluster;  /* "slurm" */
  bool lacks_cluster;    /* counts from the next restart on */
  ExecutorSet executors;
  Service *service;
  GPtrArray *events; /* of char *: "job <id> <status>", "deleted <id>", "cleared all", "cleared
                        <n>", "queue" */
  bool is_settled;
  void (*announce) (void *user, const ServiceEvent *event); /* (nullable) also called */
  void *announce_user;
} Fixture;

/* The answer to one call. */
typedef struct
{
  bool is_done;
  int code;
  char *job_id;
  char *body;
  char *detail;
  size_t count;
} Answer;

Fixture *fixture_new (int max_running);
void fixture_free (Fixture *fixture);

/* Closes the service and the registry without ending the jobs, and opens them again. */
void fixture_restart (Fixture *fixture);

/* Runs the loop until `*flag` is true, for a minute at most. */
void fixture_wait (Fixture *fixture, const bool *flag);
void fixture_settle (Fixture *fixture); /* runs the loop until it has no immediate work */

ServiceCall answer_call (Answer *answer, const char *key);
void answer_clear (Answer *answer);

/* Waits for the answer, which has this code, and clears it. */
void fixture_expect (Fixture *fixture, Answer *answer, int code);

/* Asks for a change of a job, and returns the code of the answer. */
typedef void (*FixtureChange) (Service *service, const char *job_id, const ServiceCall *call);
int fixture_ask (Fixture *fixture, FixtureChange change, const char *job_id);

/* `(transfer full)` the ID of a new job with these fields. */
char *fixture_create_job (Fixture *fixture, const VestimJob *values, VestimJobFieldSet given,
                          bool hold);
/* `(transfer full)` the ID of a new command job. */
char *fixture_create (Fixture *fixture, int priority, bool hold, const char *selections);
/* The same of an estimation, with any selections. */
char *fixture_create_estimation (Fixture *fixture);
ExecutorAttempt *fixture_last_attempt (Fixture *fixture);
const char *fixture_status (Fixture *fixture, const char *job_id);
/* Whether the job, as clients see it, contains this text. */
bool fixture_shows (Fixture *fixture, const char *job_id, const char *text);

/* Renames a job to "renamed". The job stays locked until the loop runs; then the answer comes. */
void fixture_rename (Fixture *fixture, const char *job_id, Answer *answer);

void attempt_started (Fixture *fixture, ExecutorAttempt *attempt);
void attempt_ended (Fixture *fixture, ExecutorAttempt *attempt, const AttemptResult *result);
AttemptResult result_exit (int exit_code);
