/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-dependencies.h"

#include "common/job/vestim-job.h"
#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"

static const char *const when_words[] = { "completed", "over", NULL };

static void
dependency_free (void *data)
{
  VestimDependency *dependency = data;

  g_free (dependency->job_id);
  g_free (dependency);
}

/* Adds the dependency, or a fault for `field`. */
static void
read_dependency (const VestimJsonNode *node, const char *field, GPtrArray *list, GPtrArray *errors)
{
  static const char *const known[] = { "job_id", "when", NULL };
  bool is_object = vestim_json_type (node) == VESTIM_JSON_OBJECT;
  VestimFieldReader reader = { .object = node, .prefix = field, .errors = errors };
  g_autofree char *id =
      vestim_json_dup_string (is_object ? vestim_json_member (node, "job_id") : node);
  int when = VESTIM_WHEN_COMPLETED;
  unsigned n_errors = errors->len;

  if (is_object)
    {
      vestim_field_reader_choice (&reader, "when", when_words, &when);
      vestim_field_reader_refuse_unknown (&reader, known);
    }
  if (errors->len == n_errors && (id == NULL || vestim_job_id_sequence (id) == 0))
    vestim_field_errors_add (errors, field,
                             "This must be the ID of a job, or an object {\"job_id\": \"…\", "
                             "\"when\": \"completed\" or \"over\"}.");
  if (errors->len > n_errors)
    return;

  VestimDependency *dependency = g_new0 (VestimDependency, 1);
  dependency->job_id = g_steal_pointer (&id);
  dependency->when = (VestimDependencyWhen) when;
  g_ptr_array_add (list, dependency);
}

static GPtrArray *
read_list (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (dependency_free);
  unsigned index = 0;

  for (const VestimJsonNode *n = vestim_json_first (node); n != NULL; n = vestim_json_next (n))
    {
      g_autofree char *field = g_strdup_printf ("%s[%u]", name, index++);

      read_dependency (n, field, list, errors);
    }
  return list;
}

char *
vestim_dependencies_normalise (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  g_autoptr (GPtrArray) list = NULL;
  unsigned n_errors = errors->len;
  GString *out;

  if (vestim_json_type (node) != VESTIM_JSON_ARRAY
      || vestim_json_size (node) > VESTIM_MAX_DEPENDENCIES)
    {
      vestim_field_errors_add (errors, name,
                               "The dependencies must be an array of at most %d jobs.",
                               VESTIM_MAX_DEPENDENCIES);
      return NULL;
    }
  list = read_list (node, name, errors);
  if (errors->len > n_errors)
    return NULL;
  out = g_string_new ("[");
  for (unsigned i = 0; i < list->len; i++)
    {
      const VestimDependency *dependency = list->pdata[i];

      g_string_append_printf (out, "%s{\"job_id\":\"%s\",\"when\":\"%s\"}", i > 0 ? "," : "",
                              dependency->job_id, when_words[dependency->when]);
    }
  g_string_append_c (out, ']');
  return g_string_free (out, false);
}

GPtrArray *
vestim_dependencies_parse (const char *text)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (text);
  g_autoptr (GPtrArray) errors = vestim_field_errors_new ();

  return read_list (doc != NULL ? vestim_json_root (doc) : NULL, "depends_on", errors);
}

const char *
vestim_dependency_when_word (VestimDependencyWhen when)
{
  return when_words[when];
}
