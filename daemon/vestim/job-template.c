/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/job-template.h"

#include <string.h>

#include "common/job/vestim-job-fields.h"
#include "daemon/vestim/command.h"

/* Members of the job object without a field of their own. */
static const char *const other_members[] = { "details", "external", NULL };

static bool
is_field (const char *name, bool in_details)
{
  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if (field->name != NULL && strcmp (field->name, name) == 0
          && ((field->flags & VESTIM_JOB_FIELD_DETAILS) != 0) == in_details)
        return true;
    }
  return false;
}

/* What lies deeper differs from job to job. */
static bool
is_known (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);

  if (strcmp (parts[0], "details") == 0 && parts[1] != NULL)
    return is_field (parts[1], true);
  return g_strv_contains (other_members, parts[0]) || is_field (parts[0], false);
}

/* (transfer full) all names. */
static char *
dup_names (void)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (unsigned i = 0; i < vestim_job_n_fields; i++)
    {
      const VestimJobField *field = &vestim_job_fields[i];

      if (field->name != NULL)
        g_string_append_printf (names, "%s%s, ",
                                (field->flags & VESTIM_JOB_FIELD_DETAILS) != 0 ? "details." : "",
                                field->name);
    }
  g_string_append (names, "details and external");
  return g_string_free (g_steal_pointer (&names), FALSE);
}

Template *
job_template_new (const char *text, GError **error)
{
  g_autoptr (Template) template = template_parse (text, error);
  const char *name;

  if (template == NULL)
    return NULL;
  for (guint n = 0; (name = template_nth_name (template, n)) != NULL; n++)
    if (!is_known (name))
      {
        g_autofree char *names = dup_names ();

        usage_error_set (error, "--format: a job has no member \"%s\". It has %s.", name, names);
        return NULL;
      }
  return g_steal_pointer (&template);
}
