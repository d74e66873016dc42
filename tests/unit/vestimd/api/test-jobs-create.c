/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <string.h>

#include "daemon/vestimd/api/jobs-create.h"
#include "common/job/vestim-job-json.h"
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

/* The value of a field in the job, as the API shows it. */
static char *
shown (const Body *body, const char *member)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (VestimJsonDoc) doc = NULL;
  size_t length = 0;

  body->fields.values->id = g_strdup ("job_20261122-195012-00002a");
  vestim_job_json_append (out, body->fields.values, "/data");
  doc = vestim_json_parse (out->str, out->len, NULL);
  const char *raw = vestim_json_raw (vestim_json_member (vestim_json_root (doc), member), &length);
  return g_strndup (raw, length);
}

/* What is left out has its default, so that clients need not know it. */
static void
test_fields_of_the_queue_are_completed (void)
{
  static const struct
  {
    const char *member;
    const char *text;
    const char *shown;
  } cases[] = {
    { "resources", "{\"cpus\":4,\"gpus\":1}", "{\"cpus\":4,\"memory_mb\":0,\"gpus\":1}" },
    { "resources", "{\"enforce\":false}", "{\"cpus\":1,\"memory_mb\":0,\"gpus\":0}" },
    { "group", "\"GPU_1.a-b\"", "\"GPU_1.a-b\"" },
    { "depends_on",
      "[\"job_20261122-195012-000001\",{\"when\":\"over\",\"job_id\":"
      "\"job_20261122-195012-000002\"}]",
      "[{\"job_id\":\"job_20261122-195012-000001\",\"when\":\"completed\"},"
      "{\"job_id\":\"job_20261122-195012-000002\",\"when\":\"over\"}]" },
    { "start_after", "\"2026-12-24t18:00:00.5+01:00\"", "\"2026-12-24T17:00:00.500Z\"" },
    { "start_after", "\"1970-01-01 00:00:00Z\"", "\"1970-01-01T00:00:00.001Z\"" },
    { "start_after", "null", "null" },
    { "retry", "{\"max\":2,\"delay_s\":0.5,\"on\":[\"lost\",\"failed\"]}",
      "{\"max\":2,\"delay_s\":0.5,\"backoff\":1,\"on\":[\"failed\",\"lost\"],"
      "\"never_exit_codes\":[]}" },
    { "retry", "{\"max\":1,\"never_exit_codes\":[2,255,2]}",
      "{\"max\":1,\"delay_s\":0,\"backoff\":1,\"on\":[\"failed\",\"timeout\",\"lost\"],"
      "\"never_exit_codes\":[2,255]}" },
    { "tags", "[\"b\",\"\u00e4\",\"b\"]", "[\"b\",\"\u00e4\"]" },
    { "note", "\"a\\nb\"", "\"a\\nb\"" },
    { "pinned", "true", "true" },
    { "unique", "\"nightly\"", "\"nightly\"" },
    { "executor", "\"local\"", "\"local\"" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Body) body = { 0 };
      g_autofree char *text =
          g_strdup_printf ("{\"selections\":{},\"%s\":%s}", cases[i].member, cases[i].text);
      g_autofree char *value = NULL;

      read_body (&body, job_fields_read_new, text);
      g_assert_cmpuint (body.request.errors->len, ==, 0);
      value = shown (&body, cases[i].member);
      g_assert_cmpstr (value, ==, cases[i].shown);
    }
}

