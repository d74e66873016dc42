/* SPDX-License-Identifier: MIT */
#include "tests/support/api-site.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/vestimd/api/job-fetch.h"
#include "daemon/vestimd/api/routes.h"
#include "daemon/vestimd/http/listener.h"

static void
on_announce (void *user, const ServiceEvent *event)
{
  api_announce (((Site *) user)->api, event);
}

static void
on_stop_requested (void *user, bool keep_jobs)
{
  Site *site = user;

  site->is_stop_requested = true;
  site->keeps_jobs = keep_jobs;
}

static void
open_server (Site *site)
{
  HttpServerConfig config = { .loop = &site->service->loop,
                              .token = SITE_TOKEN,
                              .server_name = "vestimd",
                              .missing = api_missing,
                              .check_body = api_check_body,
                              .call = api_fetch_job,
                              .user = site->api };
  Listener listener;

  config.routes = api_routes (&config.n_routes);
  site->server = http_server_new (&config);
  g_assert_cmpint (listener_open (&listener, "127.0.0.1", 0), ==, LISTENER_OK);
  site->port = listener.port;
  g_assert_cmpint (http_server_listen (site->server, listener.socket, listener.port), ==, 0);
}

void
site_set_up (Site *site, const void *data)
{
  static const UpkeepStats upkeep_stats;

  site->service = fixture_new (1);
  if (data != NULL)
    {
      site->service->jobs_in_memory = 0;
      fixture_restart (site->service);
    }
  site->api = api_new (&(ApiConfig){ .loop = &site->service->loop,
                                     .service = site->service->service,
                                     .registry = site->service->registry,
                                     .jobs_dir = "/jobs",
                                     .version = "1.2.3",
                                     .upkeep_stats = &upkeep_stats,
                                     .started_at = 1000,
                                     .request_stop = on_stop_requested,
                                     .user = site });
  site->service->announce = on_announce;
  site->service->announce_user = site;
  open_server (site);
}

static void
set_flag (void *user)
{
  *(bool *) user = true;
}

void
site_close_api (Site *site)
{
  if (site->api != NULL)
    api_close (g_steal_pointer (&site->api), set_flag, &site->is_api_closed);
}

void
site_tear_down (Site *site, const void *data)
{
  http_server_drain (site->server);
  site_close_api (site);
  fixture_wait (site->service, &site->is_api_closed);
  http_server_close (site->server, set_flag, &site->is_server_closed);
  fixture_wait (site->service, &site->is_server_closed);
  site->service->announce = NULL;
  fixture_free (site->service);
}

/* ---- A client ---- */

int
site_connect (const Site *site)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) site->port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return fd;
}

void
site_receive (const Site *site, int fd, GString *answer, const char *until)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  char buffer[4096];
  ssize_t n = -1;

  while (n != 0 && (until == NULL || strstr (answer->str, until) == NULL))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      uv_run (&site->service->loop, UV_RUN_NOWAIT);
      n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (n > 0)
        g_string_append_len (answer, buffer, n);
      else if (n < 0)
        g_usleep (200);
    }
}

int
site_send (const Site *site, const char *method, const char *path, const char *headers,
           const char *body)
{
  g_autofree char *request =
      g_strdup_printf ("%s %s HTTP/1.1\r\nConnection: close\r\n%sContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n\r\n%s",
                       method, path, headers, strlen (body), body);
  int fd = site_connect (site);

  g_assert_cmpint (send (fd, request, strlen (request), 0), ==, (ssize_t) strlen (request));
  return fd;
}

char *
site_exchange (const Site *site, const char *method, const char *path, const char *headers,
               const char *body)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  int fd = site_send (site, method, path, headers, body);

  site_receive (site, fd, answer, NULL);
  close (fd);
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

char *
site_headers (const Site *site, const char *more)
{
  return g_strdup_printf ("Host: localhost:%d\r\nAuthorization: Bearer " SITE_TOKEN "\r\n%s",
                          site->port, more);
}
