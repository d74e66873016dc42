/* SPDX-License-Identifier: MIT */
#include "common/estimation/vestim-limits.h"

#include "common/json/vestim-json.h"

#include <string.h>

static const char *const limits[] = { "max_epochs",
                                      "max_minutes",
                                      "patience",
                                      "MAX_EPOCHS",
                                      "VALID_PATIENCE",
                                      "MAX_TRAIN_HOURS",
                                      "MAX_TRAIN_MINUTES",
                                      "MAX_TRAIN_SECONDS",
                                      "MAX_TRAINING_TIME_SECONDS",
                                      NULL };
static const char *const search_limits[] = { "tasks", "minutes", NULL };
static const char *const nothing[] = { NULL };

static bool are_equal (const VestimJsonNode *a, const VestimJsonNode *b);
static bool objects_are_equal (const VestimJsonNode *a, const VestimJsonNode *b,
                               const char *const *left_out);

static bool
lists_are_equal (const VestimJsonNode *a, const VestimJsonNode *b)
{
  const VestimJsonNode *one = vestim_json_first (a), *other = vestim_json_first (b);

  while (one && other && are_equal (one, other))
    {
      one = vestim_json_next (one);
      other = vestim_json_next (other);
    }
  return !one && !other;
}

/* Whether `b` has each member of `a`, except those that are left out, with an equal value. */
static bool
has_members_of (const VestimJsonNode *b, const VestimJsonNode *a, const char *const *left_out)
{
  for (const VestimJsonNode *node = vestim_json_first (a); node; node = vestim_json_next (node))
    {
      g_autofree char *name = vestim_json_dup_name (node);
      const VestimJsonNode *other = vestim_json_member (b, name);

      if (g_strv_contains (left_out, name))
        continue;
      if (left_out == limits && strcmp (name, "search") == 0 && other
          && vestim_json_type (node) == VESTIM_JSON_OBJECT
          && vestim_json_type (other) == VESTIM_JSON_OBJECT)
        {
          if (!objects_are_equal (node, other, search_limits))
            return false;
        }
      else if (!other || !are_equal (node, other))
        return false;
    }
  return true;
}

static bool
objects_are_equal (const VestimJsonNode *a, const VestimJsonNode *b, const char *const *left_out)
{
  return has_members_of (a, b, left_out) && has_members_of (b, a, left_out);
}

static bool
are_equal (const VestimJsonNode *a, const VestimJsonNode *b)
{
  size_t length_a = 0, length_b = 0;
  double number_a = 0, number_b = 0;

  if (vestim_json_type (a) != vestim_json_type (b))
    return false;
  if (vestim_json_type (a) == VESTIM_JSON_ARRAY)
    return lists_are_equal (a, b);
  if (vestim_json_type (a) == VESTIM_JSON_OBJECT)
    return objects_are_equal (a, b, nothing);
  if (vestim_json_get_double (a, &number_a) && vestim_json_get_double (b, &number_b))
    return number_a == number_b;
  if (vestim_json_type (a) == VESTIM_JSON_STRING)
    {
      g_autofree char *text_a = vestim_json_dup_string (a);
      g_autofree char *text_b = vestim_json_dup_string (b);

      return text_a && g_strcmp0 (text_a, text_b) == 0;
    }

  const char *raw_a = vestim_json_raw (a, &length_a), *raw_b = vestim_json_raw (b, &length_b);
  return length_a == length_b && memcmp (raw_a, raw_b, length_a) == 0;
}

bool
vestim_limits_are_the_difference (const char *a, const char *b)
{
  g_autoptr (VestimJsonDoc) doc_a = vestim_json_parse (a, strlen (a), NULL);
  g_autoptr (VestimJsonDoc) doc_b = vestim_json_parse (b, strlen (b), NULL);

  return doc_a && doc_b
         && objects_are_equal (vestim_json_root (doc_a), vestim_json_root (doc_b), limits);
}
