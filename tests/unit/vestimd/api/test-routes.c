/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/vestimd/api/routes.h"
#include "tests/support/api-site.h"

/* Sends with all that is needed, and expects that status and (nullable) text. */
static char *
expect (const Site *site, const char *request, const char *more, const char *body, int status,
        const char *text)
{
  g_auto (GStrv) words = g_strsplit (request, " ", 2);
  g_autofree char *headers = site_headers (site, more);
  g_autofree char *line = g_strdup_printf ("HTTP/1.1 %d ", status);
  char *answer = site_exchange (site, words[0], words[1], headers, body);

  if (!g_str_has_prefix (answer, line) || (text != NULL && strstr (answer, text) == NULL))
    g_error ("%s: expected %d with %s, got %s", request, status, text, answer);
  return answer;
}

static void
expect_only (const Site *site, const char *request, const char *body, int status, const char *text)
{
  g_free (expect (site, request, "", body, status, text));
}

static const char *
body_of (const char *answer)
{
  const char *end = strstr (answer, "\r\n\r\n");

  g_assert_nonnull (end);
  return end + 4;
}

/* ---- The walk ---- */

static char *
path_of (const HttpRoute *route, const char *job_id)
{
  g_auto (GStrv) parts = g_strsplit (route->pattern, "{id}", 2);
  g_autofree char *path = g_strjoinv (job_id, parts);
  g_auto (GStrv) rest = g_strsplit (path, "{path*}", 2);

  return g_strjoinv ("out.csv", rest);
}

/* Sends without the usual headers. */
static void
expect_refusal (const Site *site, const char *method, const char *path, const char *headers,
                int status, const char *text)
{
  g_autofree char *answer = site_exchange (site, method, path, headers, "");
  g_autofree char *line = g_strdup_printf ("HTTP/1.1 %d ", status);

  if (!g_str_has_prefix (answer, line) || strstr (answer, text) == NULL)
    g_error ("%s %s: expected %d with %s, got %s", method, path, status, text, answer);
}

/* A route that was added without the checks would be open to every page a user visits. */
static void
test_every_route_needs_the_token (Site *site, const void *data)
{
  g_autofree char *id = fixture_create (site->service, 0, true, "{\"argv\":[\"true\"]}");
  g_autofree char *host = g_strdup_printf ("Host: localhost:%d\r\n", site->port);
  g_autofree char *wrong = g_strconcat (host, "Authorization: Bearer ", SITE_TOKEN, "0\r\n", NULL);
  g_autofree char *foreign = site_headers (site, "Origin: http://example.com\r\n");
  size_t n = 0;
  const HttpRoute *routes = api_routes (&n);

  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *path = path_of (&routes[i], id);

      expect_refusal (site, routes[i].method, path, host, 401, "\r\nWWW-Authenticate: Bearer\r\n");
      expect_refusal (site, routes[i].method, path, wrong, 401, "application/problem+json");
      expect_refusal (site, routes[i].method, path, foreign, 403, "application/problem+json");
      expect_refusal (site, routes[i].method, path,
                      "Host: example.com\r\nAuthorization: Bearer " SITE_TOKEN "\r\n", 421,
                      "application/problem+json");
    }
  g_assert_cmpstr (fixture_status (site->service, id), ==, "created");
}

/* A client finds out what a path offers. */
static void
test_every_path_names_its_methods (Site *site, const void *data)
{
  g_autofree char *id = fixture_create (site->service, 0, true, "{\"argv\":[\"true\"]}");
  size_t n = 0;
  const HttpRoute *routes = api_routes (&n);

  for (size_t i = 0; i < n; i++)
    {
      g_autofree char *path = path_of (&routes[i], id);
      g_autofree char *trace = g_strconcat ("TRACE ", path, NULL);
      g_autofree char *options = g_strconcat ("OPTIONS ", path, NULL);
      g_autofree char *refusal = expect (site, trace, "", "", 405, "\r\nAllow: ");
      g_autofree char *allowed = expect (site, options, "", "", 204, "\r\nAllow: ");

      g_assert_nonnull (strstr (strstr (refusal, "\r\nAllow: "), routes[i].method));
      g_assert_nonnull (strstr (strstr (allowed, "\r\nAllow: "), routes[i].method));
    }
}

