/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/vestimd/http/conn.h"

/* What a request goes through between its connection and its handler: who may ask, where it goes,
 * whether its body and query are acceptable. */

typedef struct RequestPipeline RequestPipeline;

/* `config` is borrowed. */
RequestPipeline *request_pipeline_new (const HttpServerConfig *config);
void request_pipeline_free (RequestPipeline *pipeline);

/* Once, before any connection: the server's own port is known from now on. */
void request_pipeline_set_port (RequestPipeline *pipeline, int port);

/* What connections report to; their `handler_user` is the pipeline. */
extern const ConnHandler request_pipeline_handler;

/* How many connections are open now, for the statistics. */
void request_pipeline_set_connections (RequestPipeline *pipeline, size_t n);

HttpConn *request_pipeline_new_conn (RequestPipeline *pipeline, ConnShared *shared);

/* Answers 503 without reading a request. */
void request_pipeline_refuse (HttpConn *conn);
