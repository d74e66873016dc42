/* SPDX-License-Identifier: MIT */
#include "common/job/vestim-resources.h"

#include <inttypes.h>

#include "common/json/vestim-field-reader.h"
#include "common/json/vestim-fields.h"
#include "common/vestim-api.h"

static const VestimResources initial = { .cpus = 1 };

static void
read_enforce (const VestimFieldReader *reader, VestimEnforce *enforce)
{
  const VestimJsonNode *node = vestim_json_member (reader->object, "enforce");
  g_autofree char *word = vestim_json_dup_string (node);
  bool value = false;

  if (node == NULL)
    return;
  if (g_strcmp0 (word, "rlimit") == 0)
    *enforce = VESTIM_ENFORCE_RLIMIT;
  else if (vestim_json_get_bool (node, &value))
    *enforce = value ? VESTIM_ENFORCE_CGROUP : VESTIM_ENFORCE_NO;
  else
    vestim_field_reader_fault (reader, "enforce", "This must be true, false or \"rlimit\".");
}

bool
vestim_resources_read (const VestimJsonNode *node, const char *name, GPtrArray *errors,
                       VestimResources *resources)
{
  static const char *const known[] = { "cpus", "memory_mb", "gpus", "enforce", NULL };
  VestimFieldReader reader = { .object = node, .prefix = name, .errors = errors };
  unsigned n_errors = errors->len;

  *resources = initial;
  if (vestim_json_type (node) != VESTIM_JSON_OBJECT)
    {
      vestim_field_errors_add (errors, name,
                               "The resources must be an object, such as {\"cpus\": 4, "
                               "\"memory_mb\": 8192, \"gpus\": 0}.");
      return false;
    }
  vestim_field_reader_int (&reader, "cpus", 1, VESTIM_MAX_CPUS, &resources->cpus);
  vestim_field_reader_int64 (&reader, "memory_mb", 0, VESTIM_MAX_MEMORY_MB, &resources->memory_mb);
  vestim_field_reader_int (&reader, "gpus", 0, VESTIM_MAX_GPUS, &resources->gpus);
  read_enforce (&reader, &resources->enforce);
  vestim_field_reader_refuse_unknown (&reader, known);
  return errors->len == n_errors;
}

char *
vestim_resources_normalise (const VestimJsonNode *node, const char *name, GPtrArray *errors)
{
  static const char *const enforce[] = {
    [VESTIM_ENFORCE_NO] = "",
    [VESTIM_ENFORCE_CGROUP] = ",\"enforce\":true",
    [VESTIM_ENFORCE_RLIMIT] = ",\"enforce\":\"rlimit\"",
  };
  VestimResources resources;

  if (!vestim_resources_read (node, name, errors, &resources))
    return NULL;
  return g_strdup_printf ("{\"cpus\":%d,\"memory_mb\":%" PRId64 ",\"gpus\":%d%s}", resources.cpus,
                          resources.memory_mb, resources.gpus, enforce[resources.enforce]);
}

VestimResources
vestim_resources_parse (const char *text)
{
  g_autoptr (VestimJsonDoc) doc = vestim_json_parse_text (text);
  g_autoptr (GPtrArray) errors = NULL;
  VestimResources resources = initial;

  if (doc == NULL)
    return initial;
  errors = vestim_field_errors_new ();
  vestim_resources_read (vestim_json_root (doc), "resources", errors, &resources);
  return resources;
}
