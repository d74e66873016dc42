/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/request-pipeline.h"

#include <string.h>
#include <strings.h>

#include "daemon/vestimd/http/auth.h"
#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/http/media-type.h"

/* A request is checked in steps, in the order that the contract gives to errors:
 *
 * 1. The parser: malformed, or its head is too long (400, 414, 431).
 * 2. head_steps: stopping, Host, Origin, token, path, method, Expect (503, 421, 403, 401, 404, 405,
 *    417).
 * 3. body_steps: the media type (415).
 * 4. The parser: the body is too long (413).
 * 5. request_steps: stopping, query (503, 422 or 400).
 * 6. The handler: malformed JSON, fields, the status of the job (400, 422, 409).
 *
 * A step runs as soon as the part that it checks has arrived, so that a client need not send a body
 * that would be refused. A step that refuses the request answers it and returns false; no later
 * step then runs. */

struct RequestPipeline
{
  const HttpServerConfig *config;
  Router *router;
  Auth *auth; /* NULL before the port is known */
  ExchangeShared exchanges;
};

typedef bool (*Step) (HttpExchange *exchange);

static RequestPipeline *
pipeline_of (const HttpExchange *exchange)
{
  return exchange->conn.shared->handler_user;
}

static bool
run_steps (HttpExchange *exchange, const Step *steps, size_t n_steps)
{
  for (size_t i = 0; i < n_steps; i++)
    if (!steps[i](exchange))
      return false;
  return true;
}

static bool
refuse (HttpExchange *exchange, int status, const char *detail)
{
  http_exchange_fail (exchange, status, detail, NULL);
  return false;
}

/* ---- The head ---- */

static bool
is_serving (HttpExchange *exchange)
{
  if (!exchange->conn.shared->is_draining)
    return true;
  http_exchange_add_header (exchange, "Retry-After", "5");
  return refuse (exchange, 503, "The server is stopping: try again after it has started.");
}

/* (nullable) the address of our end of the connection. */
static const struct sockaddr *
own_address (HttpExchange *exchange, struct sockaddr_storage *address)
{
  int size = sizeof *address;

  if (uv_tcp_getsockname (&exchange->conn.tcp, (struct sockaddr *) address, &size) < 0)
    return NULL;
  return (const struct sockaddr *) address;
}

static bool
is_our_host (HttpExchange *exchange, const char *host, size_t length)
{
  const Auth *auth = pipeline_of (exchange)->auth;
  struct sockaddr_storage storage;
  const struct sockaddr *address;

  if (auth_is_listed_host (auth, host, length))
    return true;
  address = own_address (exchange, &storage);
  return address != NULL && auth_is_address (auth, host, length, address);
}

/* RFC 9112, 3.2.2: the authority of an absolute target replaces the Host. Only HTTP/1.0 may have
 * neither. */
static bool
has_our_host (HttpExchange *exchange)
{
  const HttpTarget *target = &exchange->conn.parser.target;
  const char *host = http_exchange_header (exchange, "Host");

  if (target->authority != NULL
          ? is_our_host (exchange, target->authority, target->authority_length)
          : host == NULL || is_our_host (exchange, host, strlen (host)))
    return true;
  return refuse (exchange, 421,
                 "The request's Host is not a name of this server: use localhost and the server's "
                 "port, or add the host to allowed_hosts= of vestimd.conf.");
}

static bool
has_our_origin (HttpExchange *exchange)
{
  const Auth *auth = pipeline_of (exchange)->auth;
  struct sockaddr_storage storage;
  const char *origin;
  unsigned from = 0;

  while ((origin = http_parser_header (&exchange->conn.parser, "Origin", &from)) != NULL)
    if (!auth_is_origin (auth, origin, own_address (exchange, &storage)))
      return refuse (exchange, 403,
                     "Pages of other origins may not use this server: use its own address, or add "
                     "the page's host to allowed_hosts= of vestimd.conf.");
  return true;
}

static bool
has_token (HttpExchange *exchange)
{
  const Auth *auth = pipeline_of (exchange)->auth;
  const char *value = http_exchange_header (exchange, "Authorization");

  if (auth_is_authorized (auth, value)
      && (!auth_wants_token (auth) || !http_exchange_has_twice (exchange, "Authorization")))
    return true;
  http_exchange_add_header (exchange, "WWW-Authenticate", "Bearer");
  return refuse (exchange, 401,
                 value == NULL
                     ? "The token is missing: send `Authorization: Bearer` and the text of the "
                       "file `token` in the data directory."
                     : "The token is wrong: send the text of the file `token` in the data "
                       "directory after `Authorization: Bearer`.");
}