static void
test_faults_of_the_queue_name_their_fields (void)
{
  static const struct
  {
    const char *text;
    const char *fields;
  } cases[] = {
    { "{\"resources\":4}", "resources" },
    { "{\"resources\":null}", "resources" },
    { "{\"resources\":{\"cpus\":0}}", "resources.cpus" },
    { "{\"resources\":{\"cpus\":1.5,\"memory_mb\":-1,\"gpus\":\"1\"}}",
      "resources.cpus resources.memory_mb resources.gpus" },
    { "{\"resources\":{\"memory\":1}}", "resources.memory" },
    { "{\"resources\":{\"enforce\":1}}", "resources.enforce" },
    { "{\"group\":\"\"}", "group" },
    { "{\"group\":\"a b\"}", "group" },
    { "{\"group\":\"\u00e4\"}", "group" },
    { "{\"group\":null}", "group" },
    { "{\"depends_on\":\"job_20261122-195012-000001\"}", "depends_on" },
    { "{\"depends_on\":[\"job_20261122-195012-000001\",\"x\"]}", "depends_on[1]" },
    { "{\"depends_on\":[{\"job_id\":\"job_20261122-195012-000001\",\"when\":\"failed\"}]}",
      "depends_on[0].when" },
    { "{\"depends_on\":[{\"when\":\"over\"}, 1, null]}",
      "depends_on[0] depends_on[1] depends_on[2]" },
    { "{\"depends_on\":[{\"id\":\"job_20261122-195012-000001\"}]}", "depends_on[0].id" },
    { "{\"start_after\":\"2026-12-24T18:00:00\"}", "start_after" },
    { "{\"start_after\":\"2026-02-29T18:00:00Z\"}", "start_after" },
    { "{\"start_after\":\"tomorrow\"}", "start_after" },
    { "{\"start_after\":1766595600}", "start_after" },
    { "{\"retry\":{}}", "retry.max" },
    { "{\"retry\":3}", "retry" },
    { "{\"retry\":{\"max\":-1,\"delay_s\":-1,\"backoff\":0.5,\"on\":[],"
      "\"never_exit_codes\":[256],\"x\":1}}",
      "retry.max retry.delay_s retry.backoff retry.on retry.never_exit_codes retry.x" },
    { "{\"retry\":{\"max\":1,\"on\":[\"stopped\"]}}", "retry.on" },
    { "{\"retry\":{\"max\":1,\"on\":\"failed\"}}", "retry.on" },
    { "{\"tags\":\"a\"}", "tags" },
    { "{\"tags\":[\"a\",\"\"]}", "tags[1]" },
    { "{\"tags\":[\"a\\u001b\"]}", "tags[0]" },
    { "{\"tags\":[1]}", "tags[0]" },
    { "{\"note\":1}", "note" },
    { "{\"pinned\":1}", "pinned" },
    { "{\"unique\":\"\"}", "unique" },
    { "{\"unique\":7}", "unique" },
    { "{\"executor\":\"pbs\"}", "executor" },
    { "{\"executor\":\"slurm\"}", "executor" },
    { "{\"paused\":true}", "paused" },
    { "{\"waiting\":null}", "waiting" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = faults (job_fields_read_patch, cases[i].text);

      g_assert_cmpstr (found, ==, cases[i].fields);
    }
}

/* `{"member":["<prefix>000001","<prefix>000002",…]}` with `n` elements. */
static char *
dup_list (const char *member, int n, const char *prefix)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"%s\":[", member);
  for (int i = 0; i < n; i++)
    {
      g_string_append (out, i > 0 ? ",\"" : "\"");
      g_string_append_printf (out, "%s%06x\"", prefix, i + 1);
    }
  g_string_append (out, "]}");
  return g_string_free (out, FALSE);
}

/* The limits are the contract's. */
static void
test_the_limits_of_lists_and_texts (void)
{
  static const char id[] = "job_20261122-195012-";
  g_autofree char *most = dup_list ("depends_on", 100, id);
  g_autofree char *over = dup_list ("depends_on", 101, id);
  g_autofree char *tags = dup_list ("tags", 20, "");
  g_autofree char *more_tags = dup_list ("tags", 21, "");
  g_autofree char *x65 = g_strnfill (65, 'x'), *x4097 = g_strnfill (4097, 'x');
  g_autofree char *group = g_strdup_printf ("{\"group\":\"%s\"}", x65);
  g_autofree char *group64 = g_strdup_printf ("{\"group\":\"%s\"}", x65 + 1);
  g_autofree char *tag = g_strdup_printf ("{\"tags\":[\"%s\"]}", x65);
  g_autofree char *tag64 = g_strdup_printf ("{\"tags\":[\"%s\"]}", x65 + 1);
  g_autofree char *note = g_strdup_printf ("{\"note\":\"%s\"}", x4097);
  g_autofree char *note4096 = g_strdup_printf ("{\"note\":\"%s\"}", x4097 + 1);
  const char *const cases[][2] = {
    { most, "" },     { over, "depends_on" }, { tags, "" },  { more_tags, "tags" },
    { group64, "" },  { group, "group" },     { tag64, "" }, { tag, "tags[0]" },
    { note4096, "" }, { note, "note" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = faults (job_fields_read_patch, cases[i][0]);

      g_assert_cmpstr (found, ==, cases[i][1]);
    }
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
  g_test_add_func ("/api-jobs-create/fields-of-the-queue-are-completed",
                   test_fields_of_the_queue_are_completed);
  g_test_add_func ("/api-jobs-create/faults-of-the-queue-name-their-fields",
                   test_faults_of_the_queue_name_their_fields);
  g_test_add_func ("/api-jobs-create/the-limits-of-lists-and-texts",
                   test_the_limits_of_lists_and_texts);
  g_test_add_func ("/api-jobs-create/no-object-is-a-fault",
                   test_a_body_that_is_no_object_is_a_fault);
  g_test_add_func ("/api-jobs-create/a-long-name-is-refused", test_a_long_name_is_refused);
  g_test_add_func ("/api-jobs-create/a-patch-takes-some-fields", test_a_patch_takes_some_fields);
  g_test_add_func ("/api-jobs-create/malformed-json-has-its-position",
                   test_malformed_json_is_told_with_its_position);
  return g_test_run ();
}
