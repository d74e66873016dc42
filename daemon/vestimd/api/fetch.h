/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <uv.h>

#include "daemon/vestimd/api/api.h"
#include "daemon/vestimd/http/exchange.h"

/* An answer that is read from a job's folder: prepared by a worker thread, sent on the loop. */

typedef struct Fetch Fetch;

struct Fetch
{
  /* Runs on the thread, which must not use `api` and `exchange`. Returns `r`: 0 or -errno. */
  int (*prepare) (Fetch *fetch);
  /* Runs on the loop, only if `r` is 0: answers. */
  void (*answer) (Fetch *fetch);

  const char *file;  /* (nullable) static: the file of ours that it reads */
  char *folder;      /* of the job */
  char *path;        /* (nullable) of a file, relative to the folder; owned */
  int64_t tail;      /* lines, -1: all */
  int64_t bytes;     /* -1: all */
  GString *json;     /* (nullable) owned */
  char *etag;        /* (nullable) of the source; owned */
  HttpSource source; /* `release` NULL: none. Released here unless it was handed over. */

  Api *api;
  HttpExchange *exchange;
  uv_work_t work;
  int r;
};

/* Copies prepare, answer, file, path, tail and bytes of `plan`. */
void fetch_start (HttpExchange *exchange, const VestimJob *job, const Fetch *plan);

/* Answers with the source, which is handed over. */
void fetch_answer_source (Fetch *fetch, const char *content_type);
