/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/router.h"

#include <glib.h>
#include <string.h>

#include "common/json/vestim-fields.h"

static void
on_request (HttpExchange *exchange)
{
}

static const HttpRoute routes[] = {
  { "GET", "/", on_request, HTTP_BODY_DROPPED, NULL },
  { "GET", "/jobs", on_request, HTTP_BODY_DROPPED, "limit q" },
  { "POST", "/jobs", on_request, HTTP_BODY_JSON, NULL },
  { "GET", "/jobs/{id}", on_request, HTTP_BODY_DROPPED, NULL },
  { "DELETE", "/jobs/{id}", on_request, HTTP_BODY_DROPPED, NULL },
  { "POST", "/jobs/clear", on_request, HTTP_BODY_DROPPED, NULL },
  { "GET", "/jobs/{id}/files", on_request, HTTP_BODY_DROPPED, NULL },
  { "GET", "/jobs/{id}/files/{path*}", on_request, HTTP_BODY_DROPPED, NULL },
  { "GET", "/jobs/{id}/{part}", on_request, HTTP_BODY_DROPPED, NULL },
};

static RouterResult
find (const char *method, const char *path, RouterMatch *match)
{
  static char scratch[256];
  Router *router = router_new (routes, G_N_ELEMENTS (routes));
  RouterResult result = router_find (router, method, path, strlen (path), scratch, match);

  router_free (router);
  return result;
}

static void
assert_route (const char *method, const char *path, const char *pattern, const char *values)
{
  g_autoptr (GString) got = g_string_new (NULL);
  RouterMatch match;

  g_assert_cmpint (find (method, path, &match), ==, ROUTER_FOUND);
  g_assert_cmpstr (match.route->pattern, ==, pattern);
  for (size_t i = 0; i < match.n_params; i++)
    g_string_append_printf (got, "%.*s=%s;", (int) match.params[i].name_length,
                            match.params[i].name, match.params[i].value);
  g_assert_cmpstr (got->str, ==, values);
}

static void
test_a_path_finds_its_route_and_parameters (void)
{
  assert_route ("GET", "/", "/", "");
  assert_route ("GET", "/jobs", "/jobs", "");
  assert_route ("GET", "/jobs/a", "/jobs/{id}", "id=a;");
  assert_route ("DELETE", "/jobs/a", "/jobs/{id}", "id=a;");
  assert_route ("GET", "/jobs/a/log", "/jobs/{id}/{part}", "id=a;part=log;");
  assert_route ("GET", "/jobs/a/files/b/c/d/e/f/g/h/i/j", "/jobs/{id}/files/{path*}",
                "id=a;path=b/c/d/e/f/g/h/i/j;");
}

/* A proxy may encode what need not be encoded. */
static void
test_escapes_are_decoded_in_names_and_values (void)
{
  assert_route ("GET", "/%6aobs/%41%20b", "/jobs/{id}", "id=A b;");
  assert_route ("GET", "/jobs/x/files/a%26/b%2Bc", "/jobs/{id}/files/{path*}", "id=x;path=a&/b+c;");
}

static void
test_head_is_get (void)
{
  assert_route ("HEAD", "/jobs", "/jobs", "");
}

/* Otherwise GET /jobs/clear would request a job of that name. */
static void
test_a_literal_comes_before_a_parameter (void)
{
  RouterMatch match;

  assert_route ("POST", "/jobs/clear", "/jobs/clear", "");
  assert_route ("GET", "/jobs/a/files", "/jobs/{id}/files", "id=a;");
  g_assert_cmpint (find ("GET", "/jobs/clear", &match), ==, ROUTER_E_METHOD);
  g_assert_cmpint (find ("DELETE", "/jobs/clear", &match), ==, ROUTER_E_METHOD);
}

static void
test_an_unknown_method_of_a_path_has_its_parameters (void)
{
  RouterMatch match;

  g_assert_cmpint (find ("PUT", "/jobs/a", &match), ==, ROUTER_E_METHOD);
  g_assert_cmpuint (match.n_params, ==, 1);
  g_assert_cmpstr (match.params[0].value, ==, "a");
  g_assert_cmpint (find ("OPTIONS", "/jobs/a", &match), ==, ROUTER_OPTIONS);
  g_assert_null (match.route);
}

