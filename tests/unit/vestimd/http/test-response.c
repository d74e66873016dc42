/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/http/response.h"

#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "common/json/vestim-fields.h"
#include "common/json/vestim-json.h"

static char *
make_head (const ResponseHead *head)
{
  GString *out = g_string_new (NULL);
  ResponseCommon common;

  response_common_init (&common, "test/1");
  response_append_head (out, &common, head);
  response_common_deinit (&common);
  return g_string_free (out, FALSE);
}

static void
test_a_head_has_what_the_protocol_asks_for (void)
{
  g_autofree char *text = make_head (&(ResponseHead){ .status = 201,
                                                      .content_type = "text/plain",
                                                      .fields = "X: y\r\n",
                                                      .length = 18446744073709551615u,
                                                      .has_length = true,
                                                      .is_closing = true });

  g_assert_true (g_str_has_prefix (text, "HTTP/1.1 201 Created\r\nServer: test/1\r\n"));
  g_assert_nonnull (strstr (text, "\r\nContent-Type: text/plain\r\n"));
  g_assert_nonnull (strstr (text, "\r\nContent-Length: 18446744073709551615\r\nX: y\r\n"));
  g_assert_nonnull (strstr (text, "\r\nX-Content-Type-Options: nosniff\r\n"));
  g_assert_nonnull (strstr (text, "\r\nCache-Control: no-store\r\n"));
  g_assert_true (g_str_has_suffix (text, "\r\nConnection: close\r\n\r\n"));
}

static void
test_an_answer_without_length_does_not_claim_one (void)
{
  g_autofree char *text = make_head (&(ResponseHead){ .status = 204 });

  g_assert_null (strstr (text, "Content-Length"));
  g_assert_null (strstr (text, "Content-Type:"));
  g_assert_null (strstr (text, "Connection"));
}

/* A cache may keep an answer with a tag, but must revalidate it each time; a handler's own
 * Cache-Control is stronger. */
static void
test_caching_follows_the_tag (void)
{
  g_autofree char *tagged = make_head (&(ResponseHead){ .status = 200, .has_etag = true });
  g_autofree char *own = make_head (&(ResponseHead){ .status = 200, .has_cache_control = true });

  g_assert_nonnull (strstr (tagged, "\r\nCache-Control: private, no-cache\r\n"));
  g_assert_null (strstr (own, "Cache-Control"));
}

/* Names of days and months are English in every locale. */
static void
test_the_date_is_of_now_and_in_the_protocol_s_form (void)
{
  g_autofree char *text = make_head (&(ResponseHead){ .status = 200 });
  const char *date = strstr (text, "\r\nDate: ") + 8;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *year = g_strdup_printf (" %d ", g_date_time_get_year (now));
  char name[4], month[4];
  int day, hour, minute, second;

  g_assert_cmpint (sscanf (date, "%3[A-Z-a-z], %2d %3[A-Z-a-z] %*4d %2d:%2d:%2d GMT\r\n", name,
                           &day, month, &hour, &minute, &second),
                   ==, 6);
  g_assert_nonnull (strstr (date, year));
  g_assert_cmpint (strcspn (date, "\r"), ==, 29);
}

static void
test_a_value_cannot_end_its_line (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  response_append_field (out, "X-Name", "a\r\nB: c\tä\x7f\x01");
  g_assert_cmpstr (out->str, ==, "X-Name: a  B: c\tä  \r\n");
}

static void
test_a_problem_is_strict_json (void)
{
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  VestimJsonDoc *doc;
  int64_t status = 0;

  vestim_field_errors_add (errors, "a\"b\xff", "c\n\\");
  vestim_field_errors_add (errors, "", "d");
  response_append_problem (out, 422, "\"quoted\"\x01", errors, ",\"x\":1");
  doc = vestim_json_parse (out->str, out->len, NULL);
  g_assert_nonnull (doc);
  g_assert_true (
      vestim_json_get_int64 (vestim_json_member (vestim_json_root (doc), "status"), &status));
  g_assert_cmpint (status, ==, 422);
  g_assert_cmpuint (vestim_json_size (vestim_json_member (vestim_json_root (doc), "errors")), ==,
                    2);
  vestim_json_doc_free (doc);
}

/* Every status has its phrase; otherwise a title would be "Unknown". */
static void
test_every_status_of_the_protocol_has_a_reason (void)
{
  static const int statuses[] = { 200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 408,
                                  409, 413, 414, 415, 416, 417, 421, 422, 431, 500, 503, 507 };

  for (size_t i = 0; i < G_N_ELEMENTS (statuses); i++)
    g_assert_cmpstr (response_reason (statuses[i]), !=, response_reason (299));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name) g_test_add_func ("/response/" path, test_##name)
  ADD ("head", a_head_has_what_the_protocol_asks_for);
  ADD ("no-length", an_answer_without_length_does_not_claim_one);
  ADD ("caching", caching_follows_the_tag);
  ADD ("date", the_date_is_of_now_and_in_the_protocol_s_form);
  ADD ("splitting", a_value_cannot_end_its_line);
  ADD ("problem", a_problem_is_strict_json);
  ADD ("reasons", every_status_of_the_protocol_has_a_reason);
  return g_test_run ();
}
