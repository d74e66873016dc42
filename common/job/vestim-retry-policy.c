/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-retry-policy.h"

#include <math.h>
#include <string.h>

#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"

#define MAX_BACKOFF 100

static const char *const cause_words[VESTIM_N_RETRY_CAUSES] = {
  [VESTIM_RETRY_FAILED] = "failed",
  [VESTIM_RETRY_TIMEOUT] = "timeout",
  [VESTIM_RETRY_LOST] = "lost",
};

static bool
read_cause (const VestimJsonNode *node, unsigned *on)
{
  g_autofree char *word = vestim_json_dup_string (node);

  for (unsigned i = 0; word != NULL && i < VESTIM_N_RETRY_CAUSES; i++)
    if (strcmp (word, cause_words[i]) == 0)
      {
        *on |= 1u << i;
        return true;
      }
  return false;
}

/* Without the member, all causes. */
static void
read_on (const VestimFieldReader *reader, VestimRetryPolicy *policy)
{
  const VestimJsonNode *list = vestim_json_member (reader->object, "on");
  bool is_sound = vestim_json_size (list) > 0 && vestim_json_type (list) == VESTIM_JSON_ARRAY;

  policy->on = list == NULL ? (1u << VESTIM_N_RETRY_CAUSES) - 1 : 0;
  for (const VestimJsonNode *n = vestim_json_first (list); is_sound && n != NULL;
       n = vestim_json_next (n))
    is_sound = read_cause (n, &policy->on);
  if (list != NULL && !is_sound)
    vestim_field_reader_fault (reader, "on",
                               "This must be an array of one or more of \"failed\", \"timeout\" "
                               "and \"lost\".");
}

static void
read_exit_codes (const VestimFieldReader *reader, VestimRetryPolicy *policy)
{
  const VestimJsonNode *list = vestim_json_member (reader->object, "never_exit_codes");
  bool is_sound = list == NULL || vestim_json_type (list) == VESTIM_JSON_ARRAY;
  int64_t code;

  for (const VestimJsonNode *n = vestim_json_first (list); is_sound && n != NULL;
       n = vestim_json_next (n))
    {
      is_sound = vestim_json_get_int64 (n, &code) && code >= 0 && code <= 255;
      if (is_sound)
        policy->never_exit_codes[code] = true;
    }
  if (!is_sound)
    vestim_field_reader_fault (reader, "never_exit_codes",
                               "This must be an array of whole numbers from 0 to 255.");
}

static bool
read_policy (const VestimJsonNode *node, const char *name, GPtrArray *errors,
             VestimRetryPolicy *policy)
{
  static const char *const known[] = {
    "max", "delay_s", "backoff", "on", "never_exit_codes", NULL
  };
  VestimFieldReader reader = { .object = node, .prefix = name, .errors = errors };
  unsigned n_errors = errors->len;

  *policy = (VestimRetryPolicy){ .backoff = 1 };
  if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    {
      vestim_field_errors_add (errors, name,
                               "The retry policy must be an object, such as {\"max\": 3, "
                               "\"delay_s\": 10, \"backoff\": 2}, or null.");
      return false;
    }
  if (vestim_json_member (node, "max") == NULL)
    vestim_field_reader_fault (&reader, "max", "Say how often the job is retried at most.");
  vestim_field_reader_int (&reader, "max", 0, VESTIM_MAX_RETRIES, &policy->max);
  vestim_field_reader_double (&reader, "delay_s", 0, VESTIM_MAX_RETRY_DELAY_S, &policy->delay_s);
  vestim_field_reader_double (&reader, "backoff", 1, MAX_BACKOFF, &policy->backoff);
  read_on (&reader, policy);
  read_exit_codes (&reader, policy);
  vestim_field_reader_refuse_unknown (&reader, known);
  return errors->len == n_errors;
}

char *
vestim_retry_policy_normalise (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  VestimRetryPolicy policy;
  GString *out;
  const char *comma = "";

  if (!read_policy (node, name, errors, &policy))
    return NULL;
  out = g_string_new (NULL);
  g_string_append_printf (out, "{\"max\":%d,\"delay_s\":", policy.max);
  vestim_json_append_double (out, policy.delay_s);
  g_string_append (out, ",\"backoff\":");
  vestim_json_append_double (out, policy.backoff);
  g_string_append (out, ",\"on\":[");
  for (unsigned i = 0; i < VESTIM_N_RETRY_CAUSES; i++)
    if ((policy.on & (1u << i)) != 0)
      {
        g_string_append_printf (out, "%s\"%s\"", comma, cause_words[i]);
        comma = ",";
      }
  g_string_append (out, "],\"never_exit_codes\":[");
  comma = "";
  for (unsigned i = 0; i < G_N_ELEMENTS (policy.never_exit_codes); i++)
    if (policy.never_exit_codes[i])
      {
        g_string_append_printf (out, "%s%u", comma, i);
        comma = ",";
      }
  g_string_append (out, "]}");
  return g_string_free (out, false);
}

void
vestim_retry_policy_parse (const char *text, VestimRetryPolicy *policy)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (text);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  *policy = (VestimRetryPolicy){ .max = 0 };
  if (doc != NULL && !read_policy (vestim_json_root (doc), "retry", errors, policy))
    policy->max = 0;
}

int64_t
vestim_retry_policy_delay_ms (const VestimRetryPolicy *policy, int n)
{
  double factor = fmin (pow (policy->backoff, n - 1), 1e300); /* 0 times infinity is no number */

  return (int64_t) (fmin (policy->delay_s * factor, VESTIM_MAX_RETRY_DELAY_S) * 1000);
}

const char *
vestim_retry_cause_word (VestimRetryCause cause)
{
  return cause_words[cause];
}
