/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <uv.h>

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/http/exchange.h"

/* An answer that is read from a job's folder: prepared by a worker thread, given on the loop. */

typedef struct Fetch Fetch;

struct Fetch
{
  /* On the thread, which may use all below but `api` and `exchange`; 0 or -errno goes to `r`. */
  int (*prepare) (Fetch *fetch);
  /* On the loop, only with `r` 0: answers. */
  void (*answer) (Fetch *fetch);

  const char *file;  /* (nullable) static: the one file of ours that it reads */
  char *folder;      /* of the job */
  char *path;        /* (nullable) what of the folder; owned */
  int64_t tail;      /* lines, -1: all */
  GString *json;     /* (nullable) owned */
  char *etag;        /* (nullable) of the source; owned */
  HttpSource source; /* `release` NULL: none. Released here when it was not handed over. */

  Api *api;
  HttpExchange *exchange;
  uv_work_t work;
  int r;
};

/* Takes what it needs of `plan`: prepare, answer, file, path and tail. */
void fetch_start (HttpExchange *exchange, const VestimJob *job, const Fetch *plan);

/* Answers with the source, which is handed over. */
void fetch_answer_source (Fetch *fetch, const char *content_type);
