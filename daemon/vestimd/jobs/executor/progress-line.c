/* SPDX-License-Identifier: MIT */
#include "daemon/vestimd/jobs/executor/progress-line.h"

#include <math.h>

#define SLACK 1e-6 /* of a sum of fractions that should be 1 */

bool
progress_line_is_blank (const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')
      return false;
  return true;
}

static bool
is_reported (const VestimJsonNode *node)
{
  return node != NULL && vestim_json_type (node) != VESTIM_JSON_NULL;
}

static const char *
read_members (ProgressLine *line, const VestimJsonNode *root)
{
  const VestimJsonNode *progress = vestim_json_member (root, "progress");
  const VestimJsonNode *message = vestim_json_member (root, "message");
  const VestimJsonNode *step = vestim_json_member (root, "step");
  const VestimJsonNode *metrics = vestim_json_member (root, "metrics");

  if (is_reported (progress)
      && (!vestim_json_get_double (progress, &line->progress) || line->progress < 0
          || line->progress > 1 + SLACK))
    return "\"progress\" is not a number from 0 to 1";
  line->progress = line->progress > 1 ? 1 : line->progress;
  if (is_reported (message) && (line->message = vestim_json_dup_string (message)) == NULL)
    return "\"message\" is not a string without NUL";
  if (is_reported (step) && !vestim_json_get_double (step, &line->step))
    return "\"step\" is not a number";
  if (is_reported (metrics) && vestim_json_type (metrics) != VESTIM_JSON_OBJECT)
    return "\"metrics\" is not an object";
  line->metrics = is_reported (metrics) ? metrics : NULL;
  return NULL;
}

bool
progress_line_read (ProgressLine *line, const char *text, size_t length, char **fault)
{
  g_autoptr (GError) error = NULL;
  const VestimJsonNode *root;
  const char *what = NULL;

  *line = (ProgressLine){ .progress = NAN, .step = NAN };
  line->doc = vestim_json_parse (text, length, &error);
  root = line->doc == NULL ? NULL : vestim_json_root (line->doc);
  if (line->doc == NULL)
    what = error->message;
  else if (vestim_json_type (root) != VESTIM_JSON_OBJECT)
    what = "it is not a JSON object";
  else
    what = read_members (line, root);
  if (what == NULL)
    return true;
  *fault = g_strdup (what);
  progress_line_clear (line);
  return false;
}

void
progress_line_clear (ProgressLine *line)
{
  g_clear_pointer (&line->doc, vestim_json_doc_free);
  g_clear_pointer (&line->message, g_free);
}

bool
progress_line_read_metric (const VestimJsonNode *metric, char **name, double *value)
{
  if (!vestim_json_get_double (metric, value))
    return false;
  *name = vestim_json_dup_name (metric);
  return *name != NULL;
}