/* ---- Jobs ---- */

static char *
create (const Site *site, const char *more, const char *body)
{
  return expect (site, "POST /jobs", more, body, 201, "\r\nLocation: /jobs/job_");
}

/* What an answer says is what a later request finds. */
static void
test_a_job_is_created_listed_and_fetched (Site *site, const void *data)
{
  g_autofree char *created = create (site, "", "{\"selections\": {\"a\" : [1,\r\n2]}}");
  const char *job = body_of (created);
  g_autofree char *list = expect (site, "GET /jobs", "", "", 200, "\r\nX-Total-Count: 1\r\n");
  g_autofree char *path = g_strdup_printf ("GET /jobs/%.26s", strstr (created, "/jobs/") + 6);
  g_autofree char *one = expect (site, path, "", "", 200, "\r\nVestim-Event-Id: ");

  g_assert_nonnull (strstr (job, "\"selections\":{\"a\" : [1,\r\n2]}"));
  g_assert_cmpstr (body_of (one), ==, job);
  g_assert_true (strncmp (body_of (list) + 1, job, strlen (job) - strlen ("\n")) == 0);
}

/* Polling is cheap while nothing changes. */
static void
test_unchanged_answers_are_304 (Site *site, const void *data)
{
  static const char *const requests[] = { "GET /jobs", "GET /jobs?limit=1" };

  g_free (create (site, "", "{\"selections\":{}}"));
  for (size_t i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *first = expect (site, requests[i], "", "", 200, "\r\nETag: \"");
      const char *tag = strstr (first, "ETag: ") + strlen ("ETag: ");
      g_autofree char *condition =
          g_strdup_printf ("If-None-Match: %.*s\r\n", (int) strcspn (tag, "\r"), tag);

      g_free (expect (site, requests[i], condition, "", 304, NULL));
      g_free (create (site, "", "{\"selections\":{}}"));
      g_free (expect (site, requests[i], condition, "", 200, NULL));
    }
}

/* Pages join without a gap, also when the job between them is gone. */
static void
test_pages_continue_after_a_deleted_job (Site *site, const void *data)
{
  for (int i = 0; i < 3; i++)
    g_free (create (site, "", "{\"selections\":{}}"));

  g_autofree char *page =
      expect (site, "GET /jobs?limit=1&q=job", "", "", 200, "\r\nLink: </jobs?");
  const char *link = strstr (page, "Link: <") + strlen ("Link: <");
  g_autofree char *next = g_strdup_printf ("GET %.*s", (int) strcspn (link, ">"), link);
  g_autofree char *gone = g_strdup_printf ("DELETE /jobs/%s", strstr (next, "after=") + 6);

  g_assert_nonnull (strstr (page, "X-Total-Count: 3"));
  expect_only (site, gone, "", 200, "{\"message\":");
  g_autofree char *second = expect (site, next, "", "", 200, "X-Total-Count: 2");
  g_assert_nonnull (strstr (body_of (second), "-000002\""));
  g_assert_nonnull (strstr (second, "; rel=\"next\""));
}

/* A client that lost the answer sends again, and finds one job. */
static void
test_a_repeat_gets_the_first_answer (Site *site, const void *data)
{
  static const char key[] = "Idempotency-Key: k-1\r\n";
  g_autofree char *first = create (site, key, "{\"selections\":{}}");
  g_autofree char *second = expect (site, "POST /jobs", key, "{\"selections\":{}}", 200, NULL);

  g_assert_cmpstr (body_of (second), ==, body_of (first));
  g_assert_cmpuint (service_total (site->service->service), ==, 1);
  g_free (expect (site, "POST /jobs", key, "{\"selections\": {}}", 422, "Idempotency-Key"));
  g_free (expect (site, "DELETE /jobs", key, "", 422, "Idempotency-Key"));
  g_free (expect (site, "POST /jobs", "Idempotency-Key: a b\r\n", "", 422, "Idempotency-Key"));
}

/* Also when the job is gone: the answer to the deletion itself may have been lost. */
static void
test_a_deletion_can_be_repeated (Site *site, const void *data)
{
  static const char key[] = "Idempotency-Key: k-2\r\n";
  g_autofree char *id = fixture_create (site->service, 0, true, "{\"argv\":[\"true\"]}");
  g_autofree char *request = g_strconcat ("DELETE /jobs/", id, NULL);
  g_autofree char *first = expect (site, request, key, "", 200, NULL);
  g_autofree char *second = expect (site, request, key, "", 200, NULL);

  g_assert_cmpstr (body_of (second), ==, body_of (first));
  expect_only (site, request, "", 404, NULL);
}

