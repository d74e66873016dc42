/* SPDX-License-Identifier: MIT */
#include "common/client/vestim-problem.h"

#include "common/client/vestim-node.h"
#include "common/json/vestim-fields.h"

/* (nullable) (transfer full) */
static GPtrArray *
read_errors (JsonNode *list)
{
  g_autoptr (GPtrArray) errors = NULL;

  if (!vestim_node_is_array (list))
    return NULL;
  errors = vestim_field_errors_new ();
  for (guint i = 0; i < vestim_node_n_elements (list) && errors->len < VESTIM_MAX_FIELD_ERRORS; i++)
    {
      JsonNode *node = vestim_node_element (list, i);
      const char *field = vestim_node_member_string (node, "field");
      const char *message = vestim_node_member_string (node, "message");

      if (field != NULL && message != NULL)
        vestim_field_errors_add (errors, field, "%s", message);
    }
  return g_steal_pointer (&errors);
}

VestimProblem *
vestim_problem_parse (const char *text, gsize length)
{
  g_autoptr (JsonNode) root = vestim_node_parse (text, length, NULL);
  VestimProblem *problem = g_new0 (VestimProblem, 1);

  problem->title = g_strdup (vestim_node_member_string (root, "title"));
  problem->detail = g_strdup (vestim_node_member_string (root, "detail"));
  problem->errors = read_errors (vestim_node_member (root, "errors"));
  return problem;
}

void
vestim_problem_free (VestimProblem *problem)
{
  if (problem == NULL)
    return;
  g_free (problem->title);
  g_free (problem->detail);
  g_clear_pointer (&problem->errors, g_ptr_array_unref);
  g_free (problem);
}