static void
add_allow (HttpExchange *exchange)
{
  g_autoptr (GString) allow = g_string_new (NULL);

  router_append_allow (pipeline_of (exchange)->router, exchange->match.shape, allow);
  http_exchange_add_header (exchange, "Allow", allow->str);
}

static RouterResult
find_route (HttpExchange *exchange)
{
  const HttpParser *parser = &exchange->conn.parser;
  const HttpTarget *target = &parser->target;

  exchange->match.shape = -1;
  if (target->path_length == 0)
    return ROUTER_E_METHOD;
  if (target->path_length == 1 && target->path[0] == '*')
    return ROUTER_OPTIONS;
  if (exchange->path_size <= target->path_length)
    {
      exchange->path_size = target->path_length + 64;
      exchange->path = g_realloc (exchange->path, exchange->path_size);
    }
  return router_find (pipeline_of (exchange)->router, http_parser_method (parser), target->path,
                      target->path_length, exchange->path, &exchange->match);
}

/* The job of a path, for example, may not exist: that is 404 also with a method that the path does
 * not have. */
static const char *
missing_detail (HttpExchange *exchange)
{
  const HttpServerConfig *config = pipeline_of (exchange)->config;

  if (config->missing == NULL || exchange->match.shape < 0)
    return NULL;
  return config->missing (exchange);
}

static bool
has_route (HttpExchange *exchange)
{
  RouterResult result = find_route (exchange);
  const char *missing = missing_detail (exchange);

  if (missing != NULL)
    return refuse (exchange, 404, missing);
  switch (result)
    {
    case ROUTER_FOUND:
      return true;
    case ROUTER_OPTIONS:
      add_allow (exchange);
      http_exchange_respond (exchange, 204, NULL, NULL, 0);
      return false;
    case ROUTER_E_METHOD:
      add_allow (exchange);
      return refuse (exchange, 405,
                     "The path does not have this method: use one that `Allow` lists.");
    case ROUTER_E_PATH:
      break;
    }
  return refuse (exchange, 404, "There is no such path: GET / lists the paths.");
}

static const char *
next_expectation (const HttpExchange *exchange, unsigned *from)
{
  if (exchange->conn.parser.head.minor_version == 0)
    return NULL;
  return http_parser_header (&exchange->conn.parser, "Expect", from);
}

static bool
has_no_other_expectation (HttpExchange *exchange)
{
  const char *value;
  unsigned from = 0;

  while ((value = next_expectation (exchange, &from)) != NULL)
    if (strcasecmp (value, "100-continue") != 0)
      return refuse (exchange, 417,
                     "Only `Expect: 100-continue` is supported: leave the field out.");
  return true;
}

static const Step head_steps[] = {
  is_serving, has_our_host, has_our_origin, has_token, has_route, has_no_other_expectation,
};

static void
on_head (HttpConn *conn)
{
  HttpExchange *exchange = exchange_of (conn);

  exchange_begin (exchange);
  if (run_steps (exchange, head_steps, G_N_ELEMENTS (head_steps))
      && exchange->match.route->body == HTTP_BODY_DROPPED)
    http_parser_drop_body (&conn->parser);
}

/* ---- The body ---- */

static bool
has_right_type (HttpExchange *exchange)
{
  const char *type = http_exchange_header (exchange, "Content-Type");

  if (exchange->match.route->body == HTTP_BODY_ANY)
    return true;
  if (type != NULL && media_type_is_json (type)
      && !http_exchange_has_twice (exchange, "Content-Type")
      && http_exchange_header (exchange, "Content-Encoding") == NULL)
    return true;
  return refuse (exchange, 415,
                 "The body is not JSON: send it with `Content-Type: application/json`.");
}

static const Step body_steps[] = { has_right_type };

static void
on_body (HttpConn *conn)
{
  run_steps (exchange_of (conn), body_steps, G_N_ELEMENTS (body_steps));
}

/* The client may wait for 100 before it sends the body. If the body would be refused, the client
 * learns it now. A client that has begun to send needs no 100. */