/* A request with several errors always gets the first of a fixed order. */
static void
test_errors_come_in_the_order_of_the_contract (Site *site, const void *data)
{
  g_free (fixture_create (site->service, 0, false, "{\"argv\":[\"true\"]}"));
  g_autofree char *id = fixture_create (site->service, 0, false, "{\"argv\":[\"true\"]}");
  g_autofree char *patch = g_strconcat ("PATCH /jobs/", id, NULL);
  g_autofree char *start = g_strconcat ("POST /jobs/", id, "/start", NULL);
  g_autofree char *bad_query = g_strconcat (start, "?x=1", NULL);

  expect_only (site, "PATCH /jobs/job_20200101-000000-000099", "{", 404, NULL);
  expect_only (site, "GET /jobs/nope?x=1", "", 404, NULL);
  expect_only (site, patch, "{", 400, "line 1, column 2 (byte 1)");
  expect_only (site, bad_query, "{", 400, NULL);
  expect_only (site, bad_query, "", 422, "\"field\":\"x\"");
  expect_only (site, patch, "[]", 422, "\"field\":\"\"");
  expect_only (site, patch, "{\"kind\":1,\"selections\":{}}", 422, "\"field\":\"kind\"");
  expect_only (site, patch, "{\"kind\":null}", 409, NULL);
  expect_only (site, start, "", 409, NULL);
}

/* A draft is completed step by step, and cannot be started before it is complete. */
static void
test_a_draft_is_completed_by_patches (Site *site, const void *data)
{
  g_autofree char *created = create (site, "", "{\"selections\":{}}");
  g_autofree char *id = g_strndup (strstr (created, "/jobs/") + 6, 26);
  g_autofree char *patch = g_strconcat ("PATCH /jobs/", id, NULL);
  g_autofree char *start = g_strconcat ("POST /jobs/", id, "/start", NULL);

  expect_only (site, start, "", 422, "\"field\":\"kind\"");
  expect_only (site, patch, "{\"kind\":\"command\"}", 422, "\"field\":\"selections.argv\"");
  expect_only (site, patch, "{\"selections\":{\"argv\":[\"true\"]}}", 200, "\"kind\":null");
  expect_only (site, patch, "{\"kind\":\"command\",\"priority\":3}", 200, "\"status\":\"created\"");
  expect_only (site, start, "", 200, "\"priority\":3");
}

static void
test_many_jobs_are_stopped_and_cleared (Site *site, const void *data)
{
  for (int i = 0; i < 3; i++)
    g_free (fixture_create (site->service, 0, i == 2, "{\"argv\":[\"true\"]}"));
  attempt_started (site->service, fixture_last_attempt (site->service));

  expect_only (site, "DELETE /jobs?status=created", "", 200, "\"cleared\":1}");
  expect_only (site, "POST /jobs/clear", "{\"status\":[\"completed\"]}", 200, "\"cleared\":0}");
  expect_only (site, "POST /jobs/clear", "{\"status\":[]}", 422, "\"field\":\"status\"");
  expect_only (site, "POST /jobs/stop", "", 202, "\"stopped\":2}");
}

/* ---- The server ---- */

static void
test_the_server_shows_its_status (Site *site, const void *data)
{
  expect_only (site, "GET /", "", 200, "\"version\":\"1.2.3\"");
  expect_only (site, "GET /server/status", "", 200, "\"started_at\":\"1970-01-01T00:00:01.000Z\"");
  expect_only (site, "PATCH /server/settings", "{\"max_running\":3}", 200, "{\"max_running\":3,");
  expect_only (site, "PATCH /server/settings", "{\"max_running\":-1}", 422, "max_running");
  expect_only (site, "GET /server/status", "", 200, "\"max_running\":3,\"capacity\":{\"cpus\":3,");
}

