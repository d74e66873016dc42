/* SPDX-License-Identifier: MIT */
#pragma once

#include "tests/support/gui/fake-server.h"

typedef struct
{
  FakeFault fault;
  int times;
} FakeFaultRule;

typedef struct
{
  guint status;
  char *body;
} FakeAnswer;

/* The requests of one kind. */
typedef struct
{
  guint count;
  SoupMessageHeaders *headers; /* of the last one */
  char *body;
} FakeSeen;

typedef struct
{
  char *id;
  char *json;
  char *metrics; /* (nullable) */
  GByteArray *log;
  char *log_gap;     /* (nullable) */
  GHashTable *files; /* name → text */
} FakeJob;

struct FakeServer
{
  SoupServer *soup;
  char *url;
  char *token;
  char *run;
  guint n_events;
  guint clock;
  guint n_changes;
  GPtrArray *jobs;     /* FakeJob, newest first */
  GPtrArray *streams;  /* SoupServerMessage of open event streams */
  GHashTable *faults;  /* path → FakeFaultRule */
  GHashTable *answers; /* path → FakeAnswer */
  GHashTable *seen;    /* "POST /jobs" → FakeSeen */
  GHashTable *keys;    /* set of Idempotency-Keys */
};

FakeJob *fake_server_find (FakeServer *self, const char *id);
void fake_server_open_stream (FakeServer *self, SoupServerMessage *message);

/* Every request comes here. */
void fake_server_handle (SoupServer *soup, SoupServerMessage *message, const char *path,
                         GHashTable *query, gpointer data);

/* (transfer full) (nullable) the answer to a check of the files named in `body`: of "…folder" two
 * files, of "…data" those of its three folders, of "…bad.csv" an error, of any other one file. NULL
 * when one is called "…huge.csv", which takes too long. */
char *fake_server_check (const char *body);
