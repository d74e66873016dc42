/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/api/jobs-create.h"
#include "common/json/vestim-fields.h"

typedef void (*ReadFn) (JobFields *fields, RequestBody *request);

typedef struct
{
  RequestBody request;
  JobFields fields;
} Body;

static void
body_clear (Body *body)
{
  job_fields_clear (&body->fields);
  request_body_clear (&body->request);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Body, body_clear)

static void
read_body (Body *body, ReadFn read, const char *text)
{
  g_autofree char *malformed = request_body_parse (&body->request, text, strlen (text));

  g_assert_null (malformed);
  if (body->request.errors->len == 0)
    read (&body->fields, &body->request);
}

/* The fields with errors, joined by spaces. */
static char *
faults (ReadFn read, const char *text)
{
  g_auto (Body) body = { 0 };
  g_autoptr (GString) out = g_string_new (NULL);

  read_body (&body, read, text);
  for (unsigned i = 0; i < body.request.errors->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "",
                            ((VestimFieldError *) body.request.errors->pdata[i])->field);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static bool
is_given (const JobFields *fields, VestimJobFieldSet field)
{
  return (fields->given & field) != 0;
}

/* The earlier system's dashboard sends no more than this, and it must keep working. */
static void
test_selections_alone_make_a_draft (void)
{
  static const char text[] =
      "{\"selections\": {\"folder_path\": \"C:\\\\x\", \"data_type\": \"Battery\","
      " \"notes\": \"\", \"timestamp\": \"2024\"}}";
  g_auto (Body) body = { 0 };
  size_t length = 0;

  read_body (&body, job_fields_read_new, text);
  g_assert_cmpuint (body.request.errors->len, ==, 0);
  g_assert_cmpint (body.fields.values->kind, ==, VESTIM_JOB_KIND_NONE);
  g_assert_false (is_given (&body.fields, VESTIM_JOB_FIELD_SET (name)));
  const char *raw = vestim_json_raw (body.fields.selections, &length);
  g_assert_true (strncmp (raw, text + 15, length) == 0 && length == sizeof text - 17);
}

static void
test_all_fields_are_taken (void)
{
  g_auto (Body) body = { 0 };

  read_body (&body, job_fields_read_new,
             "{\"name\":\"a\\n\\u0001\",\"kind\":\"command\",\"hold\":true,\"priority\":-1000,"
             "\"selections\":{\"argv\":[\"true\"]}}");
  g_assert_cmpuint (body.request.errors->len, ==, 0);
  g_assert_cmpstr (body.fields.values->name, ==, "a\n\x01");
  g_assert_cmpint (body.fields.values->kind, ==, VESTIM_JOB_KIND_COMMAND);
  g_assert_true (body.fields.hold);
  g_assert_cmpint (body.fields.values->priority, ==, -1000);
}

/* Each error names its field, and all are reported at once. */
static void
test_faults_of_a_new_job_name_their_fields (void)
{
  static const struct
  {
    const char *text;
    const char *fields;
  } cases[] = {
    { "", "" },
    { "[]", "" },
    { "{}", "selections" },
    { "{\"selections\":[]}", "selections" },
    { "{\"selections\":null}", "selections" },
    { "{\"selections\":{},\"kind\":\"shell\"}", "kind" },
    { "{\"selections\":{},\"kind\":1}", "kind" },
    { "{\"selections\":{},\"kind\":\"command\"}", "selections.argv" },
    { "{\"selections\":{},\"kind\":null}", "" },
    { "{\"selections\":{},\"name\":1}", "name" },
    { "{\"selections\":{},\"name\":\"a\\u0000\"}", "name" },
    { "{\"selections\":{},\"hold\":1}", "hold" },
    { "{\"selections\":{},\"priority\":1001}", "priority" },
    { "{\"selections\":{},\"priority\":\"1\"}", "priority" },
    { "{\"selections\":{},\"priority\":0.5}", "priority" },
    { "{\"selections\":{},\"status\":\"queued\"}", "status" },
    { "{\"name\":1,\"kind\":2,\"priority\":[],\"x\":0}", "name kind priority x selections" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = faults (job_fields_read_new, cases[i].text);

      g_assert_cmpstr (found, ==, cases[i].fields);
    }
}

/* A missing body, or one that is not an object, is an error of the body as a whole. */
static void
test_a_body_that_is_no_object_is_a_fault (void)
{
  static const char *const texts[] = { "", "[]", "null", "\"x\"", "3" };

  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (Body) body = { 0 };

      read_body (&body, job_fields_read_new, texts[i]);
      g_assert_cmpuint (body.request.errors->len, ==, 1);
    }
}

static void
test_a_long_name_is_refused (void)
{
  g_autofree char *name = g_strnfill (1025, 'x');
  g_autofree char *text = g_strdup_printf ("{\"name\":\"%s\"}", name);
  g_autofree char *found = faults (job_fields_read_patch, text);

  g_assert_cmpstr (found, ==, "name");
}

/* What is absent stays as it is; `hold` is not a property of a job. */
static void
test_a_patch_takes_some_fields (void)
{
  g_auto (Body) body = { 0 };
  g_autofree char *found = faults (job_fields_read_patch, "{\"hold\":true,\"selections\":1}");

  g_assert_cmpstr (found, ==, "selections hold");
  read_body (&body, job_fields_read_patch, "{\"kind\":null}");
  g_assert_cmpuint (body.request.errors->len, ==, 0);
  g_assert_true (is_given (&body.fields, VESTIM_JOB_FIELD_SET (kind)));
  g_assert_false (is_given (&body.fields, VESTIM_JOB_FIELD_SET (priority)));
  g_assert_null (body.fields.selections);
}

/* The position helps to find the error in a long body. */
static void
test_malformed_json_is_told_with_its_position (void)
{
  g_auto (RequestBody) request = { .doc = NULL };
  g_autofree char *malformed = request_body_parse (&request, "{\"a\":1,}", 8);

  g_assert_nonnull (strstr (malformed, "line 1, column 8 (byte 7)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-jobs-create/selections-alone-make-a-draft",
                   test_selections_alone_make_a_draft);
  g_test_add_func ("/api-jobs-create/all-fields-are-taken", test_all_fields_are_taken);
  g_test_add_func ("/api-jobs-create/faults-name-their-fields",
                   test_faults_of_a_new_job_name_their_fields);
  g_test_add_func ("/api-jobs-create/no-object-is-a-fault",
                   test_a_body_that_is_no_object_is_a_fault);
  g_test_add_func ("/api-jobs-create/a-long-name-is-refused", test_a_long_name_is_refused);
  g_test_add_func ("/api-jobs-create/a-patch-takes-some-fields", test_a_patch_takes_some_fields);
  g_test_add_func ("/api-jobs-create/malformed-json-has-its-position",
                   test_malformed_json_is_told_with_its_position);
  return g_test_run ();
}
