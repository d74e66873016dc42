/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/vestimd/http/exchange-private.h"
#include "daemon/vestimd/http/server-private.h"

static void
refuse (HttpConn *conn, int status, const char *detail)
{
  http_exchange_fail (&conn->exchange, status, detail, NULL);
}

static bool
is_our_host (HttpConn *conn, const char *host, size_t length)
{
  struct sockaddr_storage address;
  int size = sizeof address;

  if (auth_is_listed_host (conn->server->auth, host, length))
    return true;
  return uv_tcp_getsockname (&conn->tcp, (struct sockaddr *) &address, &size) == 0
         && auth_is_address (conn->server->auth, host, length, (struct sockaddr *) &address);
}

static bool
check_stopping (HttpConn *conn)
{
  if (!conn->server->is_draining)
    return true;
  http_exchange_add_header (&conn->exchange, "Retry-After", "5");
  refuse (conn, 503, "The server is stopping: try again when it has started again.");
  return false;
}

/* RFC 9112, 3.2.2: the authority of an absolute target replaces the Host. Only HTTP/1.0 may have
 * neither. */
static bool
check_host (HttpConn *conn)
{
  const HttpTarget *target = &conn->parser.target;
  const char *host = http_parser_header (&conn->parser, "Host", NULL);

  if (target->authority != NULL ? is_our_host (conn, target->authority, target->authority_length)
                                : host == NULL || is_our_host (conn, host, strlen (host)))
    return true;
  refuse (conn, 421,
          "This server is not the host that was asked for: use localhost and the server's port, or "
          "name the host in allowed_hosts= of vestimd.conf.");
  return false;
}

static bool
check_origin (HttpConn *conn)
{
  const char *origin;
  unsigned from = 0;

  while ((origin = http_parser_header (&conn->parser, "Origin", &from)) != NULL)
    {
      const char *host = auth_origin_host (origin);

      if (host != NULL && is_our_host (conn, host, strlen (host)))
        continue;
      refuse (conn, 403, "Pages of other origins may not use this server: use its own address.");
      return false;
    }
  return true;
}

static bool
check_token (HttpConn *conn)
{
  unsigned from = 0;
  const char *value = http_parser_header (&conn->parser, "Authorization", &from);

  if (auth_is_authorized (conn->server->auth, value)
      && (!auth_wants_token (conn->server->auth)
          || http_parser_header (&conn->parser, "Authorization", &from) == NULL))
    return true;
  http_exchange_add_header (&conn->exchange, "WWW-Authenticate", "Bearer");
  refuse (conn, 401,
          value == NULL ? "The token is missing: send `Authorization: Bearer` and the text of the "
                          "file `token` in the data directory."
                        : "The token is wrong: send the text of the file `token` in the data "
                          "directory behind `Authorization: Bearer`.");
  return false;
}

static void
add_allow (HttpConn *conn, int shape)
{
  g_autoptr (GString) allow = g_string_new (NULL);

  router_append_allow (conn->server->router, shape, allow);
  http_exchange_add_header (&conn->exchange, "Allow", allow->str);
}

static RouterResult
find_route (HttpConn *conn)
{
  const HttpTarget *target = &conn->parser.target;
  const char *method = http_parser_method (&conn->parser);

  conn->exchange.match.shape = -1;
  if (target->path_length == 0)
    return ROUTER_E_METHOD;
  if (target->path_length == 1 && target->path[0] == '*')
    return ROUTER_OPTIONS;
  if (conn->path_size <= target->path_length)
    {
      conn->path_size = target->path_length + 64;
      conn->path = g_realloc (conn->path, conn->path_size);
    }
  return router_find (conn->server->router, method, target->path, target->path_length, conn->path,
                      &conn->exchange.match);
}

static bool
check_existence (HttpConn *conn)
{
  const HttpServerConfig *config = &conn->server->config;
  const char *detail = config->missing != NULL && conn->exchange.match.shape >= 0
                           ? config->missing (&conn->exchange)
                           : NULL;

  if (detail != NULL)
    refuse (conn, 404, detail);
  return detail == NULL;
}

static bool
check_route (HttpConn *conn)
{
  RouterResult result = find_route (conn);

  if (!check_existence (conn))
    return false;
  switch (result)
    {
    case ROUTER_FOUND:
      return true;
    case ROUTER_OPTIONS:
      add_allow (conn, conn->exchange.match.shape);
      http_exchange_respond (&conn->exchange, 204, NULL, NULL, 0);
      break;
    case ROUTER_E_METHOD:
      add_allow (conn, conn->exchange.match.shape);
      refuse (conn, 405, "The path does not have this method: use one that `Allow` lists.");
      break;
    case ROUTER_E_PATH:
      refuse (conn, 404, "There is no such path: GET / lists what there is.");
      break;
    }
  return false;
}

static bool
expects_continue (const HttpConn *conn)
{
  return conn->parser.head.minor_version == 1
         && http_parser_header (&conn->parser, "Expect", NULL) != NULL;
}

