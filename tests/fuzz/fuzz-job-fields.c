/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "common/job/vestim-dependencies.h"
#include "common/job/vestim-job-json.h"
#include "common/job/vestim-resources.h"
#include "common/job/vestim-retry-policy.h"
#include "common/job/vestim-tags.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"

/* The fields of a new job are refused with a fault, or the job object is strict JSON that is read
 * as the same job again, and each stored text is understood. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The fields that the object has, as far as they are sound. */
static VestimJobFieldSet
read_fields (const VestimJsonNode *object, VestimJob *job)
{
  VestimJobFieldSet set = 0;

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];
      const VestimJsonNode *node;
      g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

      if (field->change == VESTIM_JOB_CHANGE_NEVER)
        continue;
      node = vestim_json_member (object, field->name);
      if (node == NULL)
        continue;
      if (vestim_job_json_read_field (field, node, job, errors))
        {
          set |= VESTIM_JOB_FIELD_BIT (i);
          g_assert_cmpuint (errors->len, ==, 0);
        }
    }
  return set;
}

static void
check_stored_texts (const VestimJob *job)
{
  VestimResources resources = vestim_resources_parse (job->resources);
  g_autoptr (GPtrArray) dependencies = vestim_dependencies_parse (job->depends_on);
  g_auto (GStrv) tags = vestim_tags_parse (job->tags);
  VestimRetryPolicy policy;

  vestim_retry_policy_parse (job->retry, &policy);
  g_assert_cmpint (resources.cpus, >=, 1);
  g_assert_cmpuint (dependencies->len, <=, VESTIM_MAX_DEPENDENCIES);
  g_assert_cmpuint (g_strv_length (tags), <=, VESTIM_MAX_TAGS);
  for (int n = 1; n <= policy.max; n += 99)
    {
      int64_t delay_ms = vestim_retry_policy_delay_ms (&policy, n);

      g_assert_cmpint (delay_ms, >=, 0);
      g_assert_cmpint (delay_ms, <=, INT64_C (1000) * VESTIM_MAX_RETRY_DELAY_S);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_memdup2 (data, size); /* so that a sanitizer sees its end */
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse (text != NULL ? text : "", size, NULL);
  g_autoptr (VestimJob) job = vestim_job_new ();
  g_autoptr (VestimJob) again = vestim_job_new ();
  g_autoptr (GString) out = g_string_new (NULL);
  VestimJobFieldSet set;

  if (doc == NULL || vestim_json_type (vestim_json_root (doc)) != VESTIM_JSON_OBJECT)
    return 0;
  set = read_fields (vestim_json_root (doc), job);
  check_stored_texts (job);
  job->id = g_strdup ("job_20261122-195012-00002a");
  vestim_job_json_append (out, job, "/data");

  g_autoptr (VestimJsonDoc) shown = vestim_json_parse (out->str, out->len, NULL);
  g_assert_nonnull (shown);
  g_assert_true ((read_fields (vestim_json_root (shown), again) & set) == set);
  g_assert_true (vestim_job_fields_equal (job, again, set));
  return 0;
}