static void
on_body_wait (HttpConn *conn)
{
  static const HttpBytes part = { .data = "HTTP/1.1 100 Continue\r\n\r\n", .length = 25 };
  HttpExchange *exchange = exchange_of (conn);

  if (exchange->has_continued || next_expectation (exchange, NULL) == NULL)
    return;
  exchange->has_continued = true;
  if (!http_parser_has_body_begun (&conn->parser)
      && run_steps (exchange, body_steps, G_N_ELEMENTS (body_steps)))
    conn_send (conn, NULL, &part, 1, NULL);
}

/* ---- The request ---- */

static void
fill_request (HttpExchange *exchange)
{
  HttpRequest *request = &exchange->request;
  const HttpParser *parser = &exchange->conn.parser;

  request->method = exchange->match.route->method;
  request->path = parser->target.path;
  request->query = parser->target.query;
  request->body = parser->body->str;
  request->body_length = parser->body->len;
}

/* Malformed JSON comes before an invalid query in the order of errors, but only the layer above
 * reads JSON. */
static bool
has_valid_query (HttpExchange *exchange)
{
  const HttpServerConfig *config = pipeline_of (exchange)->config;
  const HttpRoute *route = exchange->match.route;
  g_autoptr (GPtrArray) errors = router_check_query (route, exchange->request.query);

  if (errors == NULL)
    return true;
  if (route->body != HTTP_BODY_JSON || config->check_body == NULL || config->check_body (exchange))
    http_exchange_fail (exchange, 422,
                        "A query parameter is not valid: correct what `errors` lists.", errors);
  return false;
}

/* The server may have begun to stop while the body came. */
static const Step request_steps[] = { is_serving, has_valid_query };

static void
on_request (HttpConn *conn)
{
  HttpExchange *exchange = exchange_of (conn);
  const HttpServerConfig *config = pipeline_of (exchange)->config;

  conn_move (conn, CONN_HANDLING);
  exchange->complete_at = uv_hrtime ();
  fill_request (exchange);
  if (!run_steps (exchange, request_steps, G_N_ELEMENTS (request_steps)))
    return;
  exchange_hand_over (exchange);
  if (config->call != NULL)
    config->call (exchange, exchange->match.route->handler);
  else
    exchange->match.route->handler (exchange);
}

static void
on_error (HttpConn *conn, int status, const char *detail)
{
  exchange_begin (exchange_of (conn));
  http_exchange_fail (exchange_of (conn), status, detail, NULL);
}

const ConnHandler request_pipeline_handler = {
  .on_head = on_head,
  .on_body = on_body,
  .on_body_wait = on_body_wait,
  .on_request = on_request,
  .on_error = on_error,
  .on_client_end = exchange_client_end,
  .on_closed = exchange_closed,
  .free = exchange_free,
};

void
request_pipeline_refuse (HttpConn *conn)
{
  HttpExchange *exchange = exchange_of (conn);

  exchange_begin (exchange);
  http_exchange_add_header (exchange, "Retry-After", "5");
  http_exchange_fail (exchange, 503,
                      "Too many connections are open: close some, or try again later.", NULL);
}

RequestPipeline *
request_pipeline_new (const HttpServerConfig *config)
{
  RequestPipeline *pipeline = g_new0 (RequestPipeline, 1);

  pipeline->config = config;
  pipeline->router = router_new (config->routes, config->n_routes);
  response_common_init (&pipeline->exchanges.common, config->server_name);
  pipeline->exchanges.user = config->user;
  request_stats_init (&pipeline->exchanges.stats, config->routes, config->n_routes);
  return pipeline;
}

void
request_pipeline_free (RequestPipeline *pipeline)
{
  router_free (pipeline->router);
  if (pipeline->auth != NULL)
    auth_free (pipeline->auth);
  response_common_deinit (&pipeline->exchanges.common);
  request_stats_deinit (&pipeline->exchanges.stats);
  g_free (pipeline);
}

void
request_pipeline_set_port (RequestPipeline *pipeline, int port)
{
  pipeline->auth = auth_new (pipeline->config->token, pipeline->config->host,
                             pipeline->config->allowed_hosts, port);
}

void
request_pipeline_set_connections (RequestPipeline *pipeline, size_t n)
{
  pipeline->exchanges.stats.n_connections = n;
}

HttpConn *
request_pipeline_new_conn (RequestPipeline *pipeline, ConnShared *shared)
{
  return &exchange_new (shared, &pipeline->exchanges)->conn;
}