static bool
check_expectation (HttpConn *conn)
{
  const char *value;
  unsigned from = 0;

  while (conn->parser.head.minor_version == 1
         && (value = http_parser_header (&conn->parser, "Expect", &from)) != NULL)
    if (strcasecmp (value, "100-continue") != 0)
      {
        refuse (conn, 417, "Only `Expect: 100-continue` can be met: leave the field out.");
        return false;
      }
  return true;
}

void
conn_check_head (HttpConn *conn)
{
  static bool (*const checks[]) (HttpConn * conn) = {
    check_stopping, check_host, check_origin, check_token, check_route, check_expectation
  };

  exchange_begin (conn);
  for (size_t i = 0; i < G_N_ELEMENTS (checks); i++)
    if (!checks[i](conn))
      return;
  if (!conn->exchange.match.route->json)
    http_parser_drop_body (&conn->parser);
}

static size_t
token_length (const char *text)
{
  return strspn (text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* The length of a token or quoted string; 0: it is neither. */
static size_t
value_length (const char *text)
{
  const char *p = text + 1;

  if (*text != '"')
    return token_length (text);
  while (*p != '\0' && *p != '"')
    p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
  return *p == '"' ? (size_t) (p + 1 - text) : 0;
}

static bool
is_utf8 (const char *value, size_t length)
{
  bool is_quoted = *value == '"';
  g_autofree char *name = g_strndup (value + is_quoted, length - (is_quoted ? 2 : 0));

  return strcasecmp (name, "utf-8") == 0 || strcasecmp (name, "utf8") == 0;
}

/* Parameters of application/json have no effect (RFC 8259, 11), but one that says that the text is
 * in another encoding had better be believed. */
static bool
has_only_harmless_parameters (const char *text)
{
  text += strspn (text, " \t");
  while (*text == ';')
    {
      text += 1 + strspn (text + 1, " \t");

      size_t name = token_length (text);
      size_t value = name > 0 && text[name] == '=' ? value_length (text + name + 1) : 0;
      bool is_charset = name == strlen ("charset") && strncasecmp (text, "charset", name) == 0;

      if ((name > 0 && value == 0) || (is_charset && !is_utf8 (text + name + 1, value)))
        return false;
      text += name > 0 ? name + 1 + value : 0;
      text += strspn (text, " \t");
    }
  return *text == '\0';
}

/* "application/json", of whatever parameters. */
static bool
is_json_type (const char *type)
{
  static const char json[] = "application/json";

  if (type == NULL || strncasecmp (type, json, sizeof json - 1) != 0)
    return false;
  return has_only_harmless_parameters (type + sizeof json - 1);
}

static bool
check_type (HttpConn *conn)
{
  unsigned from = 0;
  const char *type = http_parser_header (&conn->parser, "Content-Type", &from);

  if (is_json_type (type) && http_parser_header (&conn->parser, "Content-Type", &from) == NULL
      && http_parser_header (&conn->parser, "Content-Encoding", NULL) == NULL)
    return true;
  refuse (conn, 415, "The body is not JSON: send it with `Content-Type: application/json`.");
  return false;
}

void
conn_check_body (HttpConn *conn)
{
  check_type (conn);
}

/* The body does not come, maybe because the client waits for our word. What would be refused anyway
 * is refused now; by a client that has begun to send, no word is awaited. */
void
conn_continue (HttpConn *conn)
{
  static const HttpBytes part = { .data = "HTTP/1.1 100 Continue\r\n\r\n", .length = 25 };

  if (conn->has_continued || !expects_continue (conn))
    return;
  conn->has_continued = true;
  if (http_parser_has_body_begun (&conn->parser) || !check_type (conn))
    return;
  conn_send (conn, NULL, &part, 1, NULL);
}

static void
fill_request (HttpConn *conn)
{
  HttpRequest *request = &conn->exchange.request;
  const HttpTarget *target = &conn->parser.target;

  request->method = conn->exchange.match.route->method;
  request->path = target->path;
  request->query = target->query;
  request->body = conn->parser.body->str;
  request->body_length = conn->parser.body->len;
}

/* RFC 8259's errors come before those of the query, but whether a body is JSON only the layer above
 * knows: it is asked when the query is bad. */
static bool
check_query (HttpConn *conn)
{
  const HttpServerConfig *config = &conn->server->config;
  g_autoptr (GPtrArray) errors =
      router_check_query (conn->exchange.match.route, conn->exchange.request.query);

  if (errors == NULL)
    return true;
  if (conn->exchange.match.route->json && config->check_body != NULL
      && !config->check_body (&conn->exchange))
    return false;
  http_exchange_fail (&conn->exchange, 422,
                      "A query parameter is not valid: correct what `errors` lists.", errors);
  return false;
}

void
conn_dispatch (HttpConn *conn)
{
  const HttpRoute *route = conn->exchange.match.route;

  /* Its body may have come since: handlers are not called any more. */
  if (!check_stopping (conn))
    return;
  conn->state = CONN_HANDLING;
  conn->is_pending = true;
  fill_request (conn);
  if (check_query (conn))
    route->handler (&conn->exchange);
}
