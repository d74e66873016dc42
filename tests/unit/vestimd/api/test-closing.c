/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <unistd.h>

#include "daemon/vestimd/api/api-private.h"
#include "tests/support/api-site.h"

#define TRUE_COMMAND "{\"argv\":[\"true\"]}"

/* The API closes while a request waits for a job that is not in memory. */
static void
expect_refusal (Site *site, const char *method, const char *path, const char *body)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  g_autofree char *headers = site_headers (site, "");
  Api *api = site->api;
  int fd = site_send (site, method, path, headers, body);

  while (api->n_requests == 0)
    uv_run (&site->service->loop, UV_RUN_NOWAIT);
  site_close_api (site);
  site_receive (site, fd, answer, NULL);
  close (fd);
  if (!g_str_has_prefix (answer->str, "HTTP/1.1 503 "))
    g_error ("%s %s: expected 503, got %s", method, path, answer->str);
}

static char *
absent_path (Site *site, const char *rest)
{
  g_autofree char *id = fixture_create (site->service, 0, true, TRUE_COMMAND);

  fixture_settle (site->service);
  g_assert_null (service_find (site->service->service, id));
  return g_strconcat ("/jobs/", id, rest, NULL);
}

static void
test_a_list (Site *site, const void *data)
{
  g_free (absent_path (site, ""));
  expect_refusal (site, "GET", "/jobs", "");
}

static void
test_a_searched_list (Site *site, const void *data)
{
  g_free (absent_path (site, ""));
  expect_refusal (site, "GET", "/jobs?q=job", "");
}

static void
test_a_job (Site *site, const void *data)
{
  g_autofree char *path = absent_path (site, "");

  expect_refusal (site, "GET", path, "");
}

static void
test_a_wait (Site *site, const void *data)
{
  g_autofree char *path = absent_path (site, "?wait=30");

  expect_refusal (site, "GET", path, "");
}

static void
test_a_followed_log (Site *site, const void *data)
{
  g_autofree char *path = absent_path (site, "/log?follow=1");

  expect_refusal (site, "GET", path, "");
}

static void
test_a_change (Site *site, const void *data)
{
  g_autofree char *path = absent_path (site, "");

  expect_refusal (site, "PATCH", path, "{\"note\":\"later\"}");
}

#define ADD(name, function) \
  g_test_add ("/api-closing/" name, Site, "forgets", site_set_up, function, site_tear_down)

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  ADD ("a-list", test_a_list);
  ADD ("a-searched-list", test_a_searched_list);
  ADD ("a-job", test_a_job);
  ADD ("a-wait", test_a_wait);
  ADD ("a-followed-log", test_a_followed_log);
  ADD ("a-change", test_a_change);
  return g_test_run ();
}