/* A handler joins the value to a folder, so a value that leads out of it, or can be read in two
 * ways, must not reach the handler. */
static void
test_paths_that_could_climb_do_not_exist (void)
{
  static const char *const paths[] = { "/jobs/",
                                       "/jobs//",
                                       "//jobs",
                                       "/jobs/..",
                                       "/jobs/.",
                                       "/jobs/%2e%2e",
                                       "/jobs/a%2Fb",
                                       "/jobs/a/files/",
                                       "/jobs/a/files//b",
                                       "/jobs/a/files/b/",
                                       "/jobs/a/files/b//c",
                                       "/jobs/a/files/../b",
                                       "/jobs/a/files/b/..",
                                       "/jobs/a/files/b/%2E/c",
                                       "/jobs/a/files/b%2f..%2fc",
                                       "/x",
                                       "x",
                                       "",
                                       "/jobs/a/b/c" };
  RouterMatch match;

  for (size_t i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_cmpint (find ("GET", paths[i], &match), ==, ROUTER_E_PATH);
}

static void
assert_allow (Router *router, const char *path, const char *expected)
{
  g_autoptr (GString) allow = g_string_new (NULL);
  char scratch[64];
  RouterMatch match = { .shape = -1 };

  if (path != NULL)
    router_find (router, "BREW", path, strlen (path), scratch, &match);
  router_append_allow (router, match.shape, allow);
  g_assert_cmpstr (allow->str, ==, expected);
}

static void
test_allow_lists_the_methods_of_the_path (void)
{
  Router *router = router_new (routes, G_N_ELEMENTS (routes));

  assert_allow (router, "/jobs", "GET, HEAD, POST, OPTIONS");
  assert_allow (router, "/jobs/a", "GET, HEAD, DELETE, OPTIONS");
  assert_allow (router, "/jobs/clear", "POST, OPTIONS");
  assert_allow (router, NULL, "GET, HEAD, POST, DELETE, OPTIONS");
  router_free (router);
}

static void
assert_query (const HttpRoute *route, const char *query, const char *field)
{
  g_autoptr (GPtrArray) errors = router_check_query (route, query);

  if (field == NULL)
    g_assert_null (errors);
  else
    {
      const VestimFieldError *error = errors->pdata[0];

      g_assert_cmpstr (error->field, ==, field);
      g_assert_cmpuint (strlen (error->message), >, 10);
    }
}

/* A mistyped filter that is ignored shows everything, or deletes it. */
static void
test_a_query_is_checked_against_the_route (void)
{
  assert_query (&routes[1], NULL, NULL);
  assert_query (&routes[1], "", NULL);
  assert_query (&routes[1], "q=a+b%20c&limit=1&", NULL);
  assert_query (&routes[1], "%71=1", NULL);
  assert_query (&routes[1], "limi=1", "limi");
  assert_query (&routes[1], "limit", NULL);
  assert_query (&routes[1], "limit q=1", "limit q");
  assert_query (&routes[1], "q=%f", "q");
  assert_query (&routes[1], "q=%00", "q");
  assert_query (&routes[1], "%zz=1", "");
  assert_query (&routes[1], "q=1&limit=2&q=3", "q");
  assert_query (&routes[2], "q=1", "q");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/router/" path, test_##name)
  ADD ("find", a_path_finds_its_route_and_parameters);
  ADD ("escapes", escapes_are_decoded_in_names_and_values);
  ADD ("head", head_is_get);
  ADD ("literal", a_literal_comes_before_a_parameter);
  ADD ("method", an_unknown_method_of_a_path_has_its_parameters);
  ADD ("climb", paths_that_could_climb_do_not_exist);
  ADD ("allow", allow_lists_the_methods_of_the_path);
  ADD ("query", a_query_is_checked_against_the_route);
  return g_test_run ();
}