/* The answer goes out before the stop begins. */
static void
test_a_shutdown_is_answered_first (Site *site, const void *data)
{
  expect_only (site, "POST /server/shutdown?keep_jobs=maybe", "", 422, "keep_jobs");
  g_assert_false (site->is_stop_requested);
  expect_only (site, "POST /server/shutdown?keep_jobs=true", "", 202, "message");
  g_assert_true (site->is_stop_requested && site->keeps_jobs);
  expect_only (site, "POST /server/shutdown", "{\"keep_jobs\":false}", 202, "message");
  g_assert_false (site->keeps_jobs);
}

/* ---- Events ---- */

static int
subscribe (const Site *site, GString *stream, const char *more, const char *until)
{
  g_autofree char *headers = site_headers (site, more);
  g_autofree char *request = g_strconcat ("GET /events HTTP/1.1\r\n", headers, "\r\n", NULL);
  int fd = site_connect (site);

  g_assert_cmpint (send (fd, request, strlen (request), 0), ==, (ssize_t) strlen (request));
  site_receive (site, fd, stream, until);
  return fd;
}

/* A dashboard that was away for a moment misses nothing. */
static void
test_a_stream_goes_on_where_it_was_left (Site *site, const void *data)
{
  g_autoptr (GString) first = g_string_new (NULL), second = g_string_new (NULL);
  int fd = subscribe (site, first, "", "event: hello\ndata: {\"id\":\"");
  const char *id = strstr (first->str, "id: ") + 4;
  g_autofree char *last = g_strdup_printf ("Last-Event-ID: %.*s\r\n", (int) strcspn (id, "\n"), id);

  g_free (create (site, "", "{\"selections\":{\"n\":\n1}}"));
  site_receive (site, fd, first, "event: job\ndata: {\"job_id\":");
  site_receive (site, fd, first, "{\"n\":\ndata: 1}");
  close (fd);
  g_free (create (site, "", "{\"selections\":{\"n\":2}}"));
  fd = subscribe (site, second, last, "\"selections\":{\"n\":2}");
  g_assert_nonnull (strstr (second->str, "{\"n\":\ndata: 1}"));
  g_assert_null (strstr (second->str, "reset"));
  close (fd);
}

static void
test_a_stream_of_another_run_is_reset (Site *site, const void *data)
{
  g_autoptr (GString) stream = g_string_new (NULL);

  close (subscribe (site, stream, "Last-Event-ID: other:7\r\n", "event: reset\n"));
  g_assert_nonnull (strstr (stream->str, "event: hello\n"));

  /* An empty ID names no epoch. */
  g_string_truncate (stream, 0);
  int fd = subscribe (site, stream, "Last-Event-ID:\r\n", "event: hello\n");
  g_free (create (site, "", "{\"selections\":{}}"));
  site_receive (site, fd, stream, "event: job\n");
  g_assert_null (strstr (stream->str, "reset"));
  close (fd);
}

#define ADD(name, function) \
  g_test_add ("/api-routes/" name, Site, NULL, site_set_up, function, site_tear_down)

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  ADD ("every-route-needs-the-token", test_every_route_needs_the_token);
  ADD ("every-path-names-its-methods", test_every_path_names_its_methods);
  ADD ("a-job-is-created-listed-and-fetched", test_a_job_is_created_listed_and_fetched);
  ADD ("unchanged-answers-are-304", test_unchanged_answers_are_304);
  ADD ("pages-continue-after-a-deleted-job", test_pages_continue_after_a_deleted_job);
  ADD ("a-repeat-gets-the-first-answer", test_a_repeat_gets_the_first_answer);
  ADD ("a-deletion-can-be-repeated", test_a_deletion_can_be_repeated);
  ADD ("errors-come-in-order", test_errors_come_in_the_order_of_the_contract);
  ADD ("a-draft-is-completed-by-patches", test_a_draft_is_completed_by_patches);
  ADD ("many-jobs-are-stopped-and-cleared", test_many_jobs_are_stopped_and_cleared);
  ADD ("the-server-shows-its-status", test_the_server_shows_its_status);
  ADD ("a-shutdown-is-answered-first", test_a_shutdown_is_answered_first);
  ADD ("a-stream-goes-on-where-it-was-left", test_a_stream_goes_on_where_it_was_left);
  ADD ("a-stream-of-another-run-is-reset", test_a_stream_of_another_run_is_reset);
  return g_test_run ();
}
