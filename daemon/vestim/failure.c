/* SPDX-License-Identifier: MIT */
#include "daemon/vestim/failure.h"

#include <stdio.h>

#include "common/client/vestim-error.h"
#include "common/client/vestim-text-line.h"
#include "daemon/vestim/command.h"
#include "daemon/vestim/output/output.h"

#define MAX_CHARS 2000

static void
print_line (const char *before, const char *text)
{
  g_autofree char *line = vestim_text_line (text, MAX_CHARS);

  fprintf (stderr, "%s%s\n", before, line);
}

int
failure_code (const GError *error)
{
  if (error->domain == USAGE_ERROR)
    return VESTIM_EXIT_USAGE;
  if (g_error_matches (error, OUTPUT_ERROR, OUTPUT_ERROR_TEMPLATE))
    return VESTIM_EXIT_USAGE;
  if (error->domain != VESTIM_ERROR)
    return VESTIM_EXIT_REFUSED;
  switch ((VestimError) error->code)
    {
    case VESTIM_ERROR_UNREACHABLE:
    case VESTIM_ERROR_TIMEOUT:
    case VESTIM_ERROR_NO_SERVER:
    case VESTIM_ERROR_STARTING:
    case VESTIM_ERROR_NOT_INSTALLED:
    case VESTIM_ERROR_START_FAILED:
    case VESTIM_ERROR_GARBLED:
      return VESTIM_EXIT_NO_SERVER;
    case VESTIM_ERROR_TOO_BIG:
    case VESTIM_ERROR_TOKEN:
    case VESTIM_ERROR_NOT_FOUND:
    case VESTIM_ERROR_CONFLICT:
    case VESTIM_ERROR_RANGE:
    case VESTIM_ERROR_INVALID:
    case VESTIM_ERROR_BUSY:
    case VESTIM_ERROR_NO_SPACE:
    case VESTIM_ERROR_REFUSED:
      return VESTIM_EXIT_REFUSED;
    }
  return VESTIM_EXIT_REFUSED;
}

int
failure_tell (const GError *error)
{
  GPtrArray *fields = vestim_error_get_fields (error);

  if (fields == NULL || fields->len == 0)
    print_line ("vestim: ", error->message);
  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      const VestimFieldError *fault = fields->pdata[i];
      g_autofree char *text = fault->field[0] != '\0'
                                  ? g_strdup_printf ("%s: %s", fault->field, fault->message)
                                  : g_strdup (fault->message);

      print_line ("vestim: ", text);
    }
  return failure_code (error);
}
